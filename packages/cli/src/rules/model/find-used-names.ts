import type { Program } from 'oxc-parser';
import { childrenOf, type SyntaxNode } from './syntax.js';

/** Syntax of TypeScript that holds code which runs; all other is types. */
const RUNNING = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSEnumDeclaration',
  'TSEnumBody',
  'TSEnumMember',
  'TSModuleDeclaration',
  'TSModuleBlock',
  'TSExportAssignment',
  'TSImportEqualsDeclaration',
  'TSParameterProperty',
]);

/** Finds the names that a file uses in code which runs, and not only in types. */
export function findUsedNames(program: Program): ReadonlySet<string> {
  const used = new Set<string>();
  const waiting = [program as unknown as SyntaxNode];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    if (node.type === 'ImportDeclaration') continue;
    if (node.type.startsWith('TS') && !RUNNING.has(node.type)) continue;
    const isName = node.type === 'Identifier' || node.type === 'JSXIdentifier';
    if (isName) used.add(node.name as string);
    waiting.push(...childrenOf(node));
  }
  return used;
}
