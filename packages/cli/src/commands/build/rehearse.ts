import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Diagnostic, Plan } from '@stagewire/wiring';
import type { CommandContext } from '../../command-context.js';
import { explainProgram } from '../../program/explain-program.js';
import { watchProgram } from '../../program/plan-program.js';
import { BUNDLE_FILES } from './bundle-format.js';

/** What a program leaves that ran to be built. */
export type Rehearsed = {
  /** The paths of all modules that it has loaded. */
  loaded: string[];
};

/** What came of running a build alone. */
export type Rehearsal = Rehearsed & {
  plans: Plan[];
  /** Why it did not get as far as a plan. */
  problems: Diagnostic[];
  /** What V8 has made of the bundle. */
  cache?: Buffer;
};

/** How long the program may take in all; milliseconds. */
const LIMIT = 90_000;

/** The name of the file that it leaves. */
const LEFT = 'rehearsal.json';

const DATABASE = 'APP_CONFIG_backend_database';

// A null hides what is configured elsewhere, such as the databases of single plugins.
const IN_MEMORY = JSON.stringify({
  client: 'better-sqlite3',
  connection: ':memory:',
  plugin: null,
  knexConfig: null,
});

export type RehearseOptions = {
  /** How it is called in what is told. */
  program: string;
  args: readonly string[];
  cwd: string;
};

/**
 * Runs a build in a process of its own, where its databases are in memory, neither the network nor
 * other programs can be reached, and nothing can be written but into a folder that is gone afterwards.
 *
 * @param folder - of the build
 */
export async function rehearse(
  folder: string,
  { program, args, cwd }: RehearseOptions,
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
): Promise<Rehearsal> {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'stagewire-build-')));
  try {
    const left = join(scratch, LEFT);
    const nodeArguments = [...permit(scratch), ...preload(), join(folder, BUNDLE_FILES.entry)];
    const child = spawn(process.execPath, [...nodeArguments, ...args], {
      cwd,
      env: { ...withoutDatabases(env), TMPDIR: scratch, STAGEWIRE_BUILD_LEAVE: left },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      signal,
    });
    const run = await watchProgram(child, program, LIMIT);
    signal.throwIfAborted();
    const plans = run.messages.flatMap((each) => (each.type === 'planned' ? [each.plan] : []));
    const problems = plans.length > 0 ? [] : explainProgram(run, cwd);
    return { plans, problems, ...readLeft(left) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Node refuses whatever is not named here, whoever asks for it. */
function permit(scratch: string): string[] {
  const isStable = process.allowedNodeEnvironmentFlags.has('--permission');
  return [
    isStable ? '--permission' : '--experimental-permission',
    '--allow-fs-read=*',
    `--allow-fs-write=${join(scratch, '*')}`,
    '--allow-addons',
    '--allow-worker',
    '--disable-warning=ExperimentalWarning',
    '--disable-warning=SecurityWarning',
  ];
}

function preload(): string[] {
  const child = import.meta.resolve('@stagewire/cli/build-child');
  // In a repository that has the sources of this package, they run; their compiler is a program.
  const source = child.endsWith('.ts')
    ? [
        '--allow-child-process',
        '--conditions=@stagewire/source',
        '--import',
        import.meta.resolve('tsx'),
      ]
    : [];
  return [...source, '--import', child];
}

/** The environment, with configuration on top of all other that leaves every database alone. */
function withoutDatabases(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name]) => !name.startsWith(DATABASE));
  return { NODE_ENV: 'production', ...Object.fromEntries(kept), [DATABASE]: IN_MEMORY };
}

function readLeft(file: string): Rehearsed & { cache?: Buffer } {
  if (!existsSync(file)) return { loaded: [] };
  const rehearsed = JSON.parse(readFileSync(file, 'utf8')) as Rehearsed;
  const cacheFile = `${file}.cache`;
  const cache = existsSync(cacheFile) ? { cache: readFileSync(cacheFile) } : {};
  return { ...rehearsed, ...cache };
}
