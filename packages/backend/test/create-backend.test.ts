import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBackend, defaultServiceFactories } from '@stagewire/backend';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type RootConfigService,
} from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { findFreePort } from './free-port.js';

describe('the default services', () => {
  const shapes = defaultServiceFactories as unknown as ServiceFactoryShape[];

  it('are those of the stock backend, in its order, and connections', () => {
    expect(shapes.map(({ service }) => service.id)).toEqual([
      'core.auditor',
      'core.auth',
      'core.cache',
      'core.rootConfig',
      'core.database',
      'core.discovery',
      'core.httpAuth',
      'core.httpRouter',
      'core.lifecycle',
      'core.logger',
      'core.permissions',
      'core.permissionsRegistry',
      'core.rootHealth',
      'core.rootHttpRouter',
      'core.rootLifecycle',
      'core.rootLogger',
      'core.rootSystemMetadata',
      'core.scheduler',
      'core.userInfo',
      'core.urlReader',
      'events.service',
      'alpha.core.actionsRegistry',
      'alpha.core.actions',
      'alpha.core.metrics',
      'alpha.core.tracing',
      'core.instanceMetadata',
      'core.connections',
    ]);
  });

  it('[W3.24] are made for a plugin when it asks, but for the HTTP router', () => {
    const eager = shapes.filter(
      ({ service, initialization }) => service.scope === 'plugin' && initialization === 'always',
    );

    expect(eager.map(({ service }) => service.id)).toEqual(['core.httpRouter']);
  });

  it('depend on nothing that nobody provides', () => {
    const provided = new Set(['core.pluginMetadata', 'core.rootInstanceMetadata']);
    for (const { service } of shapes) provided.add(service.id);

    const missing = shapes.flatMap(({ service, deps }) =>
      Object.values(deps)
        .filter((ref) => !provided.has(ref.id) && !ref.multiton && !ref.__defaultFactory)
        .map((ref) => `${service.id} -> ${ref.id}`),
    );

    expect(missing).toEqual([]);
  });
});

describe('createBackend()', () => {
  it('[W4.1] gives an object with add, start and stop, and nothing else', () => {
    expect(Object.keys(createBackend())).toEqual(['add', 'start', 'stop']);
  });

  it('[W3.24] mounts a plugin that never asked for a router, and answers for it', async () => {
    const { backend, url } = await createQuietBackend();
    backend.add(createSilentPlugin('silent'));
    await backend.start();

    const anonymous = await fetch(`${url}/api/silent/anything`);
    const keys = await fetch(`${url}/api/silent/.backstage/auth/v1/jwks.json`);
    const nobody = await fetch(`${url}/api/nobody`);
    await backend.stop();

    expect([anonymous.status, keys.status, nobody.status]).toEqual([401, 200, 404]);
    expect(await keys.json()).toEqual({ keys: [] });
  });

  it('lets any service be replaced by adding a factory for it', async () => {
    const { backend, url } = await createQuietBackend();
    backend.add(
      createServiceFactory({
        service: coreServices.rootHealth,
        deps: {},
        factory: () => ({
          getLiveness: async () => ({ status: 200 }),
          getReadiness: async () => ({ status: 218, payload: { status: 'replaced' } }),
        }),
      }),
    );
    await backend.start();

    const response = await fetch(`${url}/.backstage/health/v1/readiness`);
    await backend.stop();

    expect(response.status).toBe(218);
    expect(await response.json()).toEqual({ status: 'replaced' });
  });

  it('closes its port when it stops, twice without harm', async () => {
    const { backend, url } = await createQuietBackend();
    await backend.start();

    await Promise.all([backend.stop(), backend.stop()]);

    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});

describe('the database of a plugin', () => {
  let directory: string;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stagewire-backend-'));
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  it('keeps in files what was stored, over a restart', async () => {
    const database = { client: 'better-sqlite3', connection: { directory } };
    const counts: number[] = [];
    const counting = createBackendPlugin({
      pluginId: 'counting',
      register(reg) {
        reg.registerInit({
          deps: { database: coreServices.database },
          async init({ database }) {
            const client = await database.getClient();
            if (!(await client.schema.hasTable('starts'))) {
              await client.schema.createTable('starts', (table) => table.increments('id'));
            }
            await client('starts').insert({});
            counts.push((await client('starts').select()).length);
          },
        });
      },
    });

    for (let start = 0; start < 2; start++) {
      const { backend } = await createQuietBackend({ database });
      backend.add(counting);
      await backend.start();
      await backend.stop();
    }

    expect(counts).toEqual([1, 2]);
  });
});

/** A backend on a free port that logs errors only, configured without a file. */
async function createQuietBackend(more: JsonObject = {}) {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const config = new ConfigReader({
    backend: {
      baseUrl: url,
      listen: { host: '127.0.0.1', port },
      logger: { level: 'error' },
      ...more,
    },
  });
  const backend = createBackend();
  backend.add(
    createServiceFactory({
      service: coreServices.rootConfig,
      deps: {},
      factory: () => config as RootConfigService,
    }),
  );
  return { backend, url };
}

function createSilentPlugin(pluginId: string) {
  return createBackendPlugin({
    pluginId,
    register: (reg) => reg.registerInit({ deps: {}, init: async () => {} }),
  });
}
