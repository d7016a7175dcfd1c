// What a source file imports, found by parsing it: static, dynamic, `require`, `import()` types, and
// what it resolves by `import.meta.resolve`.

import { parseSync, Visitor } from 'oxc-parser';
import { lineAt } from './findings.mjs';

/**
 * Every import in a source text, in order: `{ specifier, line, erased }`. `erased` is true for
 * those that leave no trace in the JavaScript.
 */
export function readImports(file, text) {
  const found = [];
  const add = (source, erased) => {
    if (typeof source?.value !== 'string') return;
    found.push({ specifier: source.value, line: lineAt(text, source.start), erased });
  };
  new Visitor({
    // `import { type A }` is not erased: under verbatimModuleSyntax `import {}` stays behind.
    ImportDeclaration: (node) => add(node.source, node.importKind === 'type'),
    ExportNamedDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ExportAllDeclaration: (node) => add(node.source, node.exportKind === 'type'),
    ImportExpression: (node) => add(node.source, false),
    TSImportType: (node) => add(node.source, true),
    TSExternalModuleReference: (node) => add(node.expression, false),
    TSModuleDeclaration: (node) => add(node.id, true),
    CallExpression: (node) => {
      if (isRequire(node.callee) || isResolve(node.callee)) add(node.arguments[0], false);
    },
  }).visit(parseSync(file, text).program);
  return found;
}

/** `require('x')` and `require.resolve('x')`, where `require` may come from createRequire. */
function isRequire(callee) {
  if (callee.type === 'Identifier') return callee.name === 'require';
  return callee.type === 'MemberExpression' && callee.object.name === 'require';
}

/** `import.meta.resolve('x')`: what is resolved is loaded elsewhere. */
function isResolve({ object, property }) {
  return object?.type === 'MetaProperty' && property.name === 'resolve';
}

/** `@scope/name/sub/path` → `{ name: '@scope/name', subpath: './sub/path' }`. */
export function splitSpecifier(specifier) {
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  return {
    name: parts.slice(0, length).join('/'),
    subpath: ['.', ...parts.slice(length)].join('/'),
  };
}
