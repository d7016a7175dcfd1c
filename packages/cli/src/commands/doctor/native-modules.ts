import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { doctorErrors } from './errors.js';
import type { Examination } from './examination.js';
import { toFinding, type Finding } from './finding.js';
import type { InstalledPackage } from './installed-tree.js';

/** Who depends on one of these has a native part. */
const LOADERS = ['bindings', 'node-gyp-build', 'prebuild-install', '@mapbox/node-pre-gyp'];

/** How long one of them may take to load; milliseconds. */
const LIMIT = 30_000;

/** Loads every native module in a process of its own, as one that fails may end it. */
export async function examineNativeModules({ tree, context }: Examination): Promise<Finding[]> {
  const all = [...tree.packages.values()];
  const locals = new Set(
    all.flatMap(({ name, version, isLocal }) => (isLocal ? `${name}@${version}` : [])),
  );
  const findings: Finding[] = [];
  for (const { name, version, folder, wantedBy } of all.filter(isNative)) {
    const reason = await context.progress.during(`loading ${name}`, () =>
      load(folder, context.env),
    );
    if (reason === undefined) continue;
    const culprits = [`${name}@${version}`, `wanted by ${[...wantedBy].join(', ')}`];
    // Whether what others bring is used at all cannot be known.
    const severity = [...wantedBy].some((each) => locals.has(each)) ? 'error' : 'warning';
    findings.push(toFinding('install', severity, doctorErrors.native(name, reason), culprits));
  }
  return findings;
}

/** Those that others do without where they cannot be built are none of our business. */
function isNative({ manifest, folder, isLocal, name }: InstalledPackage): boolean {
  if (isLocal || LOADERS.includes(name)) return false;
  const { dependencies = {} } = manifest;
  const isBuilt =
    existsSync(join(folder, 'binding.gyp')) ||
    LOADERS.some((each) => Object.hasOwn(dependencies, each));
  return isBuilt && manifest.main !== undefined;
}

/** @returns why it does not load; undefined when it does */
async function load(folder: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const program = `require(${JSON.stringify(folder)})`;
  const child = spawn(process.execPath, ['-e', program], {
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: LIMIT,
    killSignal: 'SIGKILL',
  });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return undefined;
  const line = told.split('\n').find((each) => /^\w*Error\b/.test(each));
  return line ?? `its process ended with ${signal ?? `exit code ${code}`}`;
}
