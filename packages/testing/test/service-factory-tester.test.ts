import { describe, expect, expectTypeOf, it } from 'vitest';
import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';
import { mockServices, ServiceFactoryTester } from '../src/index.js';

const mailRef = createServiceRef<{ from: string; plugin: string }>({ id: 'mail' });
const stampRef = createServiceRef<string>({ id: 'stamp', multiton: true });
const officeRef = createServiceRef<string[]>({ id: 'office', scope: 'root' });

const mailFactory = createServiceFactory({
  service: mailRef,
  deps: { config: coreServices.rootConfig, plugin: coreServices.pluginMetadata },
  factory: ({ config, plugin }) => ({
    from: config.getOptionalString('from') ?? 'nobody',
    plugin: plugin.getId(),
  }),
});

describe('a service factory in a test', () => {
  it('makes its service for the plugin that is asked for, once', async () => {
    await using tester = ServiceFactoryTester.from(mailFactory, {
      dependencies: [mockServices.rootConfig.factory({ data: { from: 'portal' } })],
    });

    expect(await tester.getSubject()).toEqual({ from: 'portal', plugin: 'test' });
    expect(await tester.getSubject('todo')).toEqual({ from: 'portal', plugin: 'todo' });
    expect(await tester.getSubject('todo')).toBe(await tester.getSubject('todo'));
  });

  it('counts more than a dependency for the same service', async () => {
    const other = createServiceFactory({
      service: mailRef,
      deps: {},
      factory: () => ({ from: 'other', plugin: 'other' }),
    });

    await using tester = ServiceFactoryTester.from(mailFactory, { dependencies: [other] });

    expect((await tester.getSubject()).from).toBe('nobody');
  });

  it('makes all of a multiton', async () => {
    const stamp = (value: string) =>
      createServiceFactory({ service: stampRef, deps: {}, factory: () => value });

    await using tester = ServiceFactoryTester.from(stamp('red'), { dependencies: [stamp('blue')] });

    const stamps = await tester.getSubject();
    expectTypeOf(stamps).toEqualTypeOf<string[]>();
    expect(stamps).toEqual(['blue', 'red']);
    expect(await tester.getService(stampRef)).toEqual(['blue', 'red']);
  });

  it('depends on the services of a test backend, and is disposed of with them', async () => {
    const ended: string[] = [];
    const officeFactory = createServiceFactory({
      service: officeRef,
      deps: { lifecycle: coreServices.rootLifecycle, metadata: coreServices.rootInstanceMetadata },
      async factory({ lifecycle, metadata }) {
        lifecycle.addShutdownHook(() => void ended.push('hook'));
        return (await metadata.getInstalledPlugins()).map(({ pluginId }) => pluginId);
      },
    });
    {
      await using tester = ServiceFactoryTester.from(officeFactory);
      expectTypeOf(tester.getSubject).parameters.toEqualTypeOf<[]>();
      expect(await tester.getSubject()).toEqual([]);
      const discovery = await tester.getService(coreServices.discovery, 'todo');
      expect(await discovery.getBaseUrl('todo')).toMatch(/^http:\/\/localhost:\d+\/api\/todo$/);
    }

    expect(ended).toEqual(['hook']);
  });

  it('is told which service is missing', async () => {
    await using tester = ServiceFactoryTester.from(mailFactory);

    await expect(tester.getService(createServiceRef({ id: 'nobody' }))).rejects.toMatchObject({
      code: 'E_TEST_SERVICE_MISSING',
      message: "Service 'nobody' not found",
    });
  });
});
