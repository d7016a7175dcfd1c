import { startTestBackend } from '@backstage/backend-test-utils';
import { todoModuleWelcome, todoPlugin, todoSeedExtensionPoint } from '../plugins/todo.mjs';
import request from 'supertest';

/** As it travels from one package to another. */
const shoutSeeds = {
  $$type: '@backstage/ExtensionPointFactoryMiddleware',
  version: 'v1',
  extensionPointId: todoSeedExtensionPoint.id,
  middleware: async (original) => ({
    addSeed: (title) => original.addSeed(title.toUpperCase()),
  }),
};

describe('extension point middleware', () => {
  it('stands between a plugin and its modules', async () => {
    const { server } = await startTestBackend({
      features: [todoPlugin, todoModuleWelcome],
      extensionPointFactoryMiddleware: [shoutSeeds],
    });

    const { body } = await request(server).get('/api/todo/items');

    expect(body.items.map(({ title }) => title)).toEqual(['LOOK AROUND']);
  });

  it('stands before the extension points of a test too', async () => {
    const seeds = [];

    await startTestBackend({
      features: [todoModuleWelcome],
      extensionPoints: [[todoSeedExtensionPoint, { addSeed: (title) => seeds.push(title) }]],
      extensionPointFactoryMiddleware: [shoutSeeds],
    });

    expect(seeds).toEqual(['LOOK AROUND']);
  });
});
