import { generateKeyPair, randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import type { JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { PublicKey } from './local-public-keys.js';
import { toJwk, type PluginKeys, type SigningKey } from './plugin-keys.js';
import type { PublicKeyTable } from './public-key-table.js';

const ALGORITHM = 'ES256';
/** How long a key signs, in milliseconds; tokens live as long again. */
const SIGNING_PERIOD = 60 * 60_000;
/** How long its public half is published, in milliseconds. */
const PUBLIC_PERIOD = 3 * SIGNING_PERIOD;
/** How long a key may sign when no new one can be stored: its last tokens are published till the end. */
const LONGEST_SIGNING_PERIOD = 2 * SIGNING_PERIOD;
/** In milliseconds, between attempts to replace a key that still may sign. */
const RETRY_PERIOD = 30_000;

type CurrentKey = SigningKey & { createdAt: number };

/**
 * Keys that the process makes for the plugin: a new one every hour, whose private half never
 * leaves memory and whose public half is published through the plugin's database.
 *
 * @remarks
 * The first key is made, and the database opened, when the first token is issued.
 */
export class DatabasePluginKeys implements PluginKeys {
  readonly #table: PublicKeyTable;
  readonly #logger: LoggerService;
  readonly #onNewKey: (key: PublicKey) => void;
  #current: CurrentKey | undefined;
  #replacing: Promise<CurrentKey> | undefined;
  #retryAt = 0;

  /** @param options - `onNewKey` is told each key once it is published */
  constructor(options: {
    table: PublicKeyTable;
    logger: LoggerService;
    onNewKey: (key: PublicKey) => void;
  }) {
    this.#table = options.table;
    this.#logger = options.logger;
    this.#onNewKey = options.onNewKey;
  }

  async getSigningKey(): Promise<SigningKey> {
    const current = this.#current;
    const age = current ? Date.now() - current.createdAt : Infinity;
    if (current && age < SIGNING_PERIOD) return current;
    if (!current || age >= LONGEST_SIGNING_PERIOD) return this.#replace();
    if (Date.now() < this.#retryAt) return current;

    try {
      return await this.#replace();
    } catch (error) {
      this.#retryAt = Date.now() + RETRY_PERIOD;
      this.#logger.warn(
        'Could not store a new public key, the previous key goes on signing for now',
        error as Error,
      );
      return current;
    }
  }

  async listPublicKeys(): Promise<JsonObject[]> {
    return this.#table.list();
  }

  #replace(): Promise<CurrentKey> {
    this.#replacing ??= this.#makeKey().finally(() => (this.#replacing = undefined));
    return this.#replacing;
  }

  async #makeKey(): Promise<CurrentKey> {
    const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', {
      namedCurve: 'P-256',
    });
    const id = randomUUID();
    const createdAt = Date.now();
    const expiresAt = createdAt + PUBLIC_PERIOD;

    // Published before it signs anything, or its first tokens could be met with an unknown key.
    const jwk = { ...toJwk(id, ALGORITHM, publicKey), kid: id };
    await this.#table.add(jwk, new Date(expiresAt));
    this.#onNewKey({ id, algorithm: ALGORITHM, key: publicKey, expiresAt });
    this.#current = { id, algorithm: ALGORITHM, privateKey, createdAt };
    return this.#current;
  }
}
