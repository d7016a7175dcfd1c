import { describe, expect, it } from 'vitest';
import { coreServices, createServiceFactory, createServiceRef } from '@stagewire/plugin-api';
import { createServiceContainer } from '../src/index.js';
import { createTestFactory, createTestMultiton, createTestRef } from './support.js';

const root = createTestRef('root', 'root');
const own = createServiceRef<unknown>({ id: 'own' });

describe('a service container', () => {
  it('makes services on demand: root services once, others for each plugin', async () => {
    const made: string[] = [];
    const container = createServiceContainer([
      createTestFactory(root, {}, () => (made.push('root'), { is: 'root' })),
      createServiceFactory({
        service: own,
        deps: { root, plugin: coreServices.pluginMetadata },
        factory: ({ plugin }) => (made.push(plugin.getId()), { of: plugin.getId() }),
      }),
    ]);

    expect(made).toEqual([]);
    expect(await container.get(own, 'a')).toEqual({ of: 'a' });
    expect(await container.get(own, 'b')).toEqual({ of: 'b' });
    expect(await container.get(own, 'a')).toBe(await container.get(own, 'a'));
    expect(await container.get(root, 'a')).toBe(await container.get(root, 'b'));
    expect(made).toEqual(['root', 'a', 'b']);
  });

  it('takes the later of two factories, all of a multiton, and the default of a ref', async () => {
    const many = createTestMultiton('many');
    const withDefault = createServiceRef<string>({
      id: 'with-default',
      defaultFactory: async (service) =>
        createServiceFactory({ service, deps: {}, factory: () => 'default' }),
    });
    const container = createServiceContainer([
      createTestFactory(own, {}, () => 'first'),
      createTestFactory(many, {}, () => 1),
      createTestFactory(own, {}, () => 'second'),
      createTestFactory(many, {}, () => 2),
    ]);

    expect(await container.get(own, 'a')).toBe('second');
    expect(await container.get(many, 'a')).toEqual([1, 2]);
    expect(await container.get(withDefault, 'a')).toBe('default');
    expect(await container.get(createTestRef('nobody'), 'a')).toBeUndefined();
  });

  it('refuses circles, among factories and among defaults', async () => {
    const hen = createTestRef('hen');
    const egg = createTestRef('egg');
    const circle = [createTestFactory(hen, { egg }), createTestFactory(egg, { hen })];
    expect(() => createServiceContainer(circle)).toThrow(
      expect.objectContaining({ code: 'E_SERVICE_CYCLE' }),
    );

    const late = createServiceRef<unknown>({
      id: 'late',
      defaultFactory: async (service) =>
        createServiceFactory({ service, deps: { hen }, factory: () => 'late' }),
    });
    const container = createServiceContainer([createTestFactory(hen, { late })]);
    await expect(container.get(late, 'a')).rejects.toThrow(
      expect.objectContaining({ code: 'E_SERVICE_CYCLE' }),
    );
  });

  it('disposes of what was made, once', async () => {
    const ended: string[] = [];
    const disposable = (name: string) => ({ [Symbol.dispose]: () => void ended.push(name) });
    const container = createServiceContainer([
      createTestFactory(root, {}, () => disposable('root')),
      createTestFactory(own, { root }, () => disposable('own')),
    ]);
    await container.get(own, 'a');

    await Promise.all([container[Symbol.asyncDispose](), container[Symbol.asyncDispose]()]);

    expect(ended).toEqual(['own', 'root']);
  });
});
