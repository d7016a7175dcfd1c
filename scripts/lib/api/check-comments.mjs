// Holds everything that authors can import to having a comment, and the comment to its form.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { finding, lineAt } from '../findings.mjs';
import {
  findComment,
  findSlips,
  hasTag,
  readComment,
  readFileComment,
  renderComment,
} from './comments.mjs';
import { readEntry, withPages } from './entries.mjs';
import { readExports, sourceOf } from './exports.mjs';
import { publicMembers } from './signatures.mjs';
import { ts } from './tools.mjs';

const stages = ['@public', '@beta', '@alpha', '@internal'];

/** Exports without a first sentence or a stage, members without a sentence, nameless entries. */
export function checkComments(root, { program, entries, folder }) {
  const checker = program.getTypeChecker();
  const modules = readExports(program, withPages(entries), folder);
  const seen = new Set();
  const found = modules.flatMap(({ exports }) =>
    exports
      .filter(({ symbol }) => !seen.has(symbol) && seen.add(symbol))
      .flatMap((one) => checkExport(one, checker)),
  );
  return [
    ...modules.flatMap(({ entry }) => checkEntry(root, entry)),
    ...found.map(({ node, name, method, why, fix }) => {
      const file = sourceOf(node, folder);
      return finding(
        file,
        findLine(readFileSync(join(root, file), 'utf8'), name, method),
        why,
        fix,
      );
    }),
  ];
}

/** What the main entry is for stands in the package.json. */
function checkEntry(root, entry) {
  if (entry.subpath === '.' || readFileComment(readEntry(root, entry))) return [];
  const fix = 'say so in a comment on top of it, with @packageDocumentation';
  return [finding(`${entry.folder}/${entry.source}`, 1, 'nothing says what it is for', fix)];
}

function checkExport(one, checker) {
  return [...checkForm(one, checker), ...one.nodes.flatMap((node) => checkSlips(node, one.name))];
}

function checkSlips(node, name) {
  const all = isShape(node) ? [node, ...node.members] : [node];
  return all
    .flatMap(findSlips)
    .map((why) => ({ node, name, why, fix: 'write it as https://tsdoc.org has it' }));
}

function checkForm({ name, nodes }, checker) {
  const comments = nodes.map(readComment);
  const [node] = nodes;
  if (!comments.some(hasSummary)) {
    return [{ node, name, why: `${name} has no comment`, fix: 'say what it is for' }];
  }
  if (!comments.some((comment) => stages.some((stage) => hasTag(comment, stage)))) {
    const why = `the comment of ${name} does not say for whom it is`;
    return [{ node, name, why, fix: 'end it with @public, @alpha or @internal' }];
  }
  return comments.some((comment) => hasTag(comment, '@internal'))
    ? []
    : nodes.flatMap((one) => checkMembers(one, checker));
}

/** Methods speak for themselves only to those who wrote them; fields often do. */
function checkMembers(node, checker) {
  if (!isShape(node)) return [];
  const methods = publicMembers(node).filter(
    // What is named by a symbol is called by the language, which says what it is for.
    (one) => isMethod(one) && !ts.isComputedPropertyName(one.name),
  );
  const told = new Set(
    methods.filter((one) => hasSummary(findComment(one, checker))).map((one) => one.name.getText()),
  );
  return methods
    .map((one) => one.name.getText())
    .filter((method) => !told.has(method))
    .map((method) => {
      const why = `${node.name.text}.${method} has no comment`;
      return { node, name: node.name.text, method, why, fix: 'say what it is for' };
    });
}

function isShape(node) {
  return ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
}

function isMethod(node) {
  return ts.isMethodSignature(node) || ts.isMethodDeclaration(node);
}

function hasSummary(comment) {
  const plain = { link: (name) => name, code: (text) => text };
  return comment !== undefined && renderComment(comment, plain).summary !== '';
}

/** Where a name is defined in the source, or a method after it; 0 when it is not found. */
function findLine(text, name, method) {
  const start = text.search(
    new RegExp(`(?:function\\*?|const|class|interface|type|enum) ${name}\\b`),
  );
  if (start === -1) return 0;
  const inner = method ? text.slice(start).search(new RegExp(`\\b${method}\\??[(<]`)) : 0;
  return lineAt(text, start + Math.max(inner, 0) + 1);
}
