import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as realWait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { fakeClock } from '../../src/index.js';

const start = '2030-01-01T00:00:00.000Z';
const { setTimeout: realSetTimeout, Date: RealDate } = globalThis;

describe('a fake clock', () => {
  it('stands still, is moved, and gives real time back', async () => {
    const clock = fakeClock({ now: start });
    try {
      expect([new Date().toISOString(), Date.now(), clock.now()]).toEqual([
        start,
        RealDate.parse(start),
        RealDate.parse(start),
      ]);
      await clock.advance({ days: 1, hours: 1, minutes: 1, seconds: 1 });
      await clock.advance(5);
      expect(new Date().toISOString()).toBe('2030-01-02T01:01:01.005Z');
      expect(Date()).toBe(new RealDate('2030-01-02T01:01:01.005Z').toString());
    } finally {
      clock.restore();
      clock.restore();
    }
    expect([Date, setTimeout]).toEqual([RealDate, realSetTimeout]);
    expect(clock.now()).toBeGreaterThan(0);
  });

  it('makes dates that are dates', () => {
    using _clock = fakeClock({ now: start });

    expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
    expect(new Date()).toBeInstanceOf(Date);
    expect(new RealDate()).toBeInstanceOf(Date);
    expect(new (class extends Date {})().toISOString()).toBe(start);
    expect([Date.parse(start), Date.UTC(2030, 0, 1)]).toEqual([Date.now(), Date.now()]);
  });

  it('fires timers in their order, as often as they are due', async () => {
    using clock = fakeClock({ now: 0 });
    const seen: string[] = [];
    const note = (name: string) => seen.push(`${name} ${Date.now()}`);
    setTimeout(note, 30, 'once');
    const interval = setInterval(note, 20, 'every');
    setTimeout(() => setTimeout(note, 0, 'inner'), 40);

    await clock.advance(19);
    expect(seen).toEqual([]);
    await clock.advance(41);
    clearInterval(interval);
    await clock.advance({ hours: 1 });

    expect(seen).toEqual(['every 20', 'once 30', 'every 40', 'inner 41', 'every 60']);
  });

  it('waits until what a timer sets off has come to rest', async () => {
    using clock = fakeClock({ now: 0 });
    const server = createServer((_req, res) => void res.end('hello'));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const seen: string[] = [];
    const ask = async () => {
      const answer = await fetch(url, { headers: { connection: 'close' } });
      seen.push(`${await answer.text()} ${Date.now()}`);
      if (seen.length < 5) setTimeout(ask, 1_000);
    };
    setTimeout(ask, 1_000);

    try {
      await clock.advance({ minutes: 1 });
      expect(seen).toEqual([1, 2, 3, 4, 5].map((second) => `hello ${second * 1_000}`));
    } finally {
      await once(server.close(), 'close');
    }
  });

  it('has timers like those of Node', async () => {
    using clock = fakeClock({ now: 0 });
    const seen: number[] = [];
    const note = (n: number) => void seen.push(n);
    const first = setTimeout(note, 10, 1);
    const second = setTimeout(note, 10, 2);
    const third = setTimeout(note, 10, 3);
    clearTimeout(Number(first));
    second.close();
    await clock.advance(5);
    expect(third.unref().hasRef()).toBe(false);
    expect(third.ref().hasRef()).toBe(true);
    third.refresh();
    await clock.advance(9);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual([3]);
    const waiting = promisify(setTimeout)(1_000, 'value');
    await clock.advance(1_000);
    expect(await waiting).toBe('value');
    clearTimeout(undefined);
  });

  it('keeps the context in which a timer was set', async () => {
    using clock = fakeClock();
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    storage.run('mine', () => setTimeout(() => seen.push(storage.getStore()), 1));

    await storage.run('other', () => clock.advance(1));

    expect(seen).toEqual(['mine']);
  });

  it('is set without firing anything', async () => {
    using clock = fakeClock({ now: start });
    const seen: string[] = [];
    setTimeout(() => seen.push(new Date().toISOString()), 1_000);

    clock.setTo('2031-01-01');
    await clock.advance(999);
    expect(seen).toEqual([]);
    clock.setTo(new Date(start));
    await clock.advance(1);

    expect(seen).toEqual(['2030-01-01T00:00:00.001Z']);
  });

  it('lets timers that wait go on in real time when it is restored', async () => {
    const clock = fakeClock();
    const fired = Promise.all([
      new Promise((resolve) => setTimeout(resolve, 5)),
      new Promise<void>((resolve) => {
        const interval = setInterval(() => {
          clearInterval(interval);
          resolve();
        }, 1);
      }),
    ]);
    const done = setTimeout(() => {}, 1);
    await clock.advance(1);

    clock.restore();
    await fired;

    await new Promise((resolve) => {
      setTimeout(resolve, 3);
      expect(done.refresh()).toBe(done);
    });
  });

  it('lets them be cleared in real time too', async () => {
    const fired: string[] = [];
    const clock = fakeClock();
    const timers = [setTimeout(() => fired.push('timeout'), 1), setTimeout(() => {}, 1)];
    const interval = setInterval(() => fired.push('interval'), 1);
    clock.restore();

    clearInterval(interval);
    clearTimeout(timers[0]);
    await new Promise((resolve) => timers.push(setTimeout(resolve, 5)));

    expect(fired).toEqual([]);
  });

  it('leaves real time to I/O and to what is imported from node:timers', async () => {
    using _clock = fakeClock();

    await realWait(1);
    await new Promise((resolve) => setImmediate(resolve));
    await expect(
      new Promise((_, reject) => {
        const signal = AbortSignal.timeout(1);
        signal.addEventListener('abort', () => reject(signal.reason));
      }),
    ).rejects.toThrow('timeout');
  });

  it('moves time one call after the other, and tells what a timer throws', async () => {
    using clock = fakeClock({ now: 0 });
    const seen: number[] = [];
    setTimeout(() => seen.push(Date.now()), 15);

    await Promise.all([clock.advance(10), clock.advance(10)]);
    expect([clock.now(), seen]).toEqual([20, [15]]);

    setTimeout(() => expect.fail('broken'), 10);
    await expect(clock.advance(10)).rejects.toThrow('broken');
    await clock.advance(1);
  });

  it('is refused while there is another one', () => {
    const refused = expect.objectContaining({
      code: 'E_MOCK_CLOCK',
      fix: expect.stringContaining('using clock = fakeClock()'),
    });
    {
      using _clock = fakeClock();
      expect(() => fakeClock()).toThrow(refused);
      expect(() => vi.useFakeTimers()).toThrow();
    }
    vi.useFakeTimers();
    try {
      expect(() => fakeClock()).toThrow(refused);
    } finally {
      vi.useRealTimers();
    }
    fakeClock().restore();
  });

  it.each([-1, NaN, Infinity, { month: 1 }])('refuses to be moved by %j', async (duration) => {
    using clock = fakeClock();

    await expect(clock.advance(duration as number)).rejects.toThrow(
      expect.objectContaining({ code: 'E_MOCK_CLOCK_TIME' }),
    );
    expect(() => clock.setTo('soon')).toThrow(
      expect.objectContaining({ code: 'E_MOCK_CLOCK_TIME' }),
    );
  });
});
