/** A node of a syntax tree, as far as it is looked at here. */
export type SyntaxNode = { type: string; start: number; end: number; [key: string]: unknown };

/** Whether a value is a node of a syntax tree. */
export function isNode(value: unknown): value is SyntaxNode {
  return (
    typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string'
  );
}

/** The nodes directly below one. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  // This runs for every node of a tree, so nothing is made that is not needed.
  for (const key in node) {
    const value = node[key];
    if (typeof value !== 'object' || value === null) continue;
    if (!Array.isArray(value)) {
      if (isNode(value)) children.push(value);
    } else {
      for (const each of value) if (isNode(each)) children.push(each);
    }
  }
  return children;
}

/** An expression without what only the compiler sees: `x as T`, `x!`, `(x)`. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  return WRAPPERS.has(node.type) && isNode(node.expression) ? unwrap(node.expression) : node;
}

const WRAPPERS = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'ParenthesizedExpression',
]);

/** The value of a property of an object literal; undefined when it is not written there. */
export function propertyOf(node: SyntaxNode | undefined, name: string): SyntaxNode | undefined {
  const property = propertiesOf(node).find((each) => keyOf(each) === name);
  return property && isNode(property.value) ? unwrap(property.value) : undefined;
}

/** The properties of an object literal. */
export function propertiesOf(node: SyntaxNode | undefined): SyntaxNode[] {
  if (node?.type !== 'ObjectExpression' || !Array.isArray(node.properties)) return [];
  return node.properties.filter(isNode).filter(({ type }) => type === 'Property');
}

/** The name of a property. */
export function keyOf({ key, computed }: SyntaxNode): string | undefined {
  if (computed || !isNode(key)) return undefined;
  return nameOf(key) ?? (typeof key.value === 'string' ? key.value : undefined);
}

/** The name of an identifier. */
export function nameOf(node: unknown): string | undefined {
  return isNode(node) && typeof node.name === 'string' ? node.name : undefined;
}
