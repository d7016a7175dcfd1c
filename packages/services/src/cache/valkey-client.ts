import { createRequire } from 'node:module';
import { allowRefusal, throwRefusal } from './redis-client.js';
import type { StoreClient } from './store-client.js';

/** Options of the driver, which is not a dependency of ours: it comes with its keyv store. */
export type ValkeyOptions = Record<string, unknown>;

/** The parts of the driver that are used here, of one server and of a cluster. */
type Valkey = {
  on(event: string, listener: (cause: unknown) => void): unknown;
  connect(): Promise<unknown>;
  ping(): Promise<unknown>;
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ...ttl: ['PX', number] | []): Promise<unknown>;
  unlink(key: string): Promise<unknown>;
  disconnect(): void;
  /** Of one server. */
  stream?: { unref?(): void; destroy(): void };
  /** Of a cluster. */
  nodes?(): Valkey[];
};

type OnLost = (cause: unknown) => void;

/** Loads the driver of one server, through its keyv store. */
export async function loadClient() {
  const { default: KeyvValkey } = await import('@keyv/valkey');
  return (url: string, options: ValkeyOptions, onLost: OnLost): StoreClient => {
    const store = new KeyvValkey(url, options);
    // The store hands on the errors of its client, and would throw those that nobody hears.
    store.on('error', onLost);
    return toStoreClient(store.redis as Valkey, onLost);
  };
}

/** Loads the driver of clusters, which the keyv store uses, and does not hand on. */
export async function loadCluster() {
  const store = createRequire(import.meta.url).resolve('@keyv/valkey');
  const { Cluster } = createRequire(store)('iovalkey') as {
    Cluster: new (nodes: unknown[], options: ValkeyOptions) => Valkey;
  };
  return (nodes: unknown[], options: ValkeyOptions, onLost: OnLost): StoreClient => {
    const cluster = new Cluster(nodes, options);
    cluster.on('error', onLost);
    return toStoreClient(cluster, onLost);
  };
}

function toStoreClient(valkey: Valkey, onLost: OnLost): StoreClient {
  valkey.on('end', () => onLost(new Error('the server closed the connection')));
  const nodes = () => valkey.nodes?.() ?? [valkey];
  return {
    async connect() {
      await valkey.connect();
      for (const { stream } of nodes()) stream?.unref?.();
      await valkey.ping().catch(allowRefusal);
    },
    get: async (key) => (await valkey.get(key).catch(throwRefusal)) ?? undefined,
    async set(key, value, ttl) {
      const options: ['PX', number] | [] = ttl === undefined ? [] : ['PX', Math.ceil(ttl)];
      await valkey.set(key, value, ...options).catch(throwRefusal);
    },
    async delete(key) {
      await valkey.unlink(key).catch(throwRefusal);
    },
    close() {
      const open = nodes();
      valkey.disconnect();
      // A server that does not answer would otherwise be waited for.
      for (const { stream } of open) stream?.destroy();
    },
  };
}
