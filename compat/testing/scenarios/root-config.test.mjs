import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';

const createReader = (read) =>
  createBackendPlugin({
    pluginId: 'reader',
    register(env) {
      env.registerInit({
        deps: { config: coreServices.rootConfig },
        init: async ({ config }) => read(config),
      });
    },
  });

describe('the configuration', () => {
  it('is empty', async () => {
    let keys;

    await startTestBackend({ features: [createReader((config) => (keys = config.keys()))] });

    expect(keys).toEqual([]);
  });

  it('holds what the test gives', async () => {
    let found;
    const data = { app: { title: 'Portal', ports: [1, 2] }, on: true };

    await startTestBackend({
      features: [
        createReader((config) => {
          found = [
            config.getString('app.title'),
            config.getConfig('app').get('ports'),
            config.getBoolean('on'),
            config.getOptionalNumber('app.none'),
          ];
        }),
        mockServices.rootConfig.factory({ data }),
      ],
    });

    expect(found).toEqual(['Portal', [1, 2], true, undefined]);
  });

  it('stands by itself', () => {
    const config = mockServices.rootConfig({ data: { todo: { limit: 3 } } });

    expect(config.getNumber('todo.limit')).toBe(3);
    expect(() => config.getString('todo.name')).toThrow(
      "Missing required config value at 'todo.name'",
    );
  });

  it('reaches the services of the backend', async () => {
    let own;
    const plugin = createBackendPlugin({
      pluginId: 'signer',
      register(env) {
        env.registerInit({
          deps: { auth: coreServices.auth },
          async init({ auth }) {
            own = await auth.getPluginRequestToken({
              onBehalfOf: await auth.getNoneCredentials(),
              targetPluginId: 'todo',
            });
          },
        });
      },
    });

    await startTestBackend({
      features: [
        plugin,
        mockServices.rootConfig.factory({
          data: { backend: { auth: { dangerouslyDisableDefaultAuthPolicy: true } } },
        }),
      ],
    });

    expect(own).toEqual({ token: '' });
  });
});
