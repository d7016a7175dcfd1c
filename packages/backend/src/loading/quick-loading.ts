import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { debuglog } from 'node:util';
import { isOwnFolder, removeOldCacheFiles } from './cache-file.js';
import { CodeCache } from './code-cache.js';
import { collectGarbageWhenQuiet } from './collect-garbage.js';
import { DeferredPackages } from './deferred-packages.js';
import { isWatched } from './is-watched.js';

const debug = debuglog('stagewire-loading');
/** On globalThis in the output of `stagewire build`, which brings its code compiled. */
const BUILT_PROGRAM = Symbol.for('@stagewire/built-program');

type Loading = {
  /** The start went well: writes down what it has shown, and frees what it has left. */
  finish(): void;
  /** The start failed. */
  cancel(): void;
};

/**
 * Makes the packages of plugins load quicker, from the call on, by what former starts of the same
 * program have left in `node_modules/.cache/stagewire/loading`.
 *
 * @remarks
 * It does nothing in tests, under a loader, a debugger or a tracer, and where
 * `NODE_DISABLE_COMPILE_CACHE` says so. In a program that is built, without a `node_modules` folder,
 * and where others can write into that of the cache, only garbage is collected.
 *
 * @returns undefined if nothing is done; the first call of either function ends it
 */
export function loadQuickly(): Loading | undefined {
  if (isWatched()) return undefined;
  const file = findCacheFile();
  const caches = file === undefined ? undefined : installCaches(file);
  let isOver = false;
  const end = (then: () => void) => {
    if (isOver) return;
    isOver = true;
    caches?.uninstall();
    then();
  };
  const finish = async () => {
    await caches?.save().catch((error: unknown) => debug('not kept: %s', error));
    collectGarbageWhenQuiet();
  };
  return { finish: () => end(() => void finish()), cancel: () => end(() => {}) };
}

function installCaches(file: string): { uninstall(): void; save(): Promise<void> } {
  const isKeptByNode = process.env['NODE_COMPILE_CACHE'] !== undefined;
  const code = new CodeCache(`${file}.code`, (path) => !isKeptByNode && isInstalledCode(path));
  const packages = new DeferredPackages(`${file}.json`);
  const installed = [code.install(), packages.install()];
  return {
    uninstall: () => installed.forEach((uninstall) => uninstall()),
    async save() {
      debug('%s: %o, deferred: %o', file, code.counts, packages.deferred);
      await Promise.all([code.save(), packages.save()]);
      await removeOldCacheFiles(dirname(file), basename(file));
    },
  };
}

/** One for each program and version of Node, in the `node_modules` that the program uses. */
function findCacheFile(): string | undefined {
  const program = process.argv[1];
  if (!program || BUILT_PROGRAM in globalThis) return undefined;
  const modules = findModules(dirname(resolve(program)));
  if (!modules) return undefined;
  // One of its own: who else writes beside it may leave it open to others.
  const folder = join(modules, '.cache/stagewire/loading');
  if (!isOwnFolder(folder)) {
    debug('others can write into %s: it is not used', folder);
    return undefined;
  }
  const name = hash('sha256', `${resolve(program)} ${process.version} ${process.arch}`);
  return join(folder, name.slice(0, 16));
}

function findModules(folder: string): string | undefined {
  const modules = join(folder, 'node_modules');
  if (existsSync(modules)) return modules;
  const parent = dirname(folder);
  return parent === folder ? undefined : findModules(parent);
}

/** Code of one's own changes all the time, and is little. */
const isInstalledCode = (path: string) => /[\\/]node_modules[\\/]/.test(path);
