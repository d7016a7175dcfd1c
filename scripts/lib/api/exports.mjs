// What the entry points export, read from their declarations: names, and the nodes behind them.

import { sep } from 'node:path';
import { relative } from 'node:path/posix';
import { ts } from './tools.mjs';

/**
 * The exports of entry points: `{ entry, about, exports: { name, symbol, nodes }[] }[]`, sorted by
 * name. `nodes` are the declarations of ours behind a name, whichever package they are in: what
 * an entry passes on of another package is its export as well.
 */
export function readExports(program, entries, folder) {
  const checker = program.getTypeChecker();
  return entries.map((entry) => {
    const file = program.getSourceFile(entry.file);
    const found = checker.getExportsOfModule(checker.getSymbolAtLocation(file));
    const exports = found
      .map((one) => ({ name: one.name, symbol: target(checker, one) }))
      .map(({ name, symbol }) => ({ name, symbol, nodes: nodesOf(symbol, folder) }))
      .filter(({ nodes }) => nodes.length > 0);
    return { entry, file, exports: exports.toSorted((a, b) => compareNames(a.name, b.name)) };
  });
}

/** The declarations of a symbol that are ours. */
export function nodesOf(symbol, folder) {
  return (symbol.declarations ?? []).filter((node) =>
    node.getSourceFile().fileName.startsWith(toPosix(folder)),
  );
}

/** What a name stands for in the end, however often it was passed on. */
export function target(checker, symbol) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** By letters before case, so that `auth` and `AuthService` stand together. */
export function compareNames(a, b) {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left === right) return a < b ? -1 : 1;
  return left < right ? -1 : 1;
}

/** Tells whether a node is a declaration of a module, not a type parameter or the like. */
export function isTopLevel(node) {
  const statement = ts.isVariableDeclaration(node) ? node.parent.parent : node;
  return ts.isSourceFile(statement.parent) || ts.isModuleBlock(statement.parent);
}

/** Where a declaration was written: `packages/config/src/config.ts`. */
export function sourceOf(node, folder) {
  const { fileName } = node.getSourceFile();
  return relative(toPosix(folder), fileName).replace(/\.d\.ts$/, '.ts');
}

/** The compiler names files with slashes everywhere. */
function toPosix(path) {
  return path.replaceAll(sep, '/');
}
