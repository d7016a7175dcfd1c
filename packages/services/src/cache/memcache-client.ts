import type { Socket } from 'node:net';
import type { KeyvMemcache } from '@keyv/memcache';
import { StoreRefusal, type StoreClient } from './store-client.js';

/** In milliseconds; Memcached takes what is longer for a moment in 1970. */
const THIRTY_DAYS = 30 * 24 * 3_600_000;
/** The last second that Memcached can be told. */
const LAST_SECOND = 2 ** 32 - 1;

/** The parts of the driver that are used here, which comes with its keyv store. */
type Memcache = {
  get(key: string): Promise<{ value: Buffer | null }>;
  set(key: string, value: string, options: { expires?: number }): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  servers: Array<{ _socket?: Socket }>;
};

/** Makes a client of one server, which is connected by what it is first asked. */
export function createMemcacheClient(
  Store: typeof KeyvMemcache,
  server: string,
  onLost: (cause: unknown) => void,
): StoreClient {
  const client = new Store(server, {
    retries: 0,
    timeout: 2,
    conntimeout: 2,
    // It would tell the console what is told in one line here.
    logger: { log() {} },
  }).client as unknown as Memcache;
  const findSocket = () => client.servers[0]?._socket;
  return {
    async connect() {
      const answer = client.get('stagewire:hello');
      const socket = findSocket();
      // The driver is told by nobody that a server has gone, and would wait for what it had asked.
      socket?.unref().once('close', () => onLost(new Error('the server closed the connection')));
      await answer.catch(throwRefusal);
    },
    get: async (key) => (await client.get(key).catch(throwRefusal)).value?.toString(),
    async set(key, value, ttl) {
      await client.set(key, value, toExpiration(ttl)).catch(throwRefusal);
    },
    async delete(key) {
      await client.delete(key).catch(throwRefusal);
    },
    close: () => void findSocket()?.destroy(),
  };
}

/** The hash by which this driver spreads keys among servers, so that others find them there too. */
export function hashKey(key: string): number {
  let hash = 0;
  for (let index = 0; index < key.length; index += 1) {
    hash = (31 * hash + key.charCodeAt(index)) | 0;
  }
  return Math.abs(hash);
}

/** In whole seconds, upwards: 0 would be for ever, and what is read tells when its time is over. */
function toExpiration(ttl: number | undefined): { expires?: number } {
  if (ttl === undefined) return {};
  const moment = ttl > THIRTY_DAYS ? Date.now() + ttl : ttl;
  const expires = Math.ceil(moment / 1000);
  return expires > LAST_SECOND ? {} : { expires };
}

/** The driver begins the errors that a server answers with its own name. */
function throwRefusal(error: unknown): never {
  if (error instanceof Error && error.message.startsWith('MemJS ')) {
    throw new StoreRefusal(error.message);
  }
  throw error;
}
