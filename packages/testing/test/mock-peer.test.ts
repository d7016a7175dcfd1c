import { describe, expect, it } from 'vitest';
import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mockCredentials, mockPeer, mockServices, startTestBackend } from '../src/index.js';

/** A plugin that hands on what the catalog answers. */
const todoPlugin = createBackendPlugin({
  pluginId: 'todo',
  register(reg) {
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      async init({ auth, discovery, httpAuth, httpRouter }) {
        httpRouter.use(async (req, res) => {
          const { token } = await auth.getPluginRequestToken({
            onBehalfOf: await httpAuth.credentials(req),
            targetPluginId: 'catalog',
          });
          const url = `${await discovery.getBaseUrl('catalog')}/entities?limit=1`;
          try {
            const answer = await fetch(url, {
              method: 'POST',
              headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
              body: '{"kind":"api"}',
            });
            res.json({ status: answer.status, body: await answer.text() });
          } catch (error) {
            const { cause } = error as { cause: { code?: string } };
            res.json({ failed: cause.code });
          }
        });
      },
    });
  },
});

/** A plugin with a route that tells who asks. */
const catalogPlugin = createBackendPlugin({
  pluginId: 'catalog',
  register(reg) {
    reg.registerInit({
      deps: { httpAuth: coreServices.httpAuth, httpRouter: coreServices.httpRouter },
      async init({ httpAuth, httpRouter }) {
        httpRouter.use(async (req, res) => {
          res.status(201).json([req.method, req.url, (await httpAuth.credentials(req)).principal]);
        });
      },
    });
  },
});

async function startTodo(catalog: Awaited<ReturnType<typeof mockPeer>>, features = [todoPlugin]) {
  const backend = await startTestBackend({
    features: [mockServices.discovery.factory({ peers: [catalog] }), ...features],
  });
  return {
    ask: async () => (await backend.request('/api/todo')).json(),
    [Symbol.asyncDispose]: () => backend.stop(),
  };
}

/** The error body that the peer answers with. */
function errorBody(name: string, message: string, statusCode: number): string {
  return JSON.stringify({
    error: { name, message },
    request: { method: 'POST', url: '/entities?limit=1' },
    response: { statusCode },
  });
}

describe('a peer', () => {
  it('answers the plugins of a backend, and keeps what they asked and for whom', async () => {
    await using catalog = await mockPeer('catalog', (req, res) => void res.end(req.url));
    await using todo = await startTodo(catalog);

    expect(await todo.ask()).toEqual({ status: 200, body: '/entities?limit=1' });
    expect(catalog.requests).toEqual([
      {
        method: 'POST',
        path: '/entities?limit=1',
        headers: expect.objectContaining({ 'content-type': 'application/json' }),
        body: { kind: 'api' },
        credentials: mockCredentials.user(),
      },
    ]);
  });

  it('refuses connections while it is down, and answers again where it was', async () => {
    await using catalog = await mockPeer('catalog', (_req, res) => void res.end('here'));
    await using todo = await startTodo(catalog);
    const { url } = catalog;
    await todo.ask();

    await catalog.down();
    await catalog.down();
    expect(await todo.ask()).toEqual({ failed: 'ECONNREFUSED' });
    await catalog.recover();

    expect(await todo.ask()).toEqual({ status: 200, body: 'here' });
    expect(catalog.url).toBe(url);
  });

  it('answers with an error of the ecosystem, or what it is told', async () => {
    await using catalog = await mockPeer('catalog');
    await using todo = await startTodo(catalog);

    expect(await todo.ask()).toEqual({
      status: 404,
      body: errorBody('NotFoundError', 'Not Found', 404),
    });
    catalog.answer(503);
    expect(await todo.ask()).toEqual({
      status: 503,
      body: errorBody('ServiceUnavailableError', 'Service Unavailable', 503),
    });
    catalog.answer(200, { items: [] });
    expect(await todo.ask()).toEqual({ status: 200, body: '{"items":[]}' });
    catalog.answer(204);
    expect(await todo.ask()).toEqual({ status: 204, body: '' });
    await catalog.recover();
    expect(await todo.ask()).toMatchObject({ status: 404 });
    expect(catalog.requests).toHaveLength(5);
  });

  it('resets the connection in the middle of a response', async () => {
    await using catalog = await mockPeer('catalog');

    catalog.cutOff();
    const answer = await fetch(catalog.url);

    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
  });

  it('answers late, and not at all when it goes down meanwhile', async () => {
    await using catalog = await mockPeer('catalog', (_req, res) => void res.end('late'));

    catalog.slow(5);
    expect(await (await fetch(catalog.url)).text()).toBe('late');
    catalog.slow(600_000);
    const asking = fetch(catalog.url);
    await expect.poll(() => catalog.requests.length, { interval: 1 }).toBe(2);
    await Promise.all([expect(asking).rejects.toThrow('fetch failed'), catalog.down()]);
  });

  it('knows callers by the tokens that it accepts', async () => {
    await using catalog = await mockPeer('catalog');
    const onBehalfOf = mockCredentials.service('plugin:todo');
    const ask = (authorization: string) => fetch(catalog.url, { headers: { authorization } });

    await ask(mockCredentials.service.header({ onBehalfOf, targetPluginId: 'catalog' }));
    await ask(mockCredentials.service.header({ onBehalfOf, targetPluginId: 'other' }));
    await fetch(catalog.url);

    expect(catalog.requests.map(({ credentials }) => credentials)).toEqual([
      onBehalfOf,
      undefined,
      undefined,
    ]);
    expect(catalog.requests[2]).toMatchObject({ method: 'GET', path: '/', body: undefined });
  });

  it('says so when its port is taken while it is down', async () => {
    await using catalog = await mockPeer('catalog');
    const { port } = new URL(catalog.url);
    await catalog.down();
    const rival = createServer();
    await once(rival.listen(Number(port), '127.0.0.1'), 'listening');

    try {
      await expect(catalog.recover()).rejects.toThrow(
        expect.objectContaining({ code: 'E_MOCK_PEER_PORT' }),
      );
    } finally {
      await once(rival.close(), 'close');
    }
  });
});

describe('a peer in front of a plugin of the backend', () => {
  it('hands requests on until it is told otherwise', async () => {
    await using catalog = await mockPeer('catalog', { forward: true });
    await using todo = await startTodo(catalog, [todoPlugin, catalogPlugin]);
    const answer = ['POST', '/entities?limit=1', mockCredentials.user().principal];

    expect(await todo.ask()).toEqual({ status: 201, body: JSON.stringify(answer) });
    expect(catalog.requests[0]!.body).toEqual({ kind: 'api' });
    catalog.answer(503);
    expect(await todo.ask()).toMatchObject({ status: 503 });
    await catalog.down();
    expect(await todo.ask()).toEqual({ failed: 'ECONNREFUSED' });
    await catalog.recover();
    expect(await todo.ask()).toMatchObject({ status: 201 });
  });

  it('says so when no backend was told of it', async () => {
    await using catalog = await mockPeer('catalog', { forward: true });

    const answer = await fetch(catalog.url);

    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({
      error: { message: expect.stringContaining('no backend was told of it') },
    });
  });
});
