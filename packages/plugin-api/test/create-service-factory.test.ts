import * as published from '@backstage/backend-plugin-api';
import { describe, expect, it } from 'vitest';
import { coreServices, createServiceFactory, createServiceRef } from '../src/index.js';
import type { ServiceFactoryShape } from '../src/internal.js';
import { dataOf } from './registrations.js';

const rootRef = createServiceRef<string>({ id: 'root.mail', scope: 'root' });
const pluginRef = createServiceRef<string>({ id: 'plugin.mail' });

describe('a service factory', () => {
  it('[W1.7] is a feature that holds the ref, the deps and the way to make the service', async () => {
    const deps = { config: coreServices.rootConfig };
    const factory = shapeOf(
      createServiceFactory({
        service: rootRef,
        initialization: 'lazy',
        deps,
        factory: ({ config }) => `made with ${String(config)}`,
      }),
    );

    expect(factory).toMatchObject({
      $$type: '@backstage/BackendFeature',
      version: 'v1',
      featureType: 'service',
      service: rootRef,
      initialization: 'lazy',
      deps,
    });
    await expect(factory.factory({ config: 'C' }, undefined)).resolves.toBe('made with C');
  });

  it('[W1.7] has the data of one made by the published plugin API', () => {
    const options = {
      service: pluginRef,
      deps: { logger: coreServices.logger },
      createRootContext: () => 'context',
      factory: () => 'mail',
    };

    expect(dataOf(createServiceFactory(options))).toEqual(
      dataOf(published.createServiceFactory(options)),
    );
  });

  it('[W1.7] rejects with what the author throws', async () => {
    const failure = new Error('no server');
    const factory = shapeOf(
      createServiceFactory({
        service: pluginRef,
        deps: {},
        createRootContext: () => {
          throw failure;
        },
        factory: (): string => {
          throw failure;
        },
      }),
    );

    await expect(factory.factory({}, undefined)).rejects.toBe(failure);
    await expect(factory.createRootContext?.({})).rejects.toBe(failure);
  });

  it('[W1.7] hands deps and context on as they are', async () => {
    const deps = { config: 'C' };
    const given: unknown[] = [];
    const factory = shapeOf(
      createServiceFactory({
        service: pluginRef,
        deps: { config: coreServices.rootConfig },
        createRootContext: (rootDeps) => {
          given.push(rootDeps);
          return 'context';
        },
        factory: (pluginDeps, context) => {
          given.push(pluginDeps, context);
          return 'mail';
        },
      }),
    );

    await factory.factory(deps, await factory.createRootContext?.(deps));

    expect(given).toEqual([deps, deps, 'context']);
    expect(given[1]).toBe(deps);
  });

  it('[W2.8] has a root context exactly when its options have the key, and the ref is of a plugin', () => {
    const common = { deps: {}, factory: () => 'mail' };

    const without = createServiceFactory({ ...common, service: pluginRef });
    const withKey = createServiceFactory({
      ...common,
      service: pluginRef,
      createRootContext: undefined,
    });
    const rooted = createServiceFactory(
      Object.assign({ ...common, service: rootRef }, { createRootContext: () => 'context' }),
    );

    expect('createRootContext' in without).toBe(false);
    expect('createRootContext' in withKey).toBe(true);
    expect('createRootContext' in rooted).toBe(false);
  });
});

function shapeOf(factory: unknown): ServiceFactoryShape {
  return factory as ServiceFactoryShape;
}
