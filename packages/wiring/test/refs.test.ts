import { describe, expect, it } from 'vitest';
import * as published from '@backstage/backend-plugin-api';
import * as own from '@stagewire/plugin-api';
import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import {
  createRawFeature,
  createTestBackend,
  createTestFactory,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const apis: Array<[string, typeof own]> = [
  ['this plugin API', own],
  ['the published plugin API', published as unknown as typeof own],
];

const defaultFactory = async () => undefined as never;

describe('a ref', () => {
  it.each(apis)('[W1.9] [W1.10] of %s says what it is', (_, api) => {
    const plain = api.createServiceRef<string>({ id: 'a' });
    const full = api.createServiceRef({ id: 'b', scope: 'root', multiton: true, defaultFactory });
    const point = api.createExtensionPoint<string>({ id: 'c' });

    expect([plain, full, point].map(String)).toEqual([
      'serviceRef{a}',
      'serviceRef{b}',
      'extensionPoint{c}',
    ]);
    const $$type = '@backstage/ServiceRef';
    expect(JSON.parse(JSON.stringify([plain, full]))).toEqual([
      { $$type, id: 'a', scope: 'plugin', multiton: false },
      { $$type, id: 'b', scope: 'root', multiton: true },
    ]);
    expect([plain.T, full.T, point.T]).toEqual([null, null, null]);
    expect([plain, full].map((ref) => (ref as ServiceRefShape).__defaultFactory)).toEqual([
      undefined,
      defaultFactory,
    ]);
    expect(point).toMatchObject({ $$type: '@backstage/ExtensionPoint', id: 'c' });
  });

  it('[W1.11] is matched by its id alone, between copies and by hand', async () => {
    const wanted = published.createServiceRef<string>({ id: 'word', scope: 'root' });
    const provided = own.createServiceRef<string>({ id: 'word', scope: 'root' });
    const wantedPoint = { $$type: '@backstage/ExtensionPoint', id: 'words' };
    const providedPoint = published.createExtensionPoint<string[]>({ id: 'words' });
    const words: string[] = [];
    const plugin = published.createBackendPlugin({
      pluginId: 'p',
      register(env) {
        env.registerExtensionPoint(providedPoint, words);
        env.registerInit({
          deps: { word: wanted },
          init: async ({ word }) => void words.push(word),
        });
      },
    });
    const module = createRawFeature({
      getRegistrations: () => [
        {
          type: 'module-v1.1',
          pluginId: 'p',
          moduleId: 'm',
          extensionPoints: [],
          init: {
            deps: { list: wantedPoint },
            func: (deps: { list: string[] }) => deps.list.push('from the module'),
          },
        },
      ],
    });
    const factory = createTestFactory(provided as never, {}, () => 'from the service');

    await createTestBackend({ features: [plugin, module, factory] }).start();

    expect(words).toEqual(['from the module', 'from the service']);
  });
});

describe('extension point factory middleware', () => {
  const $$type = '@backstage/ExtensionPointFactoryMiddleware';

  it.each([
    [
      'another type',
      { $$type: 'other' },
      `Invalid opaque type, expected '${$$type}', but got 'other'`,
    ],
    [
      'another version',
      { $$type, version: 'v2' },
      "Invalid opaque type instance, got version 'v2', expected 'v1'",
    ],
    [
      'no version',
      { $$type },
      "Invalid opaque type instance, got version undefined, expected 'v1'",
    ],
  ])('[W1.12] of %s is refused before anything is made', async (_, middleware, message) => {
    const made: string[] = [];
    const eager = createTestFactory(createTestRef('eager', 'root'), {}, () => made.push('eager'));
    const backend = createTestBackend({ middleware: [middleware], features: [eager] });

    const error = await startError(backend);

    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ message, code: 'E_MIDDLEWARE_INVALID' });
    expect(made).toEqual([]);
  });

  it('[W1.12] made by this plugin API replaces what modules get', async () => {
    const extensionPoint = own.createExtensionPoint<string>({ id: 'point' });
    const seen: unknown[] = [];
    const plugin = createTestPlugin('p', {}, undefined, (env) =>
      env.registerExtensionPoint(extensionPoint, 'original'),
    );
    const module = own.createBackendModule({
      pluginId: 'p',
      moduleId: 'm',
      register: (env) =>
        env.registerInit({
          deps: { extensionPoint },
          init: async (deps) => void seen.push(deps.extensionPoint),
        }),
    });
    const middleware = own.createExtensionPointFactoryMiddleware({
      extensionPoint,
      middleware: (original) => `wrapped ${original}`,
    });

    await createTestBackend({ middleware: [middleware], features: [plugin, module] }).start();

    expect(middleware).toMatchObject({ $$type, version: 'v1', extensionPointId: 'point' });
    expect(seen).toEqual(['wrapped original']);
  });
});
