import type { Program } from 'oxc-parser';
import {
  childrenOf,
  isNode,
  keyOf,
  nameOf,
  propertiesOf,
  propertyOf,
  unwrap,
  type SyntaxNode,
} from './syntax.js';

/** What code can create for a backend. */
export type CreationKind =
  | 'plugin'
  | 'module'
  | 'loader'
  | 'extension point'
  | 'service ref'
  | 'service factory';

/** A text in the code, and where it stands. */
export type WrittenText = { text: string; line: number };

/** A feature, extension point or service that a file creates. */
export type Creation = {
  kind: CreationKind;
  line: number;
  /** What it is assigned to; `default` for an expression that is exported as such. */
  name?: string;
  /** Those of a plugin or module, as far as they are written as texts. */
  pluginId?: WrittenText;
  moduleId?: WrittenText;
  /** What a plugin or module depends on: `deps` of its init, by the names of refs. */
  deps: WrittenText[];
  /** The paths that it gives to the HTTP router, as far as they are written as texts. */
  routes: WrittenText[];
};

const KINDS: Readonly<Record<string, CreationKind>> = {
  createBackendPlugin: 'plugin',
  createBackendModule: 'module',
  createBackendFeatureLoader: 'loader',
  createExtensionPoint: 'extension point',
  createServiceRef: 'service ref',
  createServiceFactory: 'service factory',
};

/** Finds what a file creates for a backend. */
export function readCreations(program: Program, lineAt: (offset: number) => number): Creation[] {
  const found: Creation[] = [];
  const texts = readConstants(program as unknown as SyntaxNode);
  const toText = (node: SyntaxNode | undefined): WrittenText | undefined => {
    const text = node && (readText(node) ?? texts.get(nameOf(node) ?? ''));
    return text === undefined ? undefined : { text, line: lineAt(node!.start) };
  };
  walk(program as unknown as SyntaxNode, undefined, (node, name) => {
    const kind = node.type === 'CallExpression' ? kindOf(node) : undefined;
    if (!kind) return;
    const options = firstArgument(node);
    const pluginId = toText(propertyOf(options, 'pluginId'));
    const moduleId = toText(propertyOf(options, 'moduleId'));
    found.push({
      kind,
      line: lineAt(node.start),
      ...(name !== undefined && { name }),
      ...(pluginId && { pluginId }),
      ...(moduleId && { moduleId }),
      ...(kind === 'plugin' || kind === 'module'
        ? readInits(node, lineAt, toText)
        : { deps: [], routes: [] }),
    });
  });
  return found;
}

/** Visits every node, with the name of what it is assigned to. */
function walk(
  node: SyntaxNode,
  name: string | undefined,
  visit: (node: SyntaxNode, name: string | undefined) => void,
): void {
  visit(node, name);
  for (const child of childrenOf(node)) walk(child, nameFor(node, child, name), visit);
}

function nameFor(node: SyntaxNode, child: SyntaxNode, name: string | undefined) {
  if (node.type === 'VariableDeclarator') return child === node.init ? nameOf(node.id) : undefined;
  if (node.type === 'ExportDefaultDeclaration') return 'default';
  // Whatever wraps the call hands the name on: `createServiceRef<T>(…) as X`.
  return unwrap(node) !== node || isCurried(node, child) ? name : undefined;
}

/** `createBackendPlugin({ … })()`, as features were made when they were factories. */
function isCurried(node: SyntaxNode, child: SyntaxNode): boolean {
  return node.type === 'CallExpression' && node.callee === child;
}

function kindOf({ callee }: SyntaxNode): CreationKind | undefined {
  if (!isNode(callee)) return undefined;
  const name = callee.type === 'MemberExpression' ? nameOf(callee.property) : nameOf(callee);
  return Object.hasOwn(KINDS, name ?? '') ? KINDS[name!] : undefined;
}

function firstArgument(node: SyntaxNode): SyntaxNode | undefined {
  const [first] = Array.isArray(node.arguments) ? node.arguments : [];
  return isNode(first) ? unwrap(first) : undefined;
}

function readText(node: SyntaxNode): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type !== 'TemplateLiteral') return undefined;
  const quasis = node.quasis as Array<{ value: { cooked: string } }>;
  return quasis.length === 1 ? quasis[0]!.value.cooked : undefined;
}

/** The texts that constants of the file hold. */
function readConstants(program: SyntaxNode): Map<string, string> {
  const texts = new Map<string, string>();
  for (const statement of childrenOf(program)) {
    const declaration = isNode(statement.declaration) ? statement.declaration : statement;
    if (declaration.type !== 'VariableDeclaration' || declaration.kind !== 'const') continue;
    for (const { id, init } of declaration.declarations as SyntaxNode[]) {
      const text = isNode(init) ? readText(unwrap(init)) : undefined;
      if (text !== undefined && nameOf(id) !== undefined) texts.set(nameOf(id)!, text);
    }
  }
  return texts;
}

/** What the inits of a plugin or module depend on, and the paths that they serve. */
function readInits(
  feature: SyntaxNode,
  lineAt: (offset: number) => number,
  toText: (node: SyntaxNode | undefined) => WrittenText | undefined,
): Pick<Creation, 'deps' | 'routes'> {
  const deps: WrittenText[] = [];
  const routes: WrittenText[] = [];
  walk(feature, undefined, (node) => {
    if (node.type !== 'CallExpression' || memberOf(node) !== 'registerInit') return;
    const options = firstArgument(node);
    const needs = propertiesOf(propertyOf(options, 'deps'));
    for (const { value } of needs) {
      if (isNode(value) && value.type === 'Identifier') {
        deps.push({ text: value.name as string, line: lineAt(value.start) });
      }
    }
    const routers = needs.filter(({ value }) => memberName(value) === 'httpRouter').map(keyOf);
    routes.push(...readRoutes(options, new Set(routers), toText));
  });
  return { deps, routes };
}

/** The first arguments of `httpRouter.use('/…')`. */
function readRoutes(
  options: SyntaxNode | undefined,
  routers: ReadonlySet<string | undefined>,
  toText: (node: SyntaxNode | undefined) => WrittenText | undefined,
): WrittenText[] {
  const found: WrittenText[] = [];
  if (!options || routers.size === 0) return found;
  walk(options, undefined, (node) => {
    if (node.type !== 'CallExpression' || memberOf(node) !== 'use') return;
    const { object } = node.callee as SyntaxNode;
    const path = routers.has(nameOf(object)) ? toText(firstArgument(node)) : undefined;
    if (path?.text.startsWith('/')) found.push(path);
  });
  return found;
}

/** `use` of a call `x.use()`. */
const memberOf = ({ callee }: SyntaxNode) => memberName(callee);

function memberName(node: unknown): string | undefined {
  return isNode(node) && node.type === 'MemberExpression' ? nameOf(node.property) : undefined;
}
