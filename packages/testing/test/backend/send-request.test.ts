import { createServer, type RequestListener } from 'node:http';
import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';
import { sendRequest } from '../../src/backend/send-request.js';
import { startTestBackend } from '../../src/index.js';

/** Tells what came in, and how it came. */
const echo: RequestListener = async (req, res) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const { method, url, headers, socket } = req;
  const { remoteAddress } = socket;
  const body = Buffer.concat(chunks).toString('latin1');
  res.setHeader('content-type', 'application/json');
  res.end(JSON.stringify({ method, url, headers, remoteAddress, body }));
};

const refuse: RequestListener = (_req, res) => res.writeHead(413).end('too much');

async function* failing() {
  yield 'a';
  throw new Error('no more');
}

const ask = (handler: RequestListener, ...args: [path: string, init?: object]) =>
  sendRequest(createServer(handler), ...args);
const askEcho = async (...args: [path: string, init?: object]) =>
  (await (await ask(echo, ...args)).json()) as {
    method: string;
    url: string;
    headers: Record<string, string>;
    remoteAddress: string;
    body: string;
  };

describe('a request without a port', () => {
  it('comes with its path, method, headers and an address', async () => {
    const seen = await askEcho('/a/b%20c?d=e&f', {
      method: 'DELETE',
      headers: { authorization: 'Bearer x', cookie: 'a=b' },
    });

    expect(seen).toMatchObject({
      method: 'DELETE',
      url: '/a/b%20c?d=e&f',
      remoteAddress: '127.0.0.1',
      headers: { authorization: 'Bearer x', cookie: 'a=b', host: 'localhost' },
    });
  });

  it.each([
    ['text', 'héllo', 'hÃ©llo', 'text/plain;charset=UTF-8'],
    ['bytes', Buffer.from([1, 255]), '\x01ÿ', undefined],
    [
      'a form',
      new URLSearchParams({ a: '1' }),
      'a=1',
      'application/x-www-form-urlencoded;charset=UTF-8',
    ],
  ])('carries %s with its length', async (_kind, body, received, type) => {
    const seen = await askEcho('/', { method: 'POST', body });

    expect(seen.body).toBe(received);
    expect(seen.headers['content-length']).toBe(String(received.length));
    expect(seen.headers['content-type']).toBe(type);
  });

  it('carries JSON, and streams as they come', async () => {
    const json = await askEcho('/', { method: 'POST', json: { a: [1] } });
    const stream = await askEcho('/', {
      method: 'POST',
      body: new Blob(['one', 'two']).stream(),
    });

    expect(json.body).toBe('{"a":[1]}');
    expect(json.headers['content-type']).toBe('application/json');
    expect(stream.body).toBe('onetwo');
    expect(stream.headers['transfer-encoding']).toBe('chunked');
  });

  it('carries much more than fits into a buffer, both ways', async () => {
    const body = 'x'.repeat(3_000_000);

    const seen = await askEcho('/', { method: 'POST', body });

    expect(seen.body.length).toBe(body.length);
  });

  it('gives status, headers and body as they were sent', async () => {
    const answer = await ask((_req, res) => {
      res.writeHead(302, 'Over there', { location: '/x', 'set-cookie': ['a=1', 'b=2'] });
      res.end('moved');
    }, '/');

    expect(answer.status).toBe(302);
    expect(answer.statusText).toBe('Over there');
    expect(answer.headers.get('location')).toBe('/x');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await answer.text()).toBe('moved');
  });

  it.each([
    ['HEAD', 200],
    ['GET', 204],
    ['GET', 304],
  ])('has no body where there can be none: %s, %i', async (method, status) => {
    const answer = await ask((_req, res) => void res.writeHead(status).end(), '/', { method });

    expect(answer.status).toBe(status);
    expect(answer.body).toBeNull();
  });

  it('gives a stream while it is written, and ends it when nobody reads on', async () => {
    const server = createServer((_req, res) => {
      res.writeHead(200, { 'content-type': 'text/event-stream' });
      res.write('data: 1\n\n');
      server.once('more', () => res.write('data: 2\n\n'));
      res.once('close', () => server.emit('left'));
    });
    const answer = await sendRequest(server, '/');
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => Buffer.from((await reader.read()).value!).toString();

    expect(await read()).toBe('data: 1\n\n');
    server.emit('more');
    expect(await read()).toBe('data: 2\n\n');
    const left = once(server, 'left');
    await reader.cancel();
    await left;
  });

  it('ends with its signal, before and after the header', async () => {
    const server = createServer((req, res) => {
      if (req.url === '/stream') res.write('begun');
      res.once('close', () => server.emit('left'));
    });
    const waiting = new AbortController();
    const streaming = new AbortController();

    const request = sendRequest(server, '/wait', { signal: waiting.signal });
    await once(server, 'request');
    const left = once(server, 'left');
    waiting.abort(new Error('too slow'));
    await expect(request).rejects.toThrow('too slow');
    await left;
    const answer = await sendRequest(server, '/stream', { signal: streaming.signal });
    streaming.abort(new Error('enough'));

    await expect(answer.text()).rejects.toThrow('enough');
    await expect(sendRequest(server, '/', { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  it('rejects when the connection breaks', async () => {
    await expect(ask((req) => void req.socket.destroy(), '/')).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    const cut = await ask((req, res) => {
      res.write('half');
      setImmediate(() => req.socket.destroy());
    }, '/');
    await expect(cut.text()).rejects.toThrow();
  });

  it('rejects for an answer that no Response can be', async () => {
    const server = createServer((_req, res) => res.writeHead(600).end());

    await expect(sendRequest(server, '/')).rejects.toThrow(RangeError);
  });

  it('rejects with what its body fails with', async () => {
    const request = ask((req) => void req.resume(), '/', { method: 'POST', body: failing() });

    await expect(request).rejects.toThrow('no more');
  });

  it('makes no more of a body that the server does not want', async () => {
    const body = new EventEmitter();
    const ended = once(body, 'ended');
    async function* endless() {
      try {
        for (;;) yield await new Promise<string>((resolve) => setImmediate(resolve, 'more'));
      } finally {
        body.emit('ended');
      }
    }

    const answer = await ask(refuse, '/', { method: 'POST', body: endless() });

    expect([answer.status, await answer.text()]).toEqual([413, 'too much']);
    await ended;
  });

  it('is refused without a path', async () => {
    await expect(ask(echo, 'api/todo')).rejects.toMatchObject({ code: 'E_TEST_REQUEST_PATH' });
    await expect(ask(echo, '/', { body: 'x' })).rejects.toThrow(TypeError); // a GET has no body
  });
});

describe('a request to a backend', () => {
  const waiting = createBackendPlugin({
    pluginId: 'waiting',
    register: (reg) =>
      reg.registerInit({
        deps: { httpRouter: coreServices.httpRouter, lifecycle: coreServices.lifecycle },
        async init({ httpRouter, lifecycle }) {
          let finish: (() => void) | undefined;
          httpRouter.use((req, res) => {
            if (req.path === '/stream') res.type('text/event-stream').write('data: 1\n\n');
            else finish = () => res.json('done');
            if (req.path === '/now') finish?.();
          });
          lifecycle.addShutdownHook(() => void setImmediate(() => finish?.()));
        },
      }),
  });

  it('goes through the whole chain, and may finish while the backend stops', async () => {
    const backend = await startTestBackend({ features: [waiting] });
    const header = await backend.request('/api/waiting/now');
    const pending = backend.request('/api/waiting/slow');
    const stream = await backend.request('/api/waiting/stream');

    await backend.stop();

    expect(header.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await (await pending).json()).toBe('done');
    await expect(stream.text()).rejects.toThrow();
  });
});
