import {
  parseSync,
  Visitor,
  type BlockStatement,
  type Directive,
  type Program,
  type Statement,
  type StaticImport,
} from 'oxc-parser';

/** The packages whose `createBackend` makes a backend. */
const BACKENDS = ['@stagewire/backend', '@backstage/backend-defaults'];

/** A place where a backend is made: the statements around it, and what it is called. */
type Site = { statements: Array<Directive | Statement>; at: number; variable: string };

/**
 * Adds a feature to the program of a backend, by the line that {@link toAddLine} gives.
 *
 * @returns the new text of the program, the same one where the package is added already; undefined
 *   when it is not plain where the line belongs
 */
export function addToProgram(file: string, text: string, name: string): string | undefined {
  const { program, errors, module } = parseSync(file, text);
  if (errors.length > 0) return undefined;
  if (isImported(program, name)) return text;
  const sites = findSites(program, module.staticImports);
  const [site] = sites;
  if (!site || sites.length > 1) return undefined;
  const { statements, at, variable } = site;
  const last = statements.findLast((statement) => isCallOf(statement, variable, 'add'));
  const anchor = last ?? statements[at];
  if (!anchor) return undefined;
  // The first one stands apart from where the backend is made.
  const gap = last ? '' : toNewline(text);
  return insertBelow(text, anchor, `${gap}${toAddLine(name, variable)}`);
}

/** The line that adds a package to a backend. */
export function toAddLine(name: string, variable = 'backend'): string {
  return `${variable}.add(import('${name}'));`;
}

/** Whether a program imports a package when it runs. */
function isImported(program: Program, name: string): boolean {
  let found = false;
  new Visitor({
    ImportExpression: ({ source }) => {
      if (source.type === 'Literal' && source.value === name) found = true;
    },
    ImportDeclaration: ({ source }) => {
      if (source.value === name) found = true;
    },
    CallExpression: ({ callee, arguments: [first] }) => {
      const isRequire = callee.type === 'Identifier' && callee.name === 'require';
      if (isRequire && first?.type === 'Literal' && first.value === name) found = true;
    },
  }).visit(program);
  return found;
}

/** Where `const backend = createBackend(…)` stands, in a program or a function of it. */
function findSites(program: Program, imports: StaticImport[]): Site[] {
  const factories = imports
    .filter(({ moduleRequest }) => BACKENDS.includes(moduleRequest.value))
    .flatMap(({ entries }) => entries)
    .filter(({ importName }) => importName.name === 'createBackend')
    .map(({ localName }) => localName.value);
  const sites: Site[] = [];
  const look = ({ body }: Program | BlockStatement) => {
    body.forEach((statement, at) => {
      if (statement.type !== 'VariableDeclaration') return;
      for (const { id, init } of statement.declarations) {
        const isMade =
          init?.type === 'CallExpression' &&
          init.callee.type === 'Identifier' &&
          factories.includes(init.callee.name);
        if (isMade && id.type === 'Identifier') {
          sites.push({ statements: body, at, variable: id.name });
        }
      }
    });
  };
  new Visitor({ Program: look, BlockStatement: look }).visit(program);
  return sites;
}

/** Whether a statement is `<variable>.<method>(…)`. */
function isCallOf(statement: Directive | Statement, variable: string, method: string): boolean {
  if (statement.type !== 'ExpressionStatement') return false;
  const { expression } = statement;
  if (expression.type !== 'CallExpression') return false;
  const { callee } = expression;
  return (
    callee.type === 'MemberExpression' &&
    callee.object.type === 'Identifier' &&
    callee.object.name === variable &&
    callee.property.type === 'Identifier' &&
    callee.property.name === method
  );
}

/** Puts a line below a statement, with its indentation; a comment behind the statement stays there. */
function insertBelow(text: string, { start, end }: Statement | Directive, line: string): string {
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indentation = /^[ \t]*/.exec(text.slice(lineStart))?.[0] ?? '';
  const rest = /^[^\n]*/.exec(text.slice(end))?.[0] ?? '';
  const newline = toNewline(text);
  const lineEnd = end + rest.replace(/\r$/, '').length;
  const indented = line.replaceAll(/^(?=[^\r\n])/gm, indentation);
  return `${text.slice(0, lineEnd)}${newline}${indented}${text.slice(lineEnd)}`;
}

function toNewline(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n';
}
