// What `npm test` runs: the types, the tests of these scripts, and the tests of the packages.
// Its last line is `N passed, N failed`. The types count as one test.
//
//   node scripts/test.mjs [--node <path>]
//
// --node <path> runs the tests with another Node binary. The types stay out then: they were
// checked by the first run, and no Node changes them.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { addCounts, closingLine, countNodeTests, countVitest } from './lib/counts.mjs';
import { isMain } from './lib/main.mjs';
import { run } from './lib/run.mjs';
import { repository } from './lib/workspace.mjs';

/** In seconds, which is what run() counts in. */
const minutes = 60;

const allParts = { types: testTypes, scripts: testScripts, packages: testPackages };

/** Runs the parts one after the other, tells what each says, and gives back the sum of counts. */
export async function testAll(root, { parts = allParts, node = process.execPath, tell }) {
  const all = [];
  for (const [name, test] of Object.entries(parts)) {
    const { counts, output } = await test(root, node);
    if (output) tell(output.trimEnd());
    tell(`${name}: ${closingLine(counts)}`);
    all.push(counts);
  }
  return addCounts(all);
}

/** Checks the types of everything, including what must not compile. */
async function testTypes(root) {
  const { code, output } = await run(
    process.execPath,
    [tool(root, 'typescript', 'bin/tsc'), '-p', '.'],
    {
      cwd: root,
      seconds: 5 * minutes,
    },
  );
  return { counts: { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }, output };
}

/** Runs the tests of the scripts. */
async function testScripts(root, node) {
  // By name, one for one: what a folder means to `node --test` differs between versions of Node.
  const files = readdirSync(join(root, 'scripts/test'))
    .filter((name) => name.endsWith('.test.mjs'))
    .map((name) => join('scripts/test', name));
  const { code, output } = await run(node, ['--test', '--test-reporter=spec', ...files], {
    cwd: root,
    env: environmentFor(node),
    seconds: 5 * minutes,
  });
  const counts = countNodeTests(output, code);
  return { counts, output: counts.failed > 0 ? output : '' };
}

/** Runs the tests of the packages; what they say goes to the terminal. */
async function testPackages(root, node) {
  const folder = mkdtempSync(join(tmpdir(), 'stagewire-test-'));
  const report = join(folder, 'report.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  try {
    const { code } = await run(node, [tool(root, 'vitest', 'vitest.mjs'), 'run', ...reporters], {
      cwd: root,
      env: environmentFor(node),
      seconds: 15 * minutes,
      show: true,
    });
    return { counts: countVitest(readReport(report), code), output: '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A program of a dependency as its file, so that it runs with the Node that is asked for. */
function tool(root, name, file) {
  return join(root, 'node_modules', name, file);
}

/** Programs that a test starts as `node` are to be the same Node. */
function environmentFor(node) {
  // Set by `node --test` for its children; a test run inside a test would report to the outer one.
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  return { ...env, PATH: `${dirname(node)}${delimiter}${env.PATH}` };
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

async function main() {
  const { values } = parseArgs({ options: { node: { type: 'string' } } });
  const parts = values.node ? { scripts: testScripts, packages: testPackages } : allParts;
  const total = await testAll(repository, {
    parts,
    node: resolve(values.node ?? process.execPath),
    tell: console.log,
  });
  console.log(closingLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

if (isMain(import.meta)) await main();
