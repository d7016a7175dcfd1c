// What packages export, in files that are committed: a report for each package, and the reference.
// Both are made from the declarations that the compiler writes for the sources.
//
//   node scripts/api.mjs [--check]      writes them, or tells how they differ from the sources

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { readRows } from './check-errors.mjs';
import { checkComments } from './lib/api/check-comments.mjs';
import { withDeclarations } from './lib/api/declarations.mjs';
import { makeReference } from './lib/api/reference.mjs';
import { makeReports } from './lib/api/report.mjs';
import { diff } from './lib/api/tools.mjs';
import { finding, formatFinding } from './lib/findings.mjs';
import { isMain } from './lib/main.mjs';
import { repository } from './lib/workspace.mjs';

const reference = 'docs/reference';
const errorsPage = 'docs/errors.md';

/** All files, as the sources have them, and what is wrong with comments: `{ files, findings }`. */
export async function makeApi(root) {
  const errors = readText(root, errorsPage);
  const codes = new Set(readRows(errors).map(({ code }) => code));
  return await withDeclarations(root, (entries, folder) => {
    const { reports, program } = makeReports(root, entries, folder);
    const made = makeReference(root, { program, entries, folder, codes });
    return {
      files: [...reports, ...made.pages],
      findings: [...checkComments(root, { program, entries, folder }), ...made.findings],
    };
  });
}

/** Writes the files and removes pages that nothing is told on any more; gives the findings back. */
export async function writeApi(root) {
  const { files, findings } = await makeApi(root);
  for (const file of findLeftovers(root, files)) rmSync(join(root, file));
  for (const { file, text } of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return findings;
}

/** Whatever is not as the sources have it, with the lines that differ. */
export async function checkApi(root) {
  const { files, findings } = await makeApi(root);
  return [...findings, ...findStale(root, files)];
}

/** Files that differ from what they should be, that are missing, and that should be gone. */
export function findStale(root, files) {
  const fix = 'type "npm run api", and look at what changes';
  return [
    ...files
      .filter(({ file, text }) => readText(root, file) !== text)
      .map(({ file, text }) =>
        finding(
          file,
          0,
          'is not what the sources say',
          `${fix}\n${differences(readText(root, file), text)}`,
        ),
      ),
    ...findLeftovers(root, files).map((file) =>
      finding(file, 0, 'is the page of nothing', 'type "npm run api", which removes it'),
    ),
  ];
}

function findLeftovers(root, files) {
  const folder = join(root, reference);
  const made = new Set(files.map(({ file }) => file));
  return (existsSync(folder) ? readdirSync(folder) : [])
    .map((name) => `${reference}/${name}`)
    .filter((file) => !made.has(file));
}

/** The lines that differ; of many, the first. */
function differences(before, after, most = 40) {
  const { hunks } = diff.structuredPatch('', '', before, after, '', '', { context: 1 });
  const lines = hunks.flatMap((hunk) => hunk.lines.map((line) => `  ${line}`));
  const rest = lines.length - most;
  return [...lines.slice(0, most), ...(rest > 0 ? [`  … ${rest} more lines`] : [])].join('\n');
}

function readText(root, file) {
  return existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
}

async function main() {
  const { values } = parseArgs({ options: { check: { type: 'boolean' } } });
  const findings = await (values.check ? checkApi(repository) : writeApi(repository));
  for (const one of findings) console.log(formatFinding(one));
  process.exitCode = findings.length > 0 ? 1 : 0;
}

if (isMain(import.meta)) await main();
