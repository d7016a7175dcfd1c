import { createBackendModule, createExtensionPoint } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { todoModuleWelcome, todoPlugin, todoSeedExtensionPoint } from '../plugins/todo.mjs';
import request from 'supertest';

describe('a module', () => {
  it('is tested without its plugin, with an extension point of the test', async () => {
    const seeds = [];

    await startTestBackend({
      extensionPoints: [[todoSeedExtensionPoint, { addSeed: (title) => seeds.push(title) }]],
      features: [todoModuleWelcome],
    });

    expect(seeds).toEqual(['Look around']);
  });

  it('reads the configuration of the test', async () => {
    const seeds = [];

    await startTestBackend({
      extensionPoints: [[todoSeedExtensionPoint, { addSeed: (title) => seeds.push(title) }]],
      features: [
        todoModuleWelcome,
        mockServices.rootConfig.factory({ data: { todo: { welcome: 'Say hello' } } }),
      ],
    });

    expect(seeds).toEqual(['Say hello']);
  });

  it('works together with its plugin', async () => {
    const { server } = await startTestBackend({ features: [todoPlugin, todoModuleWelcome] });

    const { body } = await request(server).get('/api/todo/items');

    expect(body.items).toEqual([{ title: 'Look around', owner: 'seed' }]);
  });

  it('runs by itself when it needs no extension point', async () => {
    const ran = [];
    const lonely = createBackendModule({
      pluginId: 'nowhere',
      moduleId: 'lonely',
      register(env) {
        env.registerInit({ deps: {}, init: async () => void ran.push('lonely') });
      },
    });

    await startTestBackend({ features: [lonely] });

    expect(ran).toEqual(['lonely']);
  });

  it('has to depend on the extension points of the test', async () => {
    const unused = createExtensionPoint({ id: 'todo.unused' });

    await expect(
      startTestBackend({ extensionPoints: [[unused, {}]], features: [todoModuleWelcome] }),
    ).rejects.toThrow(
      "Unable to determine the plugin ID of extension point(s) 'todo.unused'. Tested extension points must be depended on by one or more tested modules.",
    );
  });

  it('must not use the extension point of another plugin', async () => {
    const thief = createBackendModule({
      pluginId: 'thief',
      moduleId: 'seeds',
      register(env) {
        env.registerInit({ deps: { seed: todoSeedExtensionPoint }, async init() {} });
      },
    });

    await expect(
      startTestBackend({
        extensionPoints: [[todoSeedExtensionPoint, { addSeed() {} }]],
        features: [todoModuleWelcome, thief],
      }),
    ).rejects.toThrow(/extension point .*todo\.seed/);
  });
});
