import type { createClient, createCluster } from '@keyv/redis';
import { StoreRefusal, type StoreClient } from './store-client.js';

type RedisClient = ReturnType<typeof createClient>;
type RedisCluster = ReturnType<typeof createCluster>;

/** Answers of a server that goes on serving: it is full, or does not let this user do this. */
const REFUSALS = /^(OOM|MISCONF|WRONGTYPE|NOPERM) /;

/** Makes a client of one server. */
export function createRedisClient(
  redis: RedisClient,
  usesUnlink: boolean,
  onLost: (cause: unknown) => void,
): StoreClient {
  return {
    ...createCommands(redis, usesUnlink, onLost),
    async connect() {
      // What is under way is waited for with a timer; a connection alone holds no process open.
      redis.unref();
      await redis.connect();
      await redis.ping().catch(allowRefusal);
    },
  };
}

/** Makes a client of a cluster, which has answered when it has told its nodes. */
export function createRedisClusterClient(
  cluster: RedisCluster,
  usesUnlink: boolean,
  onLost: (cause: unknown) => void,
): StoreClient {
  return {
    ...createCommands(cluster, usesUnlink, onLost),
    async connect() {
      await cluster.connect();
      for (const { client } of [...cluster.masters, ...cluster.replicas]) client?.unref();
    },
  };
}

function createCommands(
  redis: RedisClient | RedisCluster,
  usesUnlink: boolean,
  onLost: (cause: unknown) => void,
): Omit<StoreClient, 'connect'> {
  redis.on('error', onLost);
  return {
    get: async (key) => (await redis.get(key).catch(throwRefusal)) ?? undefined,
    async set(key, value, ttl) {
      const options = ttl === undefined ? {} : { PX: Math.ceil(ttl) };
      await redis.set(key, value, options).catch(throwRefusal);
    },
    async delete(key) {
      await (usesUnlink ? redis.unlink(key) : redis.del(key)).catch(throwRefusal);
    },
    close() {
      try {
        redis.destroy();
      } catch {
        // It was closed by its error.
      }
    },
  };
}

/** Tells what a server refuses from what makes it unusable. */
export function throwRefusal(error: unknown): never {
  if (error instanceof Error && REFUSALS.test(error.message)) throw new StoreRefusal(error.message);
  throw error;
}

/** A user who may not ask whether the server is there has been answered all the same. */
export function allowRefusal(error: unknown): void {
  if (!(error instanceof Error && REFUSALS.test(error.message))) throw error;
}
