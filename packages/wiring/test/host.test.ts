import { describe, expect, it, onTestFinished } from 'vitest';
import { coreServices } from '@stagewire/plugin-api';
import type { StartedBackend } from '@stagewire/wiring';
import { setBackendHost, type HostedBackend } from '@stagewire/wiring/host';
import { toHosted } from './hosted.js';
import {
  createRawLoader,
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestPlugin,
  createTestRef,
} from './support.js';

const missing = createTestRef('missing');
const tolerant = {
  backend: { startup: { default: { onPluginBootFailure: 'continue' } } },
};

describe('a backend with a host', () => {
  it('is handed to the host in the place of its start, and gives the program what the host gives', async () => {
    const given: HostedBackend[] = [];
    const answer = { result: {}, plan: {}, timeline: [] } as unknown as StartedBackend;
    setBackendHost({ start: async (backend) => (given.push(backend), answer) });
    onTestFinished(() => setBackendHost(undefined));
    const backend = createTestBackend({ features: [createTestPlugin('p')] });

    expect(await backend.start()).toBe(answer);

    expect(given).toHaveLength(1);
    await expect(backend.start()).rejects.toMatchObject({ code: 'E_ALREADY_STARTED' });
    expect(() => backend.add(createTestPlugin('q'))).toThrow('after the backend has started');
  });

  it('starts as it would without one when the host says so', async () => {
    const inits: string[] = [];
    const plugin = createTestPlugin('p', {}, () => inits.push('p'));
    const backend = createTestBackend({ features: [plugin] });
    const hosted = toHosted(backend);

    const { result } = await hosted.start();

    expect([result.outcome, inits]).toEqual(['success', ['p']]);
    await expect(hosted.start()).rejects.toMatchObject({ code: 'E_ALREADY_STARTED' });
    await backend.stop();
    expect((backend as unknown as { events: string[] }).events).toContain('p shutdown');
  });

  it('fails to start as it would without one', async () => {
    const hosted = toHosted(createTestBackend({ features: [createTestPlugin('p', { missing })] }));

    await expect(hosted.start()).rejects.toMatchObject({ code: 'E_STARTUP_FAILED' });
  });

  it('is not the business of a host that went away', async () => {
    setBackendHost({ start: () => Promise.reject(new Error('asked')) });
    setBackendHost(undefined);

    const { result } = await createTestBackend({ features: [createTestPlugin('p')] }).start();

    expect(result.outcome).toBe('success');
  });
});

describe('the plan of a backend', () => {
  it('runs loaders, and makes nothing else', async () => {
    const made: string[] = [];
    const eager = createTestFactory(createTestRef('eager', 'root'), {}, () => made.push('eager'));
    const loader = createRawLoader('L', () => [createTestPlugin('p', {}, () => made.push('p'))]);
    const hosted = toHosted(createTestBackend({ features: [eager, loader] }));

    const plan = await hosted.plan();

    expect(plan.plugins.map(({ pluginId }) => pluginId)).toEqual(['p']);
    expect(made).toEqual([]);
    expect(await hosted.plan()).toBe(plan);
  });

  it('holds all findings, also those of the configuration', async () => {
    const config = createTestFactory(coreServices.rootConfig as never, {}, () => {
      throw new Error('no such file');
    });
    const features = [config, 42, createTestPlugin('p', { missing })];
    const hosted = toHosted(createTestBackend({ features, without: ['core.rootConfig'] }));

    const { diagnostics } = await hosted.plan();

    expect(diagnostics.map(({ code }) => code)).toEqual(['E_FEATURE_INVALID', 'E_STARTUP_ERROR']);
    await hosted.stop();
  });

  it('tells what policy permits, and what keeps the backend from starting', async () => {
    const features = [createTestPlugin('p', { missing }), createTestModule('p', 'm', { missing })];
    const hosted = toHosted(createTestBackend({ config: tolerant, features }));

    const { diagnostics } = await hosted.plan();

    expect(diagnostics).toMatchObject([
      { severity: 'error', moduleId: 'm' },
      { severity: 'error', permitted: true },
    ]);
    expect(diagnostics[0]).not.toHaveProperty('permitted');
    await hosted.stop();
  });

  it.each([
    [{}, 'warning'],
    [{ backend: { startup: { default: { onOrphanModule: 'abort' } } } }, 'error'],
  ])('tells a module without its plugin as policy has it: %j', async (config, severity) => {
    const hosted = toHosted(
      createTestBackend({ config, features: [createTestModule('absent', 'm')] }),
    );

    expect((await hosted.plan()).diagnostics).toMatchObject([
      { code: 'E_MODULE_ORPHAN', severity },
    ]);
    await hosted.stop();
  });

  it('is followed by a start that loads nothing a second time', async () => {
    let loads = 0;
    const loader = createRawLoader('L', () => (loads++, [createTestPlugin('p')]));
    const hosted = toHosted(createTestBackend({ features: [loader] }));

    const plan = await hosted.plan();
    const started = await hosted.start();

    expect([loads, started.plan === plan]).toEqual([1, true]);
  });

  it('leaves nothing behind once the backend was stopped', async () => {
    const disposed: string[] = [];
    const config = createTestFactory(coreServices.rootConfig as never, {}, () => ({
      getOptionalConfig: () => undefined,
      has: () => false,
      [Symbol.dispose]: () => disposed.push('config'),
    }));
    const before = process.listenerCount('SIGTERM');
    const hosted = toHosted(createTestBackend({ features: [config] }));
    await hosted.plan();

    await Promise.all([hosted.stop(), hosted.stop()]);

    expect([disposed, process.listenerCount('SIGTERM')]).toEqual([['config'], before]);
    await expect(hosted.start()).rejects.toMatchObject({ code: 'E_ALREADY_STOPPED' });
  });

  it('cannot be had of a backend that was stopped before', async () => {
    const hosted = toHosted(createTestBackend());
    await hosted.stop();

    await expect(hosted.plan()).rejects.toMatchObject({ code: 'E_ALREADY_STOPPED' });
  });
});
