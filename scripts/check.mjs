// What `npm run check` runs: every check of the repository, then the tests. One line per step with
// its time, and what a step says only when it fails. Its last line is `N passed, N failed`.
//
//   node scripts/check.mjs [--no-test]

import { parseArgs } from 'node:util';
import { auditFindings } from './lib/audit.mjs';
import { addCounts, closingLine } from './lib/counts.mjs';
import { formatFinding } from './lib/findings.mjs';
import { isMain } from './lib/main.mjs';
import { runNpm } from './lib/npm.mjs';
import { run } from './lib/run.mjs';
import { repository } from './lib/workspace.mjs';
import { checkApi } from './api.mjs';
import { build } from './build.mjs';
import { checkErrors } from './check-errors.mjs';
import { checkExamples } from './check-examples.mjs';
import { checkLayers } from './check-layers.mjs';
import { checkLinks } from './check-links.mjs';
import { checkPackages } from './check-packages.mjs';
import { checkWords } from './check-words.mjs';
import { testAll } from './test.mjs';

/** Each step gives back `{ state: 'passed' | 'failed' | 'skipped', details }`. */
const steps = {
  format: (root) => runTool(root, 'oxfmt', ['--check']),
  lint: (root) => runTool(root, 'oxlint', []),
  layers: (root) => fromFindings(checkLayers(root)),
  errors: (root) => fromFindings(checkErrors(root)),
  packages: (root) => fromFindings(checkPackages(root)),
  links: (root) => fromFindings(checkLinks(root)),
  words: (root) => fromFindings(checkWords(root)),
  api: async (root) => fromFindings(await checkApi(root)),
  examples: async (root) => fromFindings(await checkExamples(root)),
  build: async (root) => {
    const { ok, output } = await build(root);
    return { state: ok ? 'passed' : 'failed', details: output };
  },
  audit,
};

/** Runs steps one after the other and tells each result: `{ name, state, details, ms }`. */
export async function runSteps(root, list, tell) {
  const results = [];
  for (const [name, step] of Object.entries(list)) {
    const start = performance.now();
    const { state, details } = await attempt(step, root);
    const result = { name, state, details, ms: performance.now() - start };
    tell(result);
    results.push(result);
  }
  return results;
}

/** One line, and below it what a step that did not pass has to say. */
export function formatResult({ name, state, details, ms }) {
  const line = `${name.padEnd(9)} ${state.padEnd(7)} ${(ms / 1000).toFixed(1).padStart(6)} s`;
  return state === 'passed' || details === '' ? line : `${line}\n${indent(details)}`;
}

/** A step that throws has failed. */
async function attempt(step, root) {
  try {
    return await step(root);
  } catch (error) {
    return { state: 'failed', details: error.stack ?? String(error) };
  }
}

function fromFindings(findings) {
  return {
    state: findings.length > 0 ? 'failed' : 'passed',
    details: findings.map(formatFinding).join('\n'),
  };
}

async function runTool(root, name, args) {
  const { code, output } = await run(
    process.execPath,
    [`node_modules/${name}/bin/${name}`, ...args],
    {
      cwd: root,
      seconds: 120,
    },
  );
  return { state: code === 0 ? 'passed' : 'failed', details: output.trim() };
}

/** What is known against the packages that an installation brings; needs the registry. */
async function audit(root) {
  const { stdout } = await runNpm(['audit', '--json', '--omit=dev', '--fetch-retries=0'], {
    cwd: root,
    seconds: 60,
  });
  const found = auditFindings(stdout);
  if (!found) return { state: 'skipped', details: 'the registry gave no answer to npm audit' };
  return { state: found.length > 0 ? 'failed' : 'passed', details: found.join('\n') };
}

function indent(text) {
  return text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}

async function main() {
  const { values } = parseArgs({ options: { 'no-test': { type: 'boolean' } } });
  const results = await runSteps(repository, steps, (result) => console.log(formatResult(result)));
  const counts = ['passed', 'failed', 'skipped'].map((state) => [
    state,
    results.filter((result) => result.state === state).length,
  ]);
  const all = [Object.fromEntries(counts)];
  if (!values['no-test']) all.push(await testAll(repository, { tell: console.log }));
  const total = addCounts(all);
  console.log(closingLine(total));
  process.exitCode = total.failed > 0 ? 1 : 0;
}

if (isMain(import.meta)) await main();
