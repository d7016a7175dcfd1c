import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { coreServices, createExtensionPoint } from '@stagewire/plugin-api';
import {
  createTestBackend,
  createTestFactory,
  createTestLifecycle,
  createTestModule,
  createTestPlugin,
  createTestRef,
} from './support.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const after = (seconds: number) => () =>
  new Promise<object>((done) => setTimeout(() => done({}), seconds * 1000));
const tenSeconds = after(10);
const slowHooks = () => ({ ...createTestLifecycle(), startup: tenSeconds });
const point = createExtensionPoint<object>({ id: 'point' });
const [slow, user] = ['slow', 'user'].map((id) => createTestRef(id));
const [slowRoot, userRoot] = ['slow-root', 'user-root'].map((id) => createTestRef(id, 'root'));
const providing = createTestModule('p', 'provider', {}, undefined, (reg) =>
  reg.registerExtensionPoint(point, {}),
);

/** Where a feature was made, as messages tell it. */
const ORIGIN = /\(@stagewire\/wiring@[\d.]+, \S+\.ts:\d+[^)]*\)/g;

/** What was warned of in a start that takes ten seconds, with the origins of features left out. */
async function warningsOf(features: unknown[], startup = {}, seconds = 10): Promise<string[]> {
  const backend = createTestBackend({ config: { backend: { startup } }, features });
  const started = backend.start();
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  await (seconds >= 10 ? started : undefined);
  return backend.lines
    .filter(({ level }) => level === 'warn')
    .map(({ message }) => message.replaceAll(ORIGIN, '(origin)'));
}

describe('a start that takes longer than initWarningAfter', () => {
  const fiveSeconds = { initWarningAfter: { seconds: 5 } };

  it.each([
    [
      'init of a plugin',
      [createTestPlugin('p', {}, tenSeconds)],
      "Plugin 'p' is still starting after 5 s: it waits for its own init function (origin)",
    ],
    [
      'init of a module',
      [createTestPlugin('p'), createTestModule('p', 'm', {}, tenSeconds)],
      "Module 'm' for plugin 'p' is still starting after 5 s: it waits for its own init function (origin)",
    ],
    [
      'a factory of a service',
      [createTestFactory(slow!, {}, tenSeconds), createTestPlugin('p', { slow })],
      "Plugin 'p' is still starting after 5 s: it waits for service 'slow' (origin)",
    ],
    [
      'a factory further down',
      [
        createTestFactory(slow!, {}, tenSeconds),
        createTestFactory(user!, { slow }),
        createTestPlugin('p', { user }),
      ],
      "Plugin 'p' is still starting after 5 s: it waits for service 'user' -> service 'slow' (origin)",
    ],
    [
      'a root service on the way',
      [
        createTestFactory(userRoot!, { slowRoot }),
        createTestFactory(slowRoot!, {}, tenSeconds),
        createTestPlugin('p'),
      ],
      "The backend is still starting after 5 s: it waits for service 'user-root' -> service 'slow-root' (origin)",
    ],
    [
      'startup hooks of a plugin',
      [createTestFactory(coreServices.lifecycle, {}, slowHooks), createTestPlugin('p')],
      "Plugin 'p' is still starting after 5 s: it waits for its startup hooks",
    ],
    [
      'root startup hooks',
      [createTestFactory(coreServices.rootLifecycle, {}, slowHooks)],
      'The backend is still starting after 5 s: it waits for the root startup hooks',
    ],
  ])('is told once, with what it waits for: %s', async (_, features, warning) => {
    expect(await warningsOf(features, fiveSeconds)).toEqual([warning]);
  });

  it('tells also a module that waits for other modules', async () => {
    const features = [
      createTestPlugin('p'),
      providing,
      createTestModule('p', 'slow', { point }, tenSeconds),
      createTestModule('p', 'slow-too', { point }, tenSeconds),
      createTestModule('p', 'quick', { point }),
    ];

    const warnings = await warningsOf(features, fiveSeconds);

    expect(warnings.toSorted()).toEqual([
      "Module 'provider' for plugin 'p' is still starting after 5 s: it waits for module 'slow' and module 'slow-too'",
      "Module 'slow' for plugin 'p' is still starting after 5 s: it waits for its own init function (origin)",
      "Module 'slow-too' for plugin 'p' is still starting after 5 s: it waits for its own init function (origin)",
    ]);
  });

  it('tells an extension point that does not come', async () => {
    const middleware = [
      {
        $$type: '@backstage/ExtensionPointFactoryMiddleware',
        version: 'v1',
        extensionPointId: 'point',
        middleware: tenSeconds,
      },
    ];
    const backend = createTestBackend({
      config: { backend: { startup: fiveSeconds } },
      features: [createTestPlugin('p'), providing, createTestModule('p', 'm', { point })],
      middleware,
    });
    const started = backend.start();
    await vi.advanceTimersByTimeAsync(10_000);
    await started;

    expect(backend.lines.map(({ message }) => message)).toContain(
      "Module 'm' for plugin 'p' is still starting after 5 s: it waits for extension point 'point'",
    );
  });

  it('tells only what is still missing of several services', async () => {
    const features = [
      createTestFactory(slow!, {}, tenSeconds),
      createTestFactory(user!),
      createTestPlugin('p', { user, slow }),
    ];

    expect(await warningsOf(features, fiveSeconds)).toEqual([
      "Plugin 'p' is still starting after 5 s: it waits for service 'slow' (origin)",
    ]);
  });
});

describe('initWarningAfter', () => {
  const features = [createTestPlugin('p', {}, tenSeconds)];

  it.each([
    ['10 seconds if nobody says', undefined, 9, 0],
    ['10 seconds if nobody says', undefined, 12, 1],
    ['a duration of any notation', '2 seconds', 3, 1],
    ['a duration of any notation', 'PT2S', 1, 0],
    ['quick, if one wants', { milliseconds: 100 }, 1, 1],
  ])('is %s', async (_, initWarningAfter, seconds, count) => {
    const startup = initWarningAfter === undefined ? {} : { initWarningAfter };
    const backend = createTestBackend({
      config: { backend: { startup } },
      features: [createTestPlugin('p', {}, after(30))],
    });
    const started = backend.start();
    await vi.advanceTimersByTimeAsync(seconds * 1000);

    expect(backend.lines.filter(({ level }) => level === 'warn')).toHaveLength(count);

    await vi.advanceTimersByTimeAsync(30_000);
    await started;
  });

  it('leaves nothing behind once the start is over, well or not', async () => {
    await warningsOf(features);
    const failed = createTestBackend({
      features: [createTestPlugin('p', {}, () => Promise.reject(new Error('boom')))],
    });
    await failed.start().catch(() => {});

    expect(vi.getTimerCount()).toBe(0);
  });
});
