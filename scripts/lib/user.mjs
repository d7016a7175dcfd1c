// Somebody who has Node and npm, an empty folder, and the packages as they are published.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from '../build.mjs';
import { pack } from '../pack.mjs';
import { closingLine } from './counts.mjs';
import { runNpm } from './npm.mjs';
import { startRegistry } from './registry.mjs';
import { run } from './run.mjs';
import { repository } from './workspace.mjs';

const COMMAND_LIMIT_S = 240;
const STOP_LIMIT_MS = 15_000;

/** Somebody with a folder, and a terminal in it. */
export class User {
  constructor(folder, env) {
    this.folder = folder;
    this.env = env;
  }

  /** Types a command, and expects it to succeed; gives back what it says. */
  async types(command, args) {
    const { code, output } = await run(command, args, {
      cwd: this.folder,
      env: this.env,
      seconds: COMMAND_LIMIT_S,
    });
    assert.equal(code, 0, `${command} ${args.join(' ')} ended with ${code}:\n${output}`);
    return output;
  }

  /**
   * Types a command that goes on: `{ child, output, on, stop }`, where `output()` is what it has
   * said so far, and `on(callback)` hears of more. It ends with us at the latest.
   */
  leavesRunning(command, args, env = {}) {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    let output = '';
    const keep = (part) => (output += part);
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const ended = new Promise((settle) => child.on('close', settle));
    const endWithUs = () => endGroup(child, 'SIGKILL');
    process.once('exit', endWithUs);
    void ended.then(() => process.off('exit', endWithUs));
    return {
      child,
      ended,
      output: () => output,
      on: (callback) => [child.stdout, child.stderr].forEach((each) => each.on('data', callback)),
      async stop() {
        endGroup(child, 'SIGTERM');
        const late = setTimeout(() => endGroup(child, 'SIGKILL'), STOP_LIMIT_MS);
        await ended;
        clearTimeout(late);
      },
    };
  }

  reads(path) {
    return readFileSync(join(this.folder, path), 'utf8');
  }

  writes(path, text) {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  sees(path, pattern) {
    assert.match(this.reads(path), pattern);
  }
}

function endGroup(child, signal) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, signal);
}

/**
 * Lets a user in: `{ user, close }`. With `packed`, the packages are the tarballs in that folder,
 * where they would be built and packed otherwise; with `keep`, the user's folder stays behind.
 */
export async function enterAsUser({ packed, node = process.execPath, keep = false }) {
  const scratch = mkdtempSync(join(tmpdir(), 'stagewire-user-'));
  if (!keep) process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const registry = await startRegistry(await toTarballs(packed, scratch));
  const folder = join(scratch, 'portal');
  mkdirSync(folder);
  const env = await toEnvironment(scratch, node, registry.url);
  return { user: new User(folder, env), close: () => registry.close() };
}

/**
 * What the user's commands see: this Node, the registry of our packages beside the usual one, and a
 * folder of its own for what npx installs, as it keeps a package by its name whatever is in it.
 */
async function toEnvironment(scratch, node, registry) {
  const read = async (key) => {
    const { stdout } = await runNpm(['config', 'get', key], { cwd: scratch, seconds: 30 });
    return stdout.trim();
  };
  const cache = join(scratch, 'cache');
  const downloads = join(await read('cache'), '_cacache');
  mkdirSync(cache);
  mkdirSync(downloads, { recursive: true });
  symlinkSync(downloads, join(cache, '_cacache'), 'junction');
  const settings = join(scratch, 'npmrc');
  const usual = await read('userconfig');
  const text = existsSync(usual) ? readFileSync(usual, 'utf8') : '';
  writeFileSync(settings, `${text}\n@stagewire:registry=${registry}\n`);
  // What the npm that runs this script says of itself, and of its folder, is not for the user's.
  const own = Object.entries(process.env).filter(
    ([name]) => !/^npm_/i.test(name) || /^npm_config_registry$/i.test(name),
  );
  return {
    ...Object.fromEntries(own),
    PATH: [dirname(node), process.env.PATH].join(delimiter),
    NO_PROXY: [process.env.NO_PROXY, '127.0.0.1'].filter(Boolean).join(','),
    npm_config_cache: cache,
    npm_config_update_notifier: 'false',
    npm_config_userconfig: settings,
    CI: 'true',
  };
}

/** The tarballs of all packages: those in a folder, or made anew. */
async function toTarballs(packed, scratch) {
  if (packed) return readdirSync(packed).map((name) => join(resolve(packed), name));
  const { ok, output } = await build(repository);
  assert.ok(ok, `the build failed:\n${output}`);
  return (await pack(repository, join(scratch, 'packed'))).map(({ file }) => file);
}

/** Runs the steps, one line for each, until one fails; those behind it have failed too. */
export async function runSteps(user, steps) {
  const start = performance.now();
  for (const [at, [name, step]] of steps.entries()) {
    const begin = performance.now();
    try {
      await step(user);
    } catch (error) {
      console.log(`failed  ${name}\n${error.stack}`);
      for (const [skipped] of steps.slice(at + 1)) console.log(`not run ${skipped}`);
      return { passed: at, failed: steps.length - at };
    }
    console.log(`passed  ${toSeconds(begin)}  ${name}`);
  }
  console.log(`        ${toSeconds(start)}  altogether`);
  return { passed: steps.length, failed: 0 };
}

const toSeconds = (start) => `${((performance.now() - start) / 1000).toFixed(1).padStart(5)} s`;

/**
 * What a script of steps does as a program: reads `--packed`, `--node` and `--keep`, lets a user in,
 * runs the steps, and closes with a line of counts. `leave` is called before the user goes.
 */
export async function mainOfSteps(steps, leave = async () => {}) {
  const { values } = parseArgs({
    options: {
      packed: { type: 'string' },
      node: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  let counts = { passed: 0, failed: steps.length };
  let entered;
  try {
    entered = await enterAsUser(values);
    counts = await runSteps(entered.user, steps);
    if (values.keep) console.log(`see ${entered.user.folder}`);
  } catch (error) {
    console.log(error.stack);
  } finally {
    await leave();
    await entered?.close();
  }
  console.log(closingLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

/** A port of this machine that nobody listens on. */
export function findFreePort() {
  return new Promise((settle) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => settle(port));
    });
  });
}
