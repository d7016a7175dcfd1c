import { Visitor, type Program } from 'oxc-parser';

/** An import in one of the forms that are not in a module's list of imports. */
export type OtherImport = { specifier: string; start: number; isType: boolean };

/** Finds `require('x')`, `require.resolve('x')`, `import x = require('x')` and `import('x')` types. */
export function readCommonJs(program: Program): OtherImport[] {
  const found: OtherImport[] = [];
  let isShadowed = false;
  const add = (source: unknown, isType: boolean) => {
    const { value, start } = (source ?? {}) as { value?: unknown; start: number };
    if (typeof value === 'string') found.push({ specifier: value, start, isType });
  };
  const required: unknown[] = [];
  new Visitor({
    CallExpression: ({ callee, arguments: [first, second] }) => {
      if (isRequire(callee) && !second) required.push(first);
    },
    FunctionDeclaration: ({ id }) => {
      isShadowed ||= id?.name === 'require';
    },
    TSExternalModuleReference: ({ expression }) => add(expression, false),
    TSImportType: ({ source }) => add(source, true),
  }).visit(program);
  // A function of that name in the code itself is another one.
  for (const source of isShadowed ? [] : required) add(source, false);
  return found;
}

/** `require` and `require.resolve`, where `require` may come from `createRequire`. */
function isRequire(callee: { type: string; name?: unknown; object?: unknown; property?: unknown }) {
  if (callee.type === 'Identifier') return callee.name === 'require';
  if (callee.type !== 'MemberExpression') return false;
  const { object, property } = callee as Record<string, { name?: unknown }>;
  return object?.name === 'require' && property?.name === 'resolve';
}
