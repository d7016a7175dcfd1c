import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';
import type { ServiceFactoryShape, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { Instances } from '../src/instances.js';
import { ServiceRegistry } from '../src/registry.js';
import { Timeline } from '../src/timeline.js';

const clock = createServiceRef<string>({ id: 'clock', scope: 'plugin' });
const diary = createServiceRef<string>({ id: 'diary', scope: 'plugin' });

const clockFactory = createServiceFactory({
  service: clock,
  deps: { plugin: coreServices.pluginMetadata },
  factory: ({ plugin }) => `clock of ${plugin.getId()}`,
});
const diaryFactory = createServiceFactory({
  service: diary,
  deps: { clock },
  factory: (deps) => `diary with ${deps.clock}`,
});

describe('a service whose factories wait for nothing', () => {
  it('is there at once', () => {
    const instances = toInstances(clockFactory, diaryFactory);

    const found = instances.get(toShape(diary), instances.scopeOf('todo'));

    assert.deepEqual(found, { value: 'diary with clock of todo' });
  });

  it('is waited for where somebody wraps the function of the factory', async () => {
    const shape = clockFactory as unknown as ServiceFactoryShape;
    const wrapped = {
      ...shape,
      factory: async (deps: Record<string, unknown>, context: unknown) =>
        `wrapped ${String(await shape.factory(deps, context))}`,
    };
    const instances = toInstances(wrapped, diaryFactory);

    const found = instances.get(toShape(diary), instances.scopeOf('todo'));

    assert.ok(found instanceof Promise);
    assert.deepEqual(await found, { value: 'diary with wrapped clock of todo' });
    assert.deepEqual(instances.get(toShape(diary), instances.scopeOf('todo')), await found);
  });

  it('is made once, and stays failed when its factory throws', async () => {
    let calls = 0;
    const broken = createServiceFactory({
      service: clock,
      deps: {},
      factory: (): string => {
        calls += 1;
        throw new Error('no battery');
      },
    });
    const instances = toInstances(broken, diaryFactory);
    const get = async () => instances.get(toShape(diary), instances.scopeOf('todo'));

    await assert.rejects(get(), /no battery/);
    await assert.rejects(get(), /no battery/);
    assert.equal(calls, 1);
  });
});

const toShape = (ref: unknown) => ref as ServiceRefShape;

function toInstances(...factories: unknown[]): Instances {
  const entries = factories.map((factory) => ({
    factory: factory as ServiceFactoryShape,
    source: 'default' as const,
    origin: {},
  }));
  return new Instances(new ServiceRegistry(entries), new Timeline());
}
