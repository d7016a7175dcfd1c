import { describe, expect, it } from 'vitest';
import { coreServices } from '@stagewire/plugin-api';
import { createTestBackend, createTestPlugin, startError } from './support.js';

const failing = () => Promise.reject(new Error('boom'));
const rootHook = (hook: () => unknown) =>
  createTestPlugin('hooked', { lifecycle: coreServices.rootLifecycle }, ({ lifecycle }) =>
    lifecycle.addStartupHook(hook),
  );

describe('the startup hooks of the root', () => {
  it('[W7.1] run once, after every plugin', async () => {
    const events: string[] = [];
    const backend = createTestBackend({
      features: [
        rootHook(() => events.push('root hook')),
        createTestPlugin('slow', {}, async () => {
          await new Promise((resolve) => setTimeout(resolve, 10));
          events.push('slow');
        }),
      ],
    });

    await backend.start();

    expect(events).toEqual(['slow', 'root hook']);
    expect(backend.events.filter((event) => event === 'root startup')).toHaveLength(1);
  });

  it('[W7.1] run although a plugin failed that may', async () => {
    const config = {
      backend: { startup: { plugins: { fails: { onPluginBootFailure: 'continue' } } } },
    };
    const backend = createTestBackend({
      config,
      features: [createTestPlugin('fails', {}, failing)],
    });

    await backend.start();

    expect(backend.events).toEqual(['root startup']);
  });

  it('[W7.1] do not run when a plugin failed that may not', async () => {
    const backend = createTestBackend({
      features: [createTestPlugin('fails', {}, failing), createTestPlugin('well')],
    });

    await startError(backend);

    expect(backend.events).toEqual(['well startup']);
  });
});

describe('hooks that are added late', () => {
  it('[W7.8] come to a lifecycle that has run: the wiring runs each stage once, and takes none back', async () => {
    const added: string[] = [];
    const deps = { lifecycle: coreServices.lifecycle, root: coreServices.rootLifecycle };
    const backend = createTestBackend({
      features: [
        createTestPlugin('p', deps, ({ lifecycle, root }) => {
          root.addStartupHook(() => lifecycle.addStartupHook(() => added.push('late startup')));
          root.addShutdownHook(() => lifecycle.addShutdownHook(() => added.push('late shutdown')));
          lifecycle.addShutdownHook(() =>
            root.addBeforeShutdownHook(() => added.push('late before')),
          );
        }),
      ],
    });

    await backend.start();
    await backend.stop();

    expect(added).toEqual([]);
    expect(backend.events).toEqual([
      'p startup',
      'root startup',
      'root beforeShutdown',
      'p shutdown',
      'root shutdown',
    ]);
  });
});
