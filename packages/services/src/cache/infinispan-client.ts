import type { JsonObject } from '@stagewire/config';
import type { StoreClient } from './store-client.js';

/** The parts of the package `infinispan` that are used here. */
export interface InfinispanModule {
  client(
    servers: ReadonlyArray<{ host: string; port: number }>,
    options: JsonObject,
  ): Promise<InfinispanConnection>;
}

/** A connection, made and answered by the server. */
export interface InfinispanConnection {
  get(key: string): Promise<string | null | undefined>;
  put(key: string, value: string, options?: { lifespan: string }): Promise<unknown>;
  remove(key: string): Promise<unknown>;
  disconnect(): Promise<unknown>;
}

/**
 * Makes a client. The driver does not tell when its connection breaks: that shows when it is used.
 */
export function createInfinispanClient(
  driver: InfinispanModule,
  servers: ReadonlyArray<{ host: string; port: number }>,
  options: JsonObject,
): StoreClient {
  let connection: Promise<InfinispanConnection> | undefined;
  const get = async () => {
    if (!connection) throw new Error('used before it was connected');
    return connection;
  };
  return {
    async connect() {
      connection = driver.client(servers, options);
      await connection;
    },
    get: async (key) => (await (await get()).get(key)) ?? undefined,
    async set(key, value, ttl) {
      const options = ttl === undefined ? undefined : { lifespan: `${Math.ceil(ttl)}ms` };
      await (await get()).put(key, value, options);
    },
    async delete(key) {
      await (await get()).remove(key);
    },
    // Also one that is still being made: it is ended as soon as it is there.
    close: () => void connection?.then((made) => made.disconnect()).catch(() => {}),
  };
}
