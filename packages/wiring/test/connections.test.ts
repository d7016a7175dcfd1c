import { describe, expect, it } from 'vitest';
import {
  connectionsServiceRef,
  createBackendModule,
  createBackendPlugin,
  createServiceFactory,
  declareConnection,
  type ConnectionsService,
} from '@stagewire/plugin-api';
import { createRawFeature, createTestBackend, startError } from './support.js';

type Options = { type: string; query?: unknown };

const asked: unknown[] = [];
const connections = createServiceFactory({
  service: connectionsServiceRef,
  deps: {},
  factory: () =>
    ({
      find: async (options: Options) => (asked.push(options), `connection ${options.type}`),
      list: () => 'not for plugins',
    }) as unknown as ConnectionsService,
});

/** A plugin with a module, both given the connections; what they got is in `got`. */
function createUsers(declared: { plugin: string[]; module: string[] }) {
  const got: Record<string, { find(options: Options): Promise<unknown> }> = {};
  const plugin = createBackendPlugin({
    pluginId: 'p',
    register(reg) {
      for (const type of declared.plugin) declareConnection(reg, { type, required: true });
      reg.registerInit({
        deps: { connections: connectionsServiceRef },
        init: async (deps) => void (got['plugin'] = deps.connections as never),
      });
    },
  });
  const module = createBackendModule({
    pluginId: 'p',
    moduleId: 'm',
    register(reg) {
      for (const type of declared.module) declareConnection(reg, { type });
      reg.registerInit({
        deps: { connections: connectionsServiceRef },
        init: async (deps) => void (got['module'] = deps.connections as never),
      });
    },
  });
  return { got, features: [plugin, module] };
}

const undeclared = (type: string) => ({
  name: 'InputError',
  code: 'E_CONNECTION_UNDECLARED',
  message: `Plugin attempted to look up an undeclared connection of type "${type}". Declare it during register() with declareConnection(reg, { type: "${type}" }).`,
});

describe('the connections that a plugin or module gets', () => {
  it('[W6.16] are found for the types that it declared itself', async () => {
    const { got, features } = createUsers({ plugin: ['github'], module: ['gitlab'] });
    await createTestBackend({ services: [connections], features }).start();
    const options = { type: 'github', query: { url: 'https://github.com/a/b' } };

    const found = await got['plugin']!.find(options);

    expect(found).toBe('connection github');
    expect(asked.at(-1)).toBe(options);
  });

  it('[W6.16] are not found for the types of its module, nor of its plugin', async () => {
    const { got, features } = createUsers({ plugin: ['github'], module: ['gitlab'] });
    await createTestBackend({ services: [connections], features }).start();

    await expect(got['plugin']!.find({ type: 'gitlab' })).rejects.toMatchObject(
      undeclared('gitlab'),
    );
    await expect(got['module']!.find({ type: 'github' })).rejects.toMatchObject(
      undeclared('github'),
    );
    await expect(got['module']!.find({ type: 'gitlab' })).resolves.toBe('connection gitlab');
  });

  it('[W6.16] are a wrapper that finds, and nothing else of the service', async () => {
    const { got, features } = createUsers({ plugin: [], module: [] });

    await createTestBackend({ services: [connections], features }).start();

    expect(Object.keys(got['plugin']!)).toEqual(['find']);
  });

  it('[W6.16] need not be there for a required declaration', async () => {
    const { features } = createUsers({ plugin: ['aws'], module: [] });

    const { result } = await createTestBackend({ services: [connections], features }).start();

    expect(result.outcome).toBe('success');
  });

  it.each([
    ['several times', [{ type: 'aws' }, { type: 'aws', required: true }], 'aws'],
    ['not at all, by an older plugin API', undefined, undefined],
  ])('[W6.15] may be declared %s', async (_, declared, type) => {
    let find: ConnectionsService['find'] | undefined;
    const registration = {
      type: 'plugin-v1.1',
      pluginId: 'p',
      extensionPoints: [],
      ...(declared && { connections: declared }),
      init: {
        deps: { connections: connectionsServiceRef },
        func: async (deps: { connections: ConnectionsService }) =>
          void (find = deps.connections.find as never),
      },
    };
    const feature = createRawFeature({
      featureType: 'registrations',
      getRegistrations: () => [registration],
    });

    await createTestBackend({ services: [connections], features: [feature] }).start();

    const found = find!({ type: type ?? 'aws' } as never);
    await (type
      ? expect(found).resolves.toBe('connection aws')
      : expect(found).rejects.toMatchObject(undeclared('aws')));
  });

  it.each([undefined, null])('[W6.16] count as missing if the service is %s', async (value) => {
    const { features } = createUsers({ plugin: [], module: [] });
    const empty = createServiceFactory({
      service: connectionsServiceRef,
      deps: {},
      factory: () => value as unknown as ConnectionsService,
    });

    const error = await startError(createTestBackend({ services: [empty], features }));

    expect(error.message).toContain(
      "dependencies of plugin 'p' are missing for the following ref(s): serviceRef{core.connections}",
    );
  });
});
