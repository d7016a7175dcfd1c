import type { Knex } from 'knex';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Administration } from '../../src/database/administration.js';

/** What stands in the place of a client: nothing is asked of it but to be closed. */
function createClient() {
  return { destroy: vi.fn(async () => {}) };
}

/** Runs some work as a plugin does; `connect` is how its client is made. */
function run<TResult>(
  administration: Administration,
  work: () => Promise<TResult>,
  options: { connect?: () => unknown; isFinal?: () => boolean; key?: string } = {},
): Promise<TResult> {
  const { connect = createClient, isFinal = () => false, key = 'server' } = options;
  return administration.run({ key, connect: connect as () => Knex, work, isFinal });
}

describe('what is done on a server', () => {
  it('is done one thing after the other, over one client', async () => {
    const administration = new Administration();
    const connect = vi.fn(createClient);
    const events: string[] = [];
    const work = (name: string) => async () => {
      events.push(`${name} begins`);
      await new Promise((resolve) => setImmediate(resolve));
      events.push(`${name} ends`);
    };

    await Promise.all(['a', 'b'].map((name) => run(administration, work(name), { connect })));

    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('[DB-5] is tried three times, and what comes after it is done all the same', async () => {
    const administration = new Administration();
    const work = vi.fn(async () => {
      throw new Error('busy');
    });

    const failing = run(administration, work);
    const next = run(administration, async () => 'done');

    await expect(failing).rejects.toThrow('busy');
    expect(work).toHaveBeenCalledTimes(3);
    expect(await next).toBe('done');
  });

  it('is not tried again after all was closed', async () => {
    const administration = new Administration();
    const connect = vi.fn(createClient);
    const work = vi.fn(async () => {
      await administration.close();
      throw new Error('aborted');
    });

    await expect(run(administration, work, { connect })).rejects.toThrow('aborted');

    expect(work).toHaveBeenCalledTimes(1);
    expect(connect).toHaveBeenCalledTimes(1);
  });

  it('is tried once when another attempt would change nothing', async () => {
    const work = vi.fn(async () => {
      throw new Error('no right');
    });

    await expect(run(new Administration(), work, { isFinal: () => true })).rejects.toThrow();

    expect(work).toHaveBeenCalledTimes(1);
  });

  it('is tried once when that took long', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    onTestFinished(() => void vi.useRealTimers());
    const work = vi.fn(async () => {
      vi.setSystemTime(Date.now() + 20_000);
      throw new Error('no answer');
    });

    await expect(run(new Administration(), work)).rejects.toThrow('no answer');

    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe('what plugins share', () => {
  it('is made once, and again after a failure', async () => {
    const administration = new Administration();
    const make = vi.fn(async () => 'made').mockRejectedValueOnce(new Error('not yet'));

    await expect(administration.share('key', make)).rejects.toThrow('not yet');
    const both = await Promise.all([1, 2].map(() => administration.share('key', make)));

    expect(both).toEqual(['made', 'made']);
    expect(make).toHaveBeenCalledTimes(2);
  });
});

it('all clients and what else is open are closed, whatever fails', async () => {
  const administration = new Administration();
  const client = createClient();
  client.destroy.mockRejectedValue(new Error('gone'));
  await run(administration, async () => {}, { connect: () => client });
  const close = vi.fn(() => {
    throw new Error('gone too');
  });
  administration.onClose(close);

  await administration.close();
  await administration.close();

  expect([client.destroy.mock.calls.length, close.mock.calls.length]).toEqual([1, 1]);
});
