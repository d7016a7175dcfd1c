// The same plugin as in scenarios/, tested with what Node brings: nothing here is Jest's or Vitest's.

import {
  mockCredentials,
  mockServices,
  ServiceFactoryTester,
  startTestBackend,
} from '@stagewire/testing';
import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { todoModuleWelcome, todoPlugin, todoSeedExtensionPoint } from '../plugins/todo.mjs';

describe('the todo plugin', () => {
  it('keeps what a user has to do, and answers without a port', async (t) => {
    const backend = await start(t, { features: [todoPlugin] });
    const headers = { authorization: mockCredentials.user.header('user:default/jane') };

    const created = await backend.request('/api/todo/items', {
      method: 'POST',
      headers,
      json: { title: 'Rest' },
    });
    const listed = await backend.request('/api/todo/items');

    assert.equal(created.status, 201);
    assert.deepEqual(await listed.json(), {
      items: [{ title: 'Rest', owner: 'user:default/jane' }],
    });
    assert.equal(backend.server.listening, false);
  });

  it('refuses what it should', async (t) => {
    const backend = await start(t, { features: [todoPlugin] });
    const post = (authorization) =>
      backend.request('/api/todo/items', { method: 'POST', headers: { authorization }, json: {} });

    const answers = await Promise.all([
      post(mockCredentials.service.header()),
      post(mockCredentials.none.header()),
      post(mockCredentials.user.header()),
    ]);

    assert.deepEqual(
      answers.map(({ status }) => status),
      [403, 401, 400],
    );
  });

  it('tells its log, which a mock keeps', async (t) => {
    const logger = mockServices.logger.mock();

    await start(t, { features: [todoPlugin, logger.factory] });

    assert.deepEqual(logger.info.mock.calls, [['ready with 0 seeds']]);
  });
});

describe('its module', () => {
  it('gives a seed', async (t) => {
    const seeds = [];

    await start(t, {
      extensionPoints: [[todoSeedExtensionPoint, { addSeed: (title) => seeds.push(title) }]],
      features: [todoModuleWelcome],
    });

    assert.deepEqual(seeds, ['Look around']);
  });
});

describe('a service factory', () => {
  it('is tested by itself', async () => {
    const service = createServiceRef({ id: 'greeting' });
    const factory = createServiceFactory({
      service,
      deps: { plugin: coreServices.pluginMetadata },
      factory: ({ plugin }) => `hello ${plugin.getId()}`,
    });

    const tester = ServiceFactoryTester.from(factory);

    assert.equal(await tester.getSubject('todo'), 'hello todo');
    await tester[Symbol.asyncDispose]();
  });
});

describe('a backend that nobody stopped', () => {
  it('does not keep the process', async () => {
    const backend = await startTestBackend({ features: [todoPlugin] });

    assert.equal((await backend.request('/api/todo/about')).status, 200);
  });
});

/** Stopped after the test; TypeScript, and Node from 24 on, know `await using` for that. */
async function start(t, options) {
  const backend = await startTestBackend(options);
  t.after(() => backend.stop());
  return backend;
}
