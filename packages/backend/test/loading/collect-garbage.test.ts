import { spawn } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { collectGarbage } from '../../src/loading/collect-garbage.js';

const program = fileURLToPath(new URL('collecting-program.ts', import.meta.url));

describe('a collection', () => {
  it('frees what nothing holds, and the process goes on', async () => {
    const held = { text: 'held' };
    const [toHeld, toFree] = [new WeakRef(held), new WeakRef({ text: 'free' })];
    // A reference counts until the turn in which it was made is over.
    await new Promise((resolve) => setTimeout(resolve, 1));

    await collectGarbage();

    expect([toHeld.deref(), toFree.deref()]).toEqual([held, undefined]);
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('leaves a program that goes on answering', async () => {
    const child = start();
    const url = `http://127.0.0.1:${await firstLine(child)}`;
    const ask = async () => (await fetch(url, { signal: AbortSignal.timeout(3_000) })).text();

    try {
      expect(await ask()).toBe('0');
      while ((await ask()) === '0') await wait(100);
      expect(await ask()).toBe('1');
    } finally {
      child.kill('SIGKILL');
    }
  });

  it('and the wait for it hold up no program that ends', async () => {
    const child = start(['once']);

    expect(await firstLine(child)).toBe('freed');
    expect(child.exitCode ?? (await once(child, 'exit'))[0]).toBe(0);
  });

  it('is left to a debugger that can be attached', async () => {
    const child = start(['once'], ['--inspect=127.0.0.1:0']);

    expect(await firstLine(child)).toBe('kept');
    child.kill('SIGKILL');
  });
});

describe('a backend', () => {
  const [begun, answered] = ['http.server.request.start', 'http.server.response.finish'].map(
    (name) => channel(name),
  );
  let utilization: number;
  let collections: number;
  let watch: () => void;

  beforeEach(async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    vi.spyOn(performance, 'eventLoopUtilization').mockImplementation(() => ({
      idle: 0,
      active: 0,
      utilization,
    }));
    vi.resetModules(); // what is done once is done once for each instance of the module
    const { collectGarbageWhenQuiet } = await import('../../src/loading/collect-garbage.js');
    [utilization, collections] = [0, 0];
    watch = () => collectGarbageWhenQuiet(async () => void (collections += 1));
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('that is quiet collects once, however often that is wanted', () => {
    watch();
    watch();

    const counts = [1, 2, 3].map(() => (look(), collections));
    watch();
    look();

    expect([...counts, collections]).toEqual([1, 1, 1, 1]);
  });

  it('that is busy waits until it is quiet', () => {
    watch();
    utilization = 0.5;
    look();
    const whileBusy = collections;
    utilization = 0.01;
    look();
    look();

    expect([whileBusy, collections]).toEqual([0, 1]);
  });

  it('that is busy is left to itself: nobody follows its requests', () => {
    watch();
    utilization = 0.5;
    look();
    const whileBusy = begun!.hasSubscribers;
    utilization = 0;
    look();
    const once = begun!.hasSubscribers;
    look();

    expect([whileBusy, once, collections]).toEqual([false, true, 1]);
  });

  it('that is busy for ten minutes never collects', () => {
    watch();
    utilization = 0.5;
    for (let looks = 0; looks < 300; looks += 1) look();
    utilization = 0;
    look();

    expect(collections).toBe(0);
  });

  it('waits for requests that were not answered yet, though not for one that hangs', () => {
    watch();
    begun!.publish({});
    answered!.publish({});
    begun!.publish({});
    look();
    const whileServing = collections;
    look();

    expect([whileServing, collections]).toEqual([0, 1]);
  });

  it('listens to no requests once it has collected', () => {
    watch();
    const before = begun!.hasSubscribers;
    look();

    expect([before, begun!.hasSubscribers]).toEqual([true, false]);
  });
});

const look = () => vi.advanceTimersByTime(2_000);

function start(args: string[] = [], options: string[] = []) {
  const source = ['--conditions=@stagewire/source', '--import=tsx'];
  return spawn(process.execPath, [...options, ...source, program, ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function firstLine({ stdout }: ReturnType<typeof start>): Promise<string> {
  const [text] = (await once(stdout, 'data')) as [Buffer];
  return text.toString().trim();
}
