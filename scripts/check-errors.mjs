// Holds the error codes in the sources and the tables of docs/errors.md equal, in both directions.

import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path/posix';
import { findCodes, findMentions } from './lib/error-codes.mjs';
import { finding, lineAt } from './lib/findings.mjs';
import { isMain, mainOfCheck } from './lib/main.mjs';
import { listSources, readPackages } from './lib/workspace.mjs';

const page = 'docs/errors.md';

/** Codes without a row, rows without a code, rows twice or half empty, codes that nothing throws. */
export function checkErrors(root) {
  const sources = readPackages(root)
    .flatMap(({ folder }) => listSources(root, `${folder}/src`))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
  const text = existsSync(join(root, page)) ? readFileSync(join(root, page), 'utf8') : '';
  const rows = readRows(text);
  return [
    ...checkDocumented(sources, rows),
    ...checkRows(sources, rows),
    ...checkAnchors(rows),
    ...checkContents(text),
    ...sources.filter(isErrorsFile).flatMap((one) => checkThrown(one, sources)),
  ];
}

/**
 * The rows of every table in the page: `{ code, line, anchor, meaning, solution }`, where `anchor`
 * is the id that the meaning begins with, by which the row can be linked to.
 */
export function readRows(text) {
  return text.split('\n').flatMap((content, index) => {
    const [code = '', cell = '', solution = ''] = cellsOf(content);
    if (!/^E_[A-Z0-9_]+$/.test(code)) return [];
    const [, anchor, meaning] = /^(?:<a id="([^"]*)"><\/a>)?(.*)$/.exec(cell);
    return [{ code, line: index + 1, anchor, meaning: meaning.trim(), solution }];
  });
}

function cellsOf(line) {
  if (!line.startsWith('|')) return [];
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell, index) => (index === 0 ? cell.replaceAll('`', '') : cell).trim());
}

/** A code in a comment promises an error too. */
function checkDocumented(sources, rows) {
  const documented = new Set(rows.map(({ code }) => code));
  const told = new Set();
  return sources.flatMap(({ file, text }) =>
    findMentions(text)
      .filter(({ code }) => !documented.has(code) && !told.has(code) && told.add(code))
      .map(({ code, line }) => finding(file, line, `${code} is not in ${page}`, 'add its row')),
  );
}

function checkRows(sources, rows) {
  const used = new Set(
    sources.flatMap(({ file, text }) =>
      // Parsing is the slow part, and most files have no code.
      text.includes('E_') ? findCodes(file, text).map(({ code }) => code) : [],
    ),
  );
  return rows.flatMap(({ code, line, meaning, solution }, index) => {
    if (rows.findIndex((row) => row.code === code) < index) {
      return [finding(page, line, `${code} is documented twice`, 'keep one row')];
    }
    if (!used.has(code)) {
      return [finding(page, line, `${code} is in no source`, 'remove its row, or throw it')];
    }
    if (meaning === '' || solution === '') {
      return [finding(page, line, `${code} is half told`, 'say what it means and how to solve it')];
    }
    return [];
  });
}

/** Each code is an address, `docs/errors.md#e_service_cycle`. */
function checkAnchors(rows) {
  return rows
    .filter(({ code, anchor }) => anchor !== code.toLowerCase())
    .map(({ code, line }) =>
      finding(
        page,
        line,
        `${code} cannot be linked to`,
        `begin its second cell with <a id="${code.toLowerCase()}"></a>`,
      ),
    );
}

/** The list on top of the page names every section below it. */
function checkContents(text) {
  return [...text.matchAll(/^## (.+)$/gm)]
    .filter(([, name]) => !text.includes(`- [${name}](#`))
    .map(({ 1: name, index }) =>
      finding(
        page,
        lineAt(text, index),
        `${name} is not in the list on top`,
        `add - [${name}](#${name.toLowerCase().replaceAll('/', '')}): what it is about`,
      ),
    );
}

/** A code of an errors.ts whose builder nobody calls. */
function checkThrown({ file, text }, sources) {
  return findCodes(file, text)
    .filter(({ builder }) => builder !== undefined)
    .filter(({ builder, start, end }) => {
      const use = new RegExp(`(?<![\\w.])${builder.replace('.', String.raw`\s*\.\s*`)}\\b`);
      const rest = text.slice(0, start) + text.slice(end);
      return ![...sources.filter((one) => one.file !== file), { text: rest }].some((one) =>
        use.test(withoutImports(one.text)),
      );
    })
    .map(({ code, line, builder }) =>
      finding(file, line, `${code} is never thrown`, `call ${builder}, or remove it and its row`),
    );
}

/** Passing a name on is not using it. */
function withoutImports(text) {
  return text.replaceAll(/\b(import|export)\s*(type\s*)?\{[^}]*\}\s*from\s*['"][^'"]+['"]/g, '');
}

function isErrorsFile({ file }) {
  return basename(file) === 'errors.ts';
}

if (isMain(import.meta)) mainOfCheck(checkErrors);
