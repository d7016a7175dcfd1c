import { describe, expect, it } from 'vitest';
import { coreServices, type BackendFeature } from '@stagewire/plugin-api';
import {
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const own = createTestRef('own');
const start = (...features: BackendFeature[]) => createTestBackend({ features }).start();
const failing = (...features: BackendFeature[]) => startError(createTestBackend({ features }));
const metadata = coreServices.pluginMetadata;

describe('an implementation that is falsy', () => {
  it.each([[undefined], [null], [0], [''], [false], [Number.NaN]])(
    '[W3.16] [Q5] is missing for plugins and modules, not for services: %o',
    async (value) => {
      const user = createTestRef('user');
      const seen: unknown[] = [];
      const features = [
        createTestFactory(own, {}, () => value),
        createTestFactory(user, { own }, (deps) => (seen.push(deps), 'user')),
      ];

      const good = await start(...features, createTestPlugin('p', { user }));
      const error = await failing(
        ...features,
        createTestPlugin('p', { own }),
        createTestModule('p', 'm', { user, own }),
      );

      expect(good.result.outcome).toBe('success');
      expect(seen[0]).toEqual({ own: value });
      expect(error.message.split('\n').slice(1)).toEqual([
        "  Plugin 'p' startup failed; caused by Error: Service or extension point dependencies of plugin 'p' are missing for the following ref(s): serviceRef{own}",
        "  Module 'm' for plugin 'p' startup failed; caused by Error: Service or extension point dependencies of module 'm' for plugin 'p' are missing for the following ref(s): serviceRef{own}",
      ]);
    },
  );
});

describe('core.pluginMetadata', () => {
  it('[W3.17] tells each plugin, its modules and its services its own id', async () => {
    const seen: string[] = [];
    const tell = (deps: { metadata: { getId(): string }; own: string }) =>
      seen.push(`${deps.metadata.getId()} ${deps.own}`);

    await start(
      createTestFactory(own, { metadata }, (deps) => `own of ${deps.metadata.getId()}`),
      createTestPlugin('p', { metadata, own }, tell),
      createTestModule('q', 'm', { metadata, own }, tell),
      createTestPlugin('q', { metadata, own }, tell),
    );

    expect(seen.toSorted()).toEqual(['p own of p', 'q own of q', 'q own of q']);
  });

  it('[W3.17] is that of `root` where the backend itself asks', async () => {
    const many = createTestMultiton('many');
    const ofPlugin = createTestFactory({ ...many, scope: 'plugin' }, { metadata }, (deps) =>
      deps.metadata.getId(),
    );
    const seen: unknown[] = [];
    const loader = createRawLoader('L', (deps) => (seen.push(deps.many), []), { many });

    await start(createTestFactory(many), ofPlugin, loader);

    expect(seen).toEqual([['many', 'root']]);
  });
});
