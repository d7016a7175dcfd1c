// What `npm run compat` runs: installs what is missing, builds Stagewire, runs the tests, and puts
// what they saw of published plugins into README.md; with CI=true, a table that is out of date
// counts as a test that failed. Its last line is `N passed, N failed`.
//
//   node compat/run.mjs [name …]      names in test/, without .test.mjs, or testing; all by default

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addCounts, closingLine, countNodeTests } from '../scripts/lib/counts.mjs';
import { run } from '../scripts/lib/run.mjs';
import { prepare } from './lib/prepare.mjs';
import { installFolders, portalFolder } from './matrix/sets.mjs';
import { updateMatrix } from './matrix/table.mjs';
import { runScenarios, testingFolder } from './testing/run.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const FILE_LIMIT_S = 5 * 60;
const TEST_LIMIT_MS = 5 * 60_000;
/** The one that needs the release lines installed, and that the table is made of. */
const MATRIX_TEST = join('test', 'published-plugins.test.mjs');
/** The one that looks into packages of the full portal. */
const CHECK_TEST = join('test', 'check-published.test.mjs');
/** The full portal as its users start it, built, and split; it is one of the installs of that one. */
const PORTAL_TESTS = ['portal', 'built-portal', 'two-backends'].map((name) =>
  join('..', 'examples', 'full-portal', 'test', `${name}.test.mjs`),
);

/** The name of what runs in testing/. */
const SCENARIOS = 'testing';

const { passed, failed } = addCounts(await counted());
console.log(closingLine({ passed, failed }));
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** Counts by file. What keeps tests from being run at all counts as one that failed. */
async function counted() {
  const counts = [];
  try {
    const names = process.argv.slice(2);
    const files = await testFiles(
      names.filter((name) => name !== SCENARIOS),
      names.length === 0,
    );
    const withMatrix = files.includes(MATRIX_TEST);
    const withScenarios = names.length === 0 || names.includes(SCENARIOS);
    await prepare(
      ...(files.length > 0 ? [here] : []),
      ...(withScenarios ? [testingFolder] : []),
      ...(withMatrix ? installFolders : files.includes(CHECK_TEST) ? [portalFolder] : []),
    );
    if (withScenarios) counts.push(...(await runScenarios()));
    // One file at a time: each starts backends, and starting ones compete for the same cores.
    for (const file of files) counts.push(await runFile(file));
    if (withMatrix) {
      counts.push(await tellMatrix());
      for (const file of PORTAL_TESTS) counts.push(await runFile(file));
    }
  } catch (error) {
    console.error(error.message);
    counts.push({ passed: 0, failed: 1 });
  }
  return counts;
}

async function runFile(file) {
  const { code, output } = await run(
    process.execPath,
    ['--test', '--test-reporter=spec', `--test-timeout=${TEST_LIMIT_MS}`, file],
    { cwd: here, seconds: FILE_LIMIT_S },
  );
  console.log(output);
  return countNodeTests(output, code);
}

async function tellMatrix() {
  const upToDate = await updateMatrix({ mayWrite: process.env.CI !== 'true' });
  console.log(
    upToDate
      ? 'the table in compat/README.md says what was seen'
      : 'the table in compat/README.md is out of date: run `npm run compat`, and commit it',
  );
  return { passed: upToDate ? 1 : 0, failed: upToDate ? 0 : 1 };
}

async function testFiles(names, all) {
  const ending = '.test.mjs';
  const files = (await readdir(join(here, 'test'))).filter((name) => name.endsWith(ending)).sort();
  const unknown = names.filter((name) => !files.includes(name + ending));
  if (unknown.length > 0) throw new Error(`no such test: ${unknown}; there are ${files}`);
  return files
    .filter((file) => all || names.includes(file.slice(0, -ending.length)))
    .map((file) => join('test', file));
}
