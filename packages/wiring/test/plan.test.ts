import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendFeatureLoader,
  createExtensionPoint,
} from '@stagewire/plugin-api';
import { diagnosticsOf } from '@stagewire/wiring';
import { installPlugin } from './package-fixture.js';
import {
  createTestBackend,
  createTestFactory,
  createTestModule,
  createTestMultiton,
  createTestPlugin,
  createTestRef,
  startError,
} from './support.js';

const point = createExtensionPoint<object>({ id: 'point' });
const modulePoint = createExtensionPoint<object>({ id: 'module-point' });
const [clock, mailer] = [createTestRef('clock', 'root'), createTestRef('mailer')];
const many = createTestMultiton('many');

/** One of everything: services of all kinds, plugins, modules that wait, a loader, an orphan. */
function createFullBackend() {
  const config = {
    backend: { startup: { plugins: { broken: { onPluginBootFailure: 'continue' } } } },
  };
  const features = [
    createTestFactory(mailer, { clock, id: coreServices.pluginMetadata }),
    createTestFactory(many),
    createTestFactory(many),
    createBackendFeatureLoader({ loader: () => [createTestFactory(clock)] }),
    createTestPlugin('p', { mailer, again: mailer, many }, undefined, (reg) =>
      reg.registerExtensionPoint(point, {}),
    ),
    createTestModule('p', 'provider', {}, undefined, (reg) =>
      reg.registerExtensionPoint(modulePoint, {}),
    ),
    createTestModule('p', 'user', { point, modulePoint, clock }),
    createTestPlugin('broken', { absent: createTestRef('absent') }),
    createTestModule('absent', 'm'),
  ];
  return createTestBackend({ config, features });
}

const origin = expect.stringMatching(/^@stagewire\/wiring@[\d.]+, .+\.ts:\d+/);

describe('the plan of a backend', () => {
  it('tells every plugin with what it needs and provides, and modules with whom they wait for', async () => {
    const { plan } = await createFullBackend().start();

    expect(plan.plugins).toEqual([
      {
        pluginId: 'p',
        origin,
        needs: ['mailer', 'many'],
        provides: ['point'],
        modules: [
          { moduleId: 'provider', origin, needs: [], provides: ['module-point'], after: ['user'] },
          {
            moduleId: 'user',
            origin,
            needs: ['point', 'module-point', 'clock'],
            provides: [],
            after: [],
          },
        ],
      },
      { pluginId: 'broken', origin, needs: ['absent'], provides: [], modules: [] },
    ]);
    expect(plan.orphans).toEqual([{ pluginId: 'absent', moduleId: 'm', origin }]);
  });

  it('tells every service: whose it is, what it needs and when it is made', async () => {
    const { plan } = await createFullBackend().start();

    const ofTest = plan.services.filter(({ id }) => !id.startsWith('core.'));
    const root = { scope: 'root', multiton: false, initialization: 'always', needs: [] };
    expect(ofTest).toEqual([
      {
        id: 'mailer',
        scope: 'plugin',
        multiton: false,
        source: 'added',
        origin,
        initialization: 'lazy',
        needs: ['clock'],
      },
      { ...root, id: 'many', multiton: true, source: 'added', origin },
      { ...root, id: 'many', multiton: true, source: 'added', origin },
      { ...root, id: 'clock', source: 'loader', origin: expect.stringContaining('feature loader') },
    ]);
    expect(plan.services.find(({ id }) => id === coreServices.rootConfig.id)).toMatchObject({
      source: 'default',
      initialization: 'always',
    });
  });

  it('tells what is wrong and permitted, and what is only to be known', async () => {
    const { plan } = await createFullBackend().start();

    expect(
      plan.diagnostics.map(({ severity, code, pluginId }) => [severity, code, pluginId]),
    ).toEqual([
      ['error', 'E_DEPENDENCY_MISSING', 'broken'],
      ['warning', 'E_MODULE_ORPHAN', 'absent'],
    ]);
  });

  it('is plain data', async () => {
    const { plan } = await createFullBackend().start();

    expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
  });

  it('names the package of a published plugin', async () => {
    const feature = installPlugin('plugin-todo-backend', '1.2.3', 'todo');

    const { plan } = await createTestBackend({ features: [feature] }).start();

    expect(plan.plugins[0]!.origin).toMatch(/^plugin-todo-backend@1\.2\.3(,|$)/);
  });
});

describe('the diagnostics of a refused start', () => {
  it('are plain data', async () => {
    const features = [
      createTestPlugin('p', { absent: createTestRef('absent') }),
      createTestPlugin('q'),
      createTestPlugin('q'),
    ];

    const diagnostics = diagnosticsOf(await startError(createTestBackend({ features })));

    expect(diagnostics).toHaveLength(2);
    expect(JSON.parse(JSON.stringify(diagnostics))).toStrictEqual(diagnostics);
  });
});
