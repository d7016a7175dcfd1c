import { PLUGIN_VIEW } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { RootLifecycle } from '../../src/lifecycle/root-lifecycle-service-factory.js';
import { recordingLogger } from '../http/harness.js';
import { fakeSuccession } from '../support/fake-succession.js';

const boom = () => Promise.reject(new Error('boom'));

function setUp(joinsRunning: boolean) {
  const ran: string[] = [];
  const root = new RootLifecycle(recordingLogger());
  const version = fakeSuccession('a', joinsRunning);
  const view = root[PLUGIN_VIEW](version.plugin, root);
  const dispose = () => (view as unknown as AsyncDisposable)[Symbol.asyncDispose]();
  const addAll = () => {
    view.addStartupHook(() => void ran.push('startup'));
    view.addBeforeShutdownHook(() => void ran.push('before'));
    view.addShutdownHook(() => void ran.push('shutdown'));
  };
  return { ran, root, version, view, dispose, addAll };
}

describe('the root lifecycle of one version of a plugin', () => {
  it('runs its hooks with those of the backend while the version lives', async () => {
    const { ran, root, addAll, dispose } = setUp(false);
    addAll();

    await root.startup();
    await root.beforeShutdown();
    await root.shutdown();
    await dispose();

    expect(ran).toEqual(['startup', 'before', 'shutdown']);
  });

  it('runs them when the version ends, and not again with the backend', async () => {
    const { ran, root, version, addAll, dispose } = setUp(false);
    addAll();
    await root.startup();

    await version.retire();
    expect(ran).toEqual(['startup', 'before']);
    await dispose();
    await root.beforeShutdown();
    await root.shutdown();

    expect(ran).toEqual(['startup', 'before', 'shutdown']);
  });

  it('runs startup hooks of a later version when that serves', async () => {
    const { ran, root, version, addAll } = setUp(true);
    await root.startup();

    addAll();
    expect(ran).toEqual([]);
    version.serve();

    expect(ran).toEqual(['startup']);
  });

  it('leads around nothing that a decorator made of the lifecycle', async () => {
    const root = new RootLifecycle(recordingLogger());
    const added: unknown[] = [];
    root.addShutdownHook = (hook) => void added.push(hook);

    root[PLUGIN_VIEW](fakeSuccession('a').plugin, root).addShutdownHook(boom);

    expect(added).toEqual([boom]);
  });

  it('takes no startup hook of the first version once the backend has started', async () => {
    const { root, view } = setUp(false);
    await root.startup();

    expect(() => view.addStartupHook(() => {})).toThrow(
      'Attempted to add startup hook after startup',
    );
  });
});
