import { describe, expect, it } from 'vitest';
import { coreServices } from '@stagewire/plugin-api';
import { createSpecializedBackend, type BackendStartupError } from '@stagewire/wiring';
import {
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
  createTestPlugin,
  startError,
} from './support.js';

const permissive = {
  backend: {
    startup: {
      default: { onPluginBootFailure: 'continue', onPluginModuleBootFailure: 'continue' },
    },
  },
};

describe('the root lifecycle', () => {
  const unusable = {
    code: 'E_LIFECYCLE_UNUSABLE',
    message: 'Unexpected root lifecycle service implementation',
  };

  it('[W5.2] has to be there, even for a backend without features', async () => {
    const backend = createSpecializedBackend({ defaultServiceFactories: [] });

    expect(await startError(backend)).toMatchObject({ ...unusable, name: 'Error' });
  });

  it.each(['startup', 'shutdown', 'beforeShutdown'])(
    '[W5.2] has to offer %s, or start() rejects after everything else succeeded',
    async (method) => {
      const events: string[] = [];
      const lifecycle = { ...createTestLifecycle('root', events), [method]: undefined };
      const factory = createTestFactory(coreServices.rootLifecycle, {}, () => lifecycle);
      const plugin = createTestPlugin('p', {}, () => events.push('p'));

      const error = await startError(createTestBackend({ features: [factory, plugin] }));

      expect(error).toMatchObject(unusable);
      expect(events).toEqual(['p']);
    },
  );
});

describe('the lifecycle of a plugin', () => {
  const unusable = 'Unexpected plugin lifecycle service implementation';

  it.each(['startup', 'shutdown'])(
    '[W5.2] has to offer %s, or that plugin fails',
    async (method) => {
      const factory = createTestFactory(
        coreServices.lifecycle,
        { metadata: coreServices.pluginMetadata },
        ({ metadata }) => ({
          ...createTestLifecycle(),
          ...(metadata.getId() === 'p' && { [method]: undefined }),
        }),
      );
      const features = [factory, createTestPlugin('p'), createTestPlugin('q')];

      const { result } = await createTestBackend({ config: permissive, features }).start();

      expect(
        result.plugins
          .map(({ pluginId, failure }) => `${pluginId} ${failure?.error.message}`)
          .toSorted(),
      ).toEqual([`p ${unusable}`, 'q undefined']);
    },
  );

  it('[W5.2] has to be there', async () => {
    const backend = createTestBackend({
      without: ['core.lifecycle'],
      features: [createTestPlugin('p')],
    });

    const error = await startError(backend);

    expect(error.message).toContain(`  Plugin 'p' startup failed; caused by Error: ${unusable}`);
    expect((error as BackendStartupError).result.plugins[0]!.failure!.error).toMatchObject({
      code: 'E_LIFECYCLE_UNUSABLE',
    });
  });
});

describe('a backend without logger and configuration', () => {
  const without = ['core.rootLogger', 'core.rootConfig'];
  const failing = createTestPlugin('p', {}, () => Promise.reject(new Error('boom')));

  it('[W5.3] starts, and lets nothing fail', async () => {
    const good = await createTestBackend({ without, features: [createTestPlugin('p')] }).start();
    const error = await startError(createTestBackend({ without, features: [failing] }));

    expect(good.result.outcome).toBe('success');
    expect((error as BackendStartupError).result.plugins[0]!.failure!.allowed).toBe(false);
  });

  it.each([[undefined], [null], [false], ['']])('[W5.3] takes %o for none', async (value) => {
    const features = [coreServices.rootLogger, coreServices.rootConfig].map((ref) =>
      createTestFactory(ref, {}, () => value),
    );

    const { result } = await createTestBackend({
      features: [...features, createTestPlugin('p')],
    }).start();

    expect(result.outcome).toBe('success');
  });

  it.each([coreServices.rootLogger, coreServices.rootConfig])(
    '[W5.3] does not start if one of them is there and fails: $id',
    async (ref) => {
      const failure = new Error('boom');
      const factory = createTestFactory(ref, {}, () => Promise.reject(failure));

      expect(await startError(createTestBackend({ features: [factory, failing] }))).toBe(failure);
    },
  );
});
