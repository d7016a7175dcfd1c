import { describe, expect, it } from 'vitest';
import {
  createBackendFeatureLoader,
  createServiceFactory,
  createServiceRef,
} from '@stagewire/plugin-api';
import {
  createTestBackend,
  createTestFactory,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

describe('two services that need each other', () => {
  it('[W3.19] are refused before anything is built, with the way round', async () => {
    const built: string[] = [];
    const egg = createTestRef('egg', 'root');
    const hen = createTestRef('hen', 'root');
    const backend = createTestBackend({
      features: [
        createTestFactory(egg, { hen }, () => built.push('egg')),
        createTestFactory(hen, { egg }, () => built.push('hen')),
      ],
    });

    const error = await startError(backend);

    expect(error).toMatchObject({
      name: 'ConflictError',
      code: 'E_SERVICE_CYCLE',
      message: "Circular dependencies detected:\n  'egg' -> 'hen' -> 'egg'",
    });
    expect(built).toEqual([]);
  });
});

describe('who provides a service', () => {
  const ref = createServiceRef<string>({
    id: 'who',
    scope: 'root',
    defaultFactory: async (service) =>
      createServiceFactory({ service, deps: {}, factory: () => 'ref' }),
  });
  const by = (name: string) =>
    createServiceFactory({ service: ref, deps: {}, factory: () => name });
  const loader = createBackendFeatureLoader({ loader: () => [by('loader')] });

  it.each([
    ['the ref itself, when nobody else does', [], [], 'ref'],
    ['the default list over the ref', [by('default')], [], 'default'],
    ['a feature loader over the default list', [by('default')], [loader], 'loader'],
    ['what was added over a feature loader', [by('default')], [loader, by('added')], 'added'],
    ['what was added, whatever the order', [], [by('added'), loader], 'added'],
  ])('[W3.2] is %s', async (_, services, features, expected) => {
    let seen: unknown;
    const plugin = createTestPlugin('p', { ref }, (deps) => (seen = deps.ref));

    await createTestBackend({ services, features: [plugin, ...features] }).start();

    expect(seen).toBe(expected);
  });
});
