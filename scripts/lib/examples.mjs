// The examples of the documentation: TypeScript in Markdown pages, and in comments of sources.

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { parseSync } from 'oxc-parser';
import { readEntries } from './api/entries.mjs';
import { lineAt } from './findings.mjs';
import { listPages } from './markdown.mjs';
import { listSources, readPackages } from './workspace.mjs';

/**
 * Every example: `{ file, line, code, path }`, where `line` is that of its first line, and `path`
 * where it belongs: examples of a page may import each other.
 */
export function listExamples(root) {
  const sources = readPackages(root, ['packages', 'plugins']).flatMap(({ folder }) =>
    listSources(root, `${folder}/src`),
  );
  return [
    ...listPages(root)
      .filter(isExplaining)
      .map((file) => findFences(file, readText(root, file))),
    ...sources.map((file) => findExamplesInComments(file, readText(root, file))),
  ].flatMap((examples, index) =>
    placeExamples(
      examples.filter((one) => !isTestedAsFile(root, one)),
      String(index),
    ),
  );
}

/**
 * An example that begins with its name, `// src/mail-service.ts`, is found by the others of its
 * page; those without one stand where the first with a name does.
 */
export function placeExamples(examples, folder) {
  const named = examples.map(({ code }) => /^\/\/ ([\w./-]+\.ts)\n/.exec(code)?.[1]);
  const beside = dirname(named.find(Boolean) ?? '.');
  return examples.map((example, index) => {
    // Two steps of one file are two files.
    const isFirst = named.indexOf(named[index]) === index;
    const path = named[index] && isFirst ? named[index] : join(beside, `example-${index}.ts`);
    return { ...example, path: join(folder, path) };
  });
}

/**
 * The reference and the reports repeat the sources, decisions are of their day, and the tutorial is
 * followed as a whole by a script of its own.
 */
function isExplaining(file) {
  return !/^docs\/reference\/|^docs\/getting-started\.md$|^decisions\/|\/api-report\.md$/.test(
    file,
  );
}

/** The fences of a text that are marked as TypeScript. */
export function findFences(file, text) {
  return [...text.matchAll(/^( *)```ts\n(.*?)^\1```/gms)].map(({ 0: all, 2: code, index }) => ({
    file,
    line: lineAt(text, index + all.indexOf('\n')) + 1,
    code,
  }));
}

/** The same in the comments of a source; the stars in front of the lines go, the lines stay. */
export function findExamplesInComments(file, text) {
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap(({ 0: comment, index }) => {
    if (!comment.includes('```ts')) return [];
    const first = lineAt(text, index) - 1;
    const plain = comment.replaceAll(/^[ \t]*\*(?!\/) ?/gm, '');
    return findFences(file, plain).map(({ line, code }) => ({ file, line: first + line, code }));
  });
}

/** An example that a test runs as a file of its own is checked there. */
function isTestedAsFile(root, { file, code }) {
  const twin = join(root, file, '../test/readme-example.ts');
  return file.endsWith('README.md') && existsSync(twin) && readFileSync(twin, 'utf8') === code;
}

/**
 * An example as a module. One without imports leaves them to its reader: what our packages export
 * is imported in front of it, on a line of its own.
 */
export function toModule({ code }, exported) {
  const isWhole = /^import\b/m.test(code);
  const words = new Set(isWhole ? [] : code.match(/[\w$]+/g));
  const imports = [...exported]
    .filter(([name]) => words.has(name) && !isDeclared(name, code))
    .map(([name, specifier]) => `import { ${name} } from '${specifier}';`);
  return `${imports.join(' ')} export {};\n${code}`;
}

function isDeclared(name, code) {
  return new RegExp(`\\b(?:const|let|function|class|interface|type) ${name}\\b`).test(code);
}

/** Which entry point exports a name, of those that authors import: `name → specifier`. */
export function findExported(root) {
  const exported = new Map();
  for (const { specifier, folder, source } of readEntries(root)) {
    const file = join(folder, source);
    const names = parseSync(file, readText(root, file)).module.staticExports.flatMap((one) =>
      one.entries.map(({ exportName }) => exportName.name),
    );
    // `export *` has no names, so what is in two places is found where it is defined.
    for (const name of names) if (name && !exported.has(name)) exported.set(name, specifier);
  }
  return exported;
}

function readText(root, file) {
  return readFileSync(join(root, file), 'utf8');
}
