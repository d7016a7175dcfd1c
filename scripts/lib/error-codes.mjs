// Where error codes stand in a source file, and what builds the error that carries them.

import { parseSync, visitorKeys } from 'oxc-parser';
import { lineAt } from './findings.mjs';

// A name that ends in an underscore stands for a family of codes, such as those of one part.
const code = /\bE_[A-Z][A-Z0-9_]*[A-Z0-9]\b/g;

/** Every code that a text names, also in comments: `{ code, line }`. */
export function findMentions(text) {
  return [...text.matchAll(code)].map((match) => ({
    code: match[0],
    line: lineAt(text, match.index),
  }));
}

/**
 * Every code that stands in the code itself as a string: `{ code, line, builder, start, end }`.
 * `builder` is what a caller writes to get the error, `wiringErrors.serviceCycle` or
 * `serviceCycle`, and start and end are where its definition stands.
 */
export function findCodes(file, text) {
  const found = [];
  walk(parseSync(file, text).program, [], (node, owners) => {
    for (const value of stringsOf(node)) {
      for (const [match] of value.matchAll(code)) {
        found.push({ code: match, line: lineAt(text, node.start), ...builderOf(owners) });
      }
    }
  });
  return found;
}

function stringsOf(node) {
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
  return node.type === 'TemplateElement' ? [node.value.raw] : [];
}

function walk(node, owners, visit) {
  visit(node, owners);
  const name = nameOf(node);
  const inner = name === undefined ? owners : [...owners, { name, node }];
  for (const key of visitorKeys[node.type] ?? []) {
    for (const child of [node[key]].flat()) if (child) walk(child, inner, visit);
  }
}

/** The name that a caller can use for what a node defines. */
function nameOf(node) {
  switch (node.type) {
    case 'VariableDeclarator':
    case 'FunctionDeclaration':
    case 'ClassDeclaration':
      return node.id?.name;
    case 'Property':
      return node.computed ? undefined : (node.key.name ?? node.key.value);
    default:
      return undefined;
  }
}

/** The function, or the entry of a table of functions. */
function builderOf([outer, inner]) {
  if (!outer) return { builder: undefined, start: 0, end: 0 };
  const isEntry = outer.node.type === 'VariableDeclarator' && inner?.node.type === 'Property';
  const { start, end } = (isEntry ? inner : outer).node;
  return { builder: isEntry ? `${outer.name}.${inner.name}` : outer.name, start, end };
}
