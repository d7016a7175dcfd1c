import type { RequestHandler } from 'express';
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { isLocal } from '../../src/local-transport/local-socket.js';
import { moment, serve } from '../http/harness.js';

const runtimeFetch = globalThis.fetch;
const replacement: typeof fetch = (...args) => runtimeFetch(...args);
const listener = () => {};

async function serveHandler(handler: RequestHandler, backend = {}) {
  const served = await serve(backend);
  served.router.use('/r', handler);
  return { ...served, url: `http://127.0.0.1:${served.port}/r` };
}

const tellWhether: RequestHandler = (req, res) => res.json(isLocal(req));

async function isServedLocally(url: string, send = fetch): Promise<unknown> {
  return (await send(url)).json();
}

describe('calls within the process', () => {
  it('are made without a network, and those of others with one', async () => {
    const { url } = await serveHandler(tellWhether);

    expect([await isServedLocally(url), await isServedLocally(url, runtimeFetch)]).toEqual([
      true,
      false,
    ]);
  });

  it('end with the server, which leaves fetch as it was', async () => {
    const { url, lifecycle } = await serveHandler(tellWhether);
    const { fetch: local } = globalThis;

    await lifecycle.beforeShutdown();
    await lifecycle.shutdown();

    expect(globalThis.fetch).toBe(runtimeFetch);
    await expect(local(url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  });

  it('reach each of two backends, and leave a later replacement of fetch alone', async () => {
    const first = await serveHandler((_req, res) => res.json('first'));
    const second = await serveHandler((_req, res) => res.json('second'));
    const ours = globalThis.fetch;
    const theirs: typeof fetch = (...args) => ours(...args);
    globalThis.fetch = theirs;
    onTestFinished(() => {
      globalThis.fetch = runtimeFetch;
    });

    const answers = [await isServedLocally(first.url), await isServedLocally(second.url)];
    for (const { lifecycle } of [first, second]) await lifecycle.shutdown();

    expect(answers).toEqual(['first', 'second']);
    expect(globalThis.fetch).toBe(theirs);
  });

  it('are not made when fetch was replaced before', async () => {
    globalThis.fetch = replacement;
    onTestFinished(() => {
      globalThis.fetch = runtimeFetch;
    });

    await serveHandler(tellWhether);

    expect(globalThis.fetch).toBe(replacement);
  });

  it('can be turned off', async () => {
    const { url } = await serveHandler(tellWhether, { localCalls: false });

    expect(await isServedLocally(url)).toBe(false);
  });

  it.each([{ server: { timeout: '5s' } }, { server: { maxHeadersCount: 8 } }])(
    'leave the limits of connections to the network: %o',
    async (backend) => {
      const { url } = await serveHandler(tellWhether, backend);

      expect(await isServedLocally(url)).toBe(false);
    },
  );

  it('go over the network while somebody traces requests', async () => {
    const { url } = await serveHandler(tellWhether);
    subscribe('undici:request:create', listener);
    onTestFinished(() => {
      unsubscribe('undici:request:create', listener);
    });

    expect(await isServedLocally(url)).toBe(false);
  });

  it('run outside of the context of their caller, and of each other', async () => {
    const storage = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { url } = await serveHandler((_req, res) => {
      seen.push(storage.getStore());
      storage.enterWith('callee');
      res.json('done');
    });

    const after = await storage.run('caller', async () => {
      await (await fetch(url)).json();
      await (await fetch(url)).json();
      return storage.getStore();
    });

    expect([seen, after]).toEqual([[undefined, undefined], 'caller']);
  });

  it('are broken off by their signal, which the handler sees', async () => {
    const arrived = moment();
    const closed = moment();
    const events: string[] = [];
    const { url } = await serveHandler((req, res) => {
      req.on('aborted', () => events.push('aborted'));
      res.on('close', () => {
        events.push(`closed ${res.writableFinished}`);
        closed.tell();
      });
      arrived.tell();
    });
    const controller = new AbortController();
    const call = fetch(url, { signal: controller.signal });
    await arrived.come;
    controller.abort('enough');

    await expect(call).rejects.toBe('enough');
    await closed.come;
    expect(events).toEqual(['aborted', 'closed false']);
  });

  it('give no body to a caller who gave up', async () => {
    const { url } = await serveHandler((_req, res) => void res.write('some'));
    const controller = new AbortController();
    const response = await fetch(url, { signal: controller.signal });
    controller.abort();

    await expect(response.text()).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('let a handler wait until its response is read', async () => {
    const chunk = Buffer.alloc(100_000, 1);
    let written = 0;
    const { url } = await serveHandler(async (_req, res) => {
      for (; written < 20; written += 1) if (!res.write(chunk)) await once(res, 'drain');
      res.end();
    });

    const response = await fetch(url);
    await wait(20);
    const before = written;
    const bytes = await response.arrayBuffer();

    expect(before).toBeLessThan(5);
    expect([bytes.byteLength, written]).toEqual([2_000_000, 20]);
  });

  it('end the response of a caller who cancels its body', async () => {
    const closed = moment();
    const { url } = await serveHandler((_req, res) => {
      res.on('close', closed.tell);
      res.write('some');
    });

    const response = await fetch(url);
    await response.body?.cancel();

    await closed.come;
    expect(response.bodyUsed).toBe(true);
  });

  it('answer with what everybody takes for a Response', async () => {
    const { url } = await serveHandler((_req, res) => res.json({ a: 1 }));

    const response = await fetch(url);

    expect(response).toBeInstanceOf(Response);
    expect(response.constructor).toBe(Response);
    expect(Object.prototype.toString.call(response)).toBe('[object Response]');
    expect(() => response.headers.set('a', 'b')).toThrow('immutable');
    const copy = response.clone();
    expect((await response.blob()).type).toBe('application/json;charset=utf-8');
    expect([copy.url, await copy.json(), copy.bodyUsed]).toEqual([url, { a: 1 }, true]);
    await expect(copy.text()).rejects.toThrow('Body is unusable');
  });

  it('are waited for by a server that stops', async () => {
    const arrived = moment();
    const goOn = moment();
    const { url, lifecycle } = await serveHandler(async (_req, res) => {
      arrived.tell();
      await goOn.come;
      res.json('answered');
    });
    const call = isServedLocally(url);
    await arrived.come;
    await lifecycle.beforeShutdown();
    const stopped = lifecycle.shutdown();
    goOn.tell();

    expect(await call).toBe('answered');
    await stopped;
  });

  it('let the rest of the process go on between calls in a row', async () => {
    const { url } = await serveHandler((_req, res) => res.json('done'));
    let turns = 0;
    const turn = () => (turns += 1);
    for (let call = 0; call < 10; call += 1) {
      setImmediate(turn);
      await (await fetch(url)).json();
    }

    expect(turns).toBe(10);
  });
});
