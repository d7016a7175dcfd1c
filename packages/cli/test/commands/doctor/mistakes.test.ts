import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { examineConfigurations } from '../../../src/commands/doctor/examine-configuration.js';
import { beginExamination } from '../../../src/commands/doctor/examination.js';
import type { Finding } from '../../../src/commands/doctor/finding.js';
import { readRepository } from '../../../src/repository/repository.js';
import { createContext } from '../../create-context.js';
import { runCli } from '../../run-cli.js';
import { makeRepository } from '../../temp-repository.js';
import { filesOf, mistakes, type Mistake } from './corpus.js';

const PROGRAM = fileURLToPath(new URL('mistaken-backends.ts', import.meta.url));
const BACKEND = fileURLToPath(new URL('../../../../backend', import.meta.url));

/** What nothing tells but the code of a plugin or service as it runs. */
const ONLY_AT_START = [
  'a decorator throws',
  'a decorator forgets to return',
  'a service is undefined',
  'a service factory throws',
  'a service factory throws for two plugins',
  'a root service factory throws',
  'createRootContext throws',
  'init throws an error',
  'init throws a string',
  'init of a module throws',
  'core.rootLifecycle is replaced by one without startup and shutdown',
  'a root service never comes',
  'init never ends',
  // A plugin without a schema: nobody knows which keys it reads.
  'a key is misspelt',
  // It is free, or not, at the moment of the start alone.
  'the port is in use',
  // Compiled by the HTTP server.
  'the proxy to trust is rubbish',
];

/** Found by the examination of the configuration, not by the plan. */
const BY_SETTINGS = new Map([
  ['the environment variable of a key is not set', 'E_CLI_CONFIG_VARIABLE'],
  ['the address to listen on is that of another machine', 'E_CLI_DOCTOR_SETTING'],
  ['there is no base URL', 'E_CLI_DOCTOR_SETTING'],
  ['a certificate is none', 'E_CLI_DOCTOR_SETTING'],
  ['a rate limit lets half a request pass', 'E_CLI_DOCTOR_SETTING'],
  ['a token of external access is too short', 'E_CLI_DOCTOR_SETTING'],
  ['the type of external access is unknown', 'E_CLI_DOCTOR_SETTING'],
  ['an endpoint of discovery has no target', 'E_CLI_DOCTOR_SETTING'],
]);

/** Keeps a plan from ending, so that it has to be run alone. */
const STALLS = mistakes.find(({ name }) => name === 'a feature loader never ends')!;

const byPlan = mistakes.filter(
  (mistake) =>
    mistake !== STALLS && !BY_SETTINGS.has(mistake.name) && !ONLY_AT_START.includes(mistake.name),
);

describe('the mistakes of the corpus', () => {
  it('that can be known before a start are found by a plan, each by its code', async () => {
    const findings = await examine(byPlan);

    const found = byPlan.filter(({ tells }, index) =>
      findings.some(
        ({ backend, code }) => backend?.endsWith(` #${index + 1}`) && code === tells.code,
      ),
    );
    expect(names(byPlan).filter((name) => !names(found).includes(name))).toEqual([]);
    expect(found.length).toBeGreaterThanOrEqual(80);
  }, 60_000);

  it('are found when nothing is left that could wake the plan', async () => {
    const findings = await examine([STALLS]);

    expect(findings.map(({ code }) => code)).toContain('E_STARTUP_STALLED');
  }, 60_000);

  it.each([...BY_SETTINGS])('are found in the configuration: %s', async (name, code) => {
    const mistake = mistakes.find((each) => each.name === name)!;
    using folder = makeRepository(filesOf(mistake));
    const env = { PORT: '7007' };
    const backend = { name, program: folder.root, directory: folder.root, args: [] };
    const context = createContext(folder.root, env);
    const repository = readRepository(folder.root);

    const { findings } = await examineConfigurations(
      beginExamination(repository, [backend], {}, context),
    );

    expect(findings.map((finding) => finding.code)).toContain(code);
  });
});

const names = (some: readonly Mistake[]) => some.map(({ name }) => name);

/** Runs a program that makes mistakes through the doctor. */
async function examine(some: readonly Mistake[]): Promise<Finding[]> {
  const places = some.map((mistake) => String(mistakes.indexOf(mistake)));
  using folder = makeRepository({
    ...filesOf({}),
    'package.json': '{ "name": "acme", "dependencies": { "@stagewire/backend": "0.1.0" } }',
    'program.mts': `import ${JSON.stringify(PROGRAM)};\n`,
    ...Object.fromEntries(
      some.flatMap((mistake, index) =>
        Object.entries(filesOf(mistake)).map(([path, text]) => [`${places[index]}/${path}`, text]),
      ),
    ),
  });
  // Its schemas are those that the configurations are held to.
  folder.link('node_modules/@stagewire/backend', BACKEND);
  const env = { ...process.env, PORT: '7007', MISTAKES: places.join(',') };
  const { stdout } = await runCli(['doctor', 'program.mts', '--json'], { cwd: folder.root, env });
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}
