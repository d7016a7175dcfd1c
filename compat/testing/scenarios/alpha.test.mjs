import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { actionsRegistryServiceRef, metricsServiceRef } from '@backstage/backend-plugin-api/alpha';
import { startTestBackend } from '@backstage/backend-test-utils';
import {
  actionsRegistryServiceMock,
  actionsServiceMock,
  metricsServiceMock,
} from '@backstage/backend-test-utils/alpha';

const greet = {
  name: 'greet',
  title: 'Greet',
  description: 'Says hello',
  schema: {
    input: (z) => z.object({ name: z.string() }),
    output: (z) => z.object({ text: z.string() }),
  },
  action: async ({ input }) => ({ output: { text: `hello ${input.name}` } }),
};

describe('actions of a plugin', () => {
  it('are invoked by their registry', async () => {
    const registry = actionsRegistryServiceMock();
    registry.register(greet);

    const invoked = await registry.invoke({ id: 'test:greet', input: { name: 'Jane' } });

    expect(invoked).toEqual({ output: { text: 'hello Jane' } });
    await expect(registry.invoke({ id: 'test:greet', input: {} })).rejects.toThrow(
      'Invalid input to action "test:greet"',
    );
  });

  it('are seen by a mock when they are registered', async () => {
    const registry = actionsRegistryServiceMock.mock();
    const plugin = createBackendPlugin({
      pluginId: 'greeter',
      register(env) {
        env.registerInit({
          deps: { actions: actionsRegistryServiceRef },
          init: async ({ actions }) => actions.register(greet),
        });
      },
    });

    await startTestBackend({ features: [plugin, registry.factory] });

    expect(registry.register).toHaveBeenCalledWith(expect.objectContaining({ name: 'greet' }));
  });

  it('are called through a mock', async () => {
    const actions = actionsServiceMock.mock({
      invoke: async ({ id }) => ({ output: id }),
    });

    expect(await actions.invoke({ id: 'greeter:greet' })).toEqual({ output: 'greeter:greet' });
  });
});

describe('metrics of a plugin', () => {
  it('are counted by a mock', async () => {
    const metrics = metricsServiceMock.mock();
    const plugin = createBackendPlugin({
      pluginId: 'counter',
      register(env) {
        env.registerInit({
          deps: { metrics: metricsServiceRef },
          init: async ({ metrics: { createCounter } }) => createCounter('starts').add(1),
        });
      },
    });

    await startTestBackend({ features: [plugin, metrics.factory] });

    expect(metrics.createCounter).toHaveBeenCalledWith('starts');
    expect(metrics.createCounter.mock.results[0].value.add).toHaveBeenCalledWith(1);
  });
});
