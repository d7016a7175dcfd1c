// Loaded before a program that was built, in a process of its own: its backends start as they would,
// with nothing around them. At the end it leaves what was loaded, and what V8 made of it.
import { writeFileSync } from 'node:fs';
import { Module } from 'node:module';
import { setTimeout as wait } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';
import { setBackendHost, type HostedBackend } from '@stagewire/wiring/host';
import type { StartedBackend } from '@stagewire/wiring';
import { describeThrown } from '../../program/describe-thrown.js';
import { tell } from '../../program/tell-parent.js';
import { BUILT_PROGRAM, type BuiltProgram } from './bundle-format.js';
import { closeOff } from './close-off.js';
import type { Rehearsed } from './rehearse.js';

/** How long a program may go on after its last start, as it may start another backend; milliseconds. */
const GRACE = 500;

/** How long a backend may take to start; what it has loaded until then counts. Milliseconds. */
const START_LIMIT = 30_000;

const { _cache: cache } = Module as unknown as { _cache: Record<string, unknown> };
const loadedBefore = new Set(Object.keys(cache));
let starts = 0;
let planning = 0;
let planned = 0;
let ending: NodeJS.Timeout | undefined;

// Threads get this file too: they are closed off, and tell nothing.
if (isMainThread) watch();
closeOff();
// A compiler that was loaded before may have switched them on, and then there is no cache.
process.setSourceMapsEnabled(false);

function watch(): void {
  setBackendHost({ start: startAlone });
  process.on('uncaughtExceptionMonitor', (error: unknown) => {
    if (planned === 0 || planning > 0) tell({ type: 'threw', error: describeThrown(error) });
  });
  process.on('exit', (exitCode) => {
    leave(process.env.STAGEWIRE_BUILD_LEAVE ?? '');
    tell({ type: 'ended', exitCode, starts, isPlanning: planning > 0 });
  });
}

async function startAlone(backend: HostedBackend): Promise<StartedBackend> {
  starts++;
  planning++;
  clearTimeout(ending);
  tell({ type: 'planned', plan: await backend.plan() });
  planned++;
  planning--;
  try {
    return await Promise.race([backend.start(), giveUp()]);
  } finally {
    ending = setTimeout(() => process.exit(0), GRACE);
  }
}

async function giveUp(): Promise<never> {
  await wait(START_LIMIT, undefined, { ref: false });
  throw new Error(`the backend did not start within ${START_LIMIT} ms`);
}

function leave(file: string): void {
  const built = (globalThis as { [BUILT_PROGRAM]?: BuiltProgram })[BUILT_PROGRAM];
  if (file === '' || !built) return;
  const required = Object.keys(cache).filter((path) => !loadedBefore.has(path));
  const rehearsed: Rehearsed = { loaded: [...required, ...built.listEvaluated()] };
  writeFileSync(file, JSON.stringify(rehearsed));
  if (built.script) writeFileSync(`${file}.cache`, built.script.createCachedData());
}
