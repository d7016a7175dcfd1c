import type { JsonObject } from '@stagewire/config';
import { connectionsServiceRef, type ConnectionsService } from '@stagewire/plugin-api';
import { connectionsServiceFactory } from '@stagewire/services';
import { defineFake, makeFrom, once, withDeps } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import { fakePluginMetadata } from './plugin-metadata.js';
import { fakeRootConfig } from './root-config.js';
import { fakeRootLogger } from './root-logger.js';

/** What there is to connect to. @public */
export type FakeConnectionsOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** As in the configuration at `connections`. `@default` none */
  connections?: JsonObject[];
};

/**
 * `core.connections`: the real one, with the connections of the test. In a backend, it reads the
 * configuration unless connections are given.
 */
export const fakeConnections = defineFake({
  service: connectionsServiceRef,
  create({ pluginId = 'test', connections = [] }: FakeConnectionsOptions = {}): ConnectionsService {
    const makeReal = once(() =>
      makeFrom(connectionsServiceFactory, {
        config: toConfig(connections),
        rootLogger: fakeRootLogger(),
        plugin: fakePluginMetadata({ pluginId }),
      }),
    );
    const find = async (options: never) => (await makeReal()).find(options);
    return { find } as unknown as ConnectionsService; // of its overloads, only the real one knows which
  },
  factory(options) {
    const { connections } = options ?? {};
    if (!connections) return connectionsServiceFactory;
    return withDeps(connectionsServiceFactory, () => ({ config: toConfig(connections) }));
  },
  mock: () => ({
    find: mockFunction(),
  }),
});

function toConfig(connections: JsonObject[]) {
  return fakeRootConfig({ data: { connections } });
}
