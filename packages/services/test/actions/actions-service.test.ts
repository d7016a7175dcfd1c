import { json } from 'node:stream/consumers';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { BackstageCredentials } from '@stagewire/plugin-api';
import type { ActionsService } from '@stagewire/plugin-api/alpha';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { actionsServiceFactory } from '../../src/actions/actions-service-factory.js';
import { fakeAuth, fakeCredentials } from '../support/fake-auth.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger } from '../support/recording-logger.js';

const credentials = fakeCredentials('user', 'user:default/ada') as BackstageCredentials;

describe('listing actions', () => {
  it('[ACTS-1] asks no plugin unless some are configured', async () => {
    const { actions, calls } = await setUp({});

    expect(await actions.list({ credentials })).toEqual({ actions: [] });
    expect(calls).toEqual([]);
  });

  it('[ACTS-1] asks all configured plugins in the name of the caller', async () => {
    const { actions, calls } = await setUp({ pluginSources: ['catalog', 'search'] });

    expect(await actions.list({ credentials })).toEqual({
      actions: [action('catalog:a'), action('catalog:b'), action('search:a'), action('search:b')],
    });
    expect(calls).toEqual([
      {
        call: 'GET /api/catalog/.backstage/actions/v1/actions',
        token: 'Bearer user:default/ada->catalog',
      },
      {
        call: 'GET /api/search/.backstage/actions/v1/actions',
        token: 'Bearer user:default/ada->search',
      },
    ]);
  });

  it('[ACTS-1] skips a plugin that fails, and logs that', async () => {
    const { actions, logger } = await setUp({ pluginSources: ['broken', 'search'] });

    const list = await actions.list({ credentials });

    expect(list.actions.map(({ id }) => id)).toEqual(['search:a', 'search:b']);
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: 'Failed to fetch actions from broken',
        meta: expect.objectContaining({ name: 'ResponseError', statusCode: 503 }),
      },
    ]);
  });

  it('[ACTS-1] [ACT-7] filters what the plugins tell', async () => {
    const { actions } = await setUp({
      pluginSources: ['catalog', 'search'],
      filter: { include: [{ id: '*:a' }], exclude: [{ id: 'search:*' }] },
    });

    const list = await actions.list({ credentials });

    expect(list.actions.map(({ id }) => id)).toEqual(['catalog:a']);
  });
});

describe('invoking an action', () => {
  it('[ACTS-2] calls v1 of the plugin that the id names, configured or not', async () => {
    const { actions, calls } = await setUp({});

    const result = await actions.invoke({ id: 'search:q:x', input: { text: 'a' }, credentials });

    expect(result).toEqual({ output: 'done' });
    expect(calls).toEqual([
      {
        call: 'POST /api/search/.backstage/actions/v1/actions/search%3Aq%3Ax/invoke',
        token: 'Bearer user:default/ada->search',
        body: { text: 'a' },
      },
    ]);
  });

  it('[ACTS-2] calls v2 when there are secrets', async () => {
    const { actions, calls } = await setUp({});
    const secrets = { key: 'k3y' };

    await actions.invoke({ id: 'search:q', input: { text: 'a' }, secrets, credentials });

    expect(calls).toMatchObject([
      {
        call: 'POST /api/search/.backstage/actions/v2/actions/search%3Aq/invoke',
        body: { input: { text: 'a' }, secrets },
      },
    ]);
  });

  it('[ACTS-2] fails with the answer of the plugin', async () => {
    const { actions } = await setUp({});

    await expect(actions.invoke({ id: 'broken:x', credentials })).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 503,
      cause: { name: 'ServiceUnavailableError', message: 'not yet' },
    });
  });

  it.each(['search', ':search', ''])('[ACTS-2] refuses the id "%s"', async (id) => {
    const { actions } = await setUp({});

    await expect(actions.invoke({ id, credentials })).rejects.toThrow(`Invalid action id: ${id}`);
  });

  it('sends no token where the caller has none', async () => {
    const { actions, calls } = await setUp({});

    const nobody = fakeCredentials('none') as BackstageCredentials;
    await actions.invoke({ id: 'search:q', credentials: nobody });

    expect(calls).toMatchObject([{ token: undefined }]);
  });
});

function action(id: string) {
  const attributes = { readOnly: true, destructive: false, idempotent: true };
  return { id, pluginId: id.split(':')[0], attributes };
}

/** The actions service of one plugin, and plugins with the actions a and b; `broken` has none. */
async function setUp(config: JsonObject) {
  const calls: Array<{ call: string; token?: string; body?: unknown }> = [];
  const { url } = await serveLoopback(async (req, res) => {
    const call = { call: `${req.method} ${req.url}`, token: req.headers.authorization };
    const hasBody = req.headers['content-type'] === 'application/json';
    calls.push(hasBody ? { ...call, body: await json(req) } : call);
    const pluginId = req.url!.split('/')[2]!;
    const list = { actions: [action(`${pluginId}:a`), action(`${pluginId}:b`)] };
    res.statusCode = pluginId === 'broken' ? 503 : 200;
    res.setHeader('content-type', 'application/json');
    if (pluginId === 'broken') res.end(JSON.stringify(notYet));
    else res.end(JSON.stringify(req.method === 'GET' ? list : { output: 'done' }));
  });

  const logger = recordingLogger();
  const { factory } = actionsServiceFactory as unknown as ServiceFactoryShape;
  const actions = (await factory(
    {
      discovery: { getBaseUrl: async (id: string) => `${url}/api/${id}` },
      config: new ConfigReader({ backend: { actions: config } }),
      logger,
      auth: fakeAuth('mcp-actions'),
    },
    undefined,
  )) as ActionsService;
  return { actions, calls, logger };
}

const notYet = {
  error: { name: 'ServiceUnavailableError', message: 'not yet' },
  response: { statusCode: 503 },
};
