import { runInNewContext } from 'node:vm';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
  type BackendFeature,
} from '../src/index.js';
import { FEATURE_ORIGIN, type FeatureOriginHint } from '../src/internal.js';

const here = fileURLToPath(import.meta.url);

describe('the origin of a feature', () => {
  it.each<[string, () => BackendFeature]>([
    ['plugin', () => createBackendPlugin({ pluginId: 'a', register() {} })],
    ['module', () => createBackendModule({ pluginId: 'a', moduleId: 'b', register() {} })],
    ['loader', () => createBackendFeatureLoader({ loader: () => [] })],
    [
      'service factory',
      () =>
        createServiceFactory({
          service: coreServices.cache,
          deps: {},
          factory: () => {
            throw new Error('not called');
          },
        }),
    ],
  ])('is the file that created the %s', (_kind, create) => {
    expect(originOf(create())).toMatchObject({ file: here, line: expect.any(Number) });
  });

  it('tells the line', () => {
    const first = createBackendPlugin({ pluginId: 'a', register() {} });
    const second = createBackendPlugin({ pluginId: 'b', register() {} });

    expect((originOf(second)?.line ?? 0) - (originOf(first)?.line ?? 0)).toBe(1);
  });

  it('is not among the data that other backends see', () => {
    const plugin = createBackendPlugin({ pluginId: 'a', register() {} });

    expect(Object.keys(plugin)).toEqual(['$$type', 'version', 'featureType', 'getRegistrations']);
    expect(Object.getOwnPropertySymbols({ ...plugin })).toEqual([]);
  });

  it('leaves the depth of stack traces as it was', () => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 7;
    try {
      createBackendPlugin({ pluginId: 'a', register() {} });

      expect(Error.stackTraceLimit).toBe(7);
    } finally {
      Error.stackTraceLimit = limit;
    }
  });

  it('names the files that had a part in it too', () => {
    const make = runInNewContext('(create) => create()', {}, { filename: '/app/entry.js' });

    const origin = originOf(make(() => createBackendPlugin({ pluginId: 'a', register() {} })));

    expect(origin).toMatchObject({ file: here, via: expect.arrayContaining(['/app/entry.js']) });
  });

  it('costs microseconds', () => {
    const started = process.hrtime.bigint();
    for (let i = 0; i < 1_000; i++) createBackendPlugin({ pluginId: 'a', register() {} });
    const milliseconds = Number(process.hrtime.bigint() - started) / 1e6;

    // About 2 ms for a thousand plugins on a slow machine; the room is for a busy one.
    expect(milliseconds).toBeLessThan(100);
  });
});

function originOf(feature: BackendFeature): FeatureOriginHint | undefined {
  return (feature as { [FEATURE_ORIGIN]?: FeatureOriginHint })[FEATURE_ORIGIN];
}
