import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { countNodeTests, countVitest } from '../../scripts/lib/counts.mjs';
import { run } from '../../scripts/lib/run.mjs';

export const testingFolder = fileURLToPath(new URL('.', import.meta.url));

const LIMIT_S = 300;
const jest = join('node_modules', 'jest', 'bin', 'jest.js');
const vitest = join('node_modules', 'vitest', 'vitest.mjs');

/** Each runs all of scenarios/, but for those of their own, and writes a report of the same form. */
const runs = [
  {
    title: 'Jest, with the stock test utilities',
    // It leaves handles behind, which keep Jest.
    args: [jest, '--config', 'jest.stock.config.mjs', '--forceExit', '--json'],
  },
  {
    title: 'Jest, with those of Stagewire',
    args: [jest, '--config', 'jest.stagewire.config.mjs', '--json'],
  },
  {
    title: 'Vitest, with those of Stagewire',
    args: [vitest, 'run', '--config', 'vitest.config.mjs', '--reporter=json'],
  },
  {
    title: 'Jest, what only it has',
    args: [jest, '--config', 'jest.sandbox.config.mjs', '--json'],
    isOfItsOwn: true,
  },
];

/**
 * Runs the scenarios with the stock test utilities and with those of Stagewire, and a few tests
 * under node:test.
 *
 * @returns counts of each run; a run of scenarios/ with other tests than the first counts as one
 *   that failed
 */
export async function runScenarios() {
  const folder = await mkdtemp(join(tmpdir(), 'stagewire-scenarios-'));
  try {
    const counts = [];
    let expected;
    for (const [index, { title, args, isOfItsOwn }] of runs.entries()) {
      const file = join(folder, `${index}.json`);
      const { report, code, output } = await runOne([...args, `--outputFile=${file}`], file);
      const counted = countVitest(report, code);
      const passed = passedByFile(report);
      expected ??= passed;
      if (counted.failed > 0) console.log(output);
      else if (!isOfItsOwn && passed !== expected) {
        console.log(`other tests than with the stock ones:\n${passed}\ninstead of\n${expected}`);
        counted.failed += 1;
      }
      console.log(`${title}: ${counted.passed} passed, ${counted.failed} failed`);
      counts.push(counted);
    }
    return [...counts, await runNodeTests()];
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function runOne(args, file) {
  const { code, output } = await run(process.execPath, args, {
    cwd: testingFolder,
    seconds: LIMIT_S,
  });
  const report = await readFile(file, 'utf8').then(JSON.parse, () => undefined);
  return { report, code, output };
}

/** `auth.test.mjs 5` and so on, in order. */
function passedByFile(report) {
  const lines = (report?.testResults ?? []).map(({ name, assertionResults }) => {
    const passed = assertionResults.filter(({ status }) => status === 'passed');
    return `${basename(name)} ${passed.length}`;
  });
  return lines.sort().join('\n');
}

async function runNodeTests() {
  const file = join('node-test', 'todo.test.mjs');
  const { code, output } = await run(process.execPath, ['--test', '--test-reporter=spec', file], {
    cwd: testingFolder,
    seconds: LIMIT_S,
  });
  const counts = countNodeTests(output, code);
  if (counts.failed > 0) console.log(output);
  console.log(`node:test: ${counts.passed} passed, ${counts.failed} failed`);
  return counts;
}
