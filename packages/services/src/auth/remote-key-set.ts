import { createPublicKey, type KeyObject } from 'node:crypto';
import { loggable, TokenRefusal } from '../credentials/refusal.js';
import { keyFitsAlgorithm } from './signature-algorithms.js';
import type { KeyRequest } from './signed-token.js';

/** Keys are read again when they are this old, in milliseconds. */
export const MAX_KEY_AGE = 10 * 60_000;
/** How long known keys still serve when their publisher cannot be reached, in milliseconds. */
const MAX_STALE_KEY_AGE = 60 * 60_000;
/** Within this time of the last read, an unknown key id leads to a read only if that is allowed. */
const COOL_DOWN = 30_000;
/** How many reads unknown key ids may force per minute while cooling down. */
const MAX_FORCED_READS = 10;
const FORCED_READS_WINDOW = 60_000;
/** In milliseconds. */
const READ_TIMEOUT = 5_000;

type PublishedKey = { id: string | undefined; algorithm: string | undefined; key: KeyObject };

/**
 * The public keys behind one URL, in the JWKS format.
 *
 * @remarks
 * They are read on first use, again every ten minutes, and once more when a token names a key
 * that is not among them: its issuer may have changed keys a moment ago. Made-up key ids cannot
 * turn this into a flood of requests. When the publisher is away, the known keys serve for an
 * hour.
 */
export class RemoteKeySet {
  readonly #url: string;
  #keys: PublishedKey[] | undefined;
  #hasAnswered = false;
  #readAt = -Infinity;
  #attemptedAt = -Infinity;
  #reading: Promise<void> | undefined;
  #forcedReads: number[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** Whether the endpoint has ever answered with success. */
  get hasAnswered(): boolean {
    return this.#hasAnswered;
  }

  /**
   * Finds the key that a token was signed with.
   *
   * @throws TokenRefusal `source_without_keys` while the endpoint has never answered,
   *   `keys_unavailable` when its keys cannot be read, `unknown_key` when it has no such key
   */
  async findKey(request: KeyRequest): Promise<KeyObject> {
    await this.#readIfOld();
    const key = this.#match(request) ?? (await this.#matchAfterRead(request));
    if (!key) {
      throw new TokenRefusal('unknown_key', {
        url: this.#url,
        keyId: loggable(request.keyId),
      });
    }
    return key;
  }

  async #readIfOld(): Promise<void> {
    const age = Date.now() - this.#readAt;
    if (age < MAX_KEY_AGE) return;
    const canWait = this.#keys !== undefined && age < MAX_STALE_KEY_AGE;
    if (canWait && Date.now() - this.#attemptedAt < COOL_DOWN) return;
    try {
      await this.#read();
    } catch (error) {
      if (!canWait) throw error;
    }
  }

  async #matchAfterRead(request: KeyRequest): Promise<KeyObject | undefined> {
    if (this.#reading) {
      await this.#reading;
      const key = this.#match(request);
      if (key) return key;
      // That answer may have been on its way before the key was made.
    }
    if (!this.#mayReadNow()) return undefined;
    await this.#read();
    return this.#match(request);
  }

  #mayReadNow(): boolean {
    const now = Date.now();
    if (now - this.#attemptedAt >= COOL_DOWN) return true;
    this.#forcedReads = this.#forcedReads.filter((time) => now - time < FORCED_READS_WINDOW);
    if (this.#forcedReads.length >= MAX_FORCED_READS) return false;
    this.#forcedReads.push(now);
    return true;
  }

  #match({ keyId, algorithm }: KeyRequest): KeyObject | undefined {
    const candidates = (this.#keys ?? []).filter(
      (known) =>
        (keyId === undefined || known.id === keyId) &&
        (known.algorithm === undefined || known.algorithm === algorithm) &&
        keyFitsAlgorithm(known.key, algorithm),
    );
    // A token that names no key is only clear where there is just one.
    return keyId !== undefined || candidates.length === 1 ? candidates[0]?.key : undefined;
  }

  #read(): Promise<void> {
    this.#reading ??= this.#fetchKeys().finally(() => (this.#reading = undefined));
    return this.#reading;
  }

  async #fetchKeys(): Promise<void> {
    this.#attemptedAt = Date.now();
    try {
      const response = await fetch(this.#url, {
        headers: { accept: 'application/json' },
        redirect: 'manual',
        signal: AbortSignal.timeout(READ_TIMEOUT),
      });
      if (!response.ok) {
        await response.body?.cancel();
        throw new Error(`answered with status ${response.status}`);
      }
      this.#hasAnswered = true;
      this.#keys = toPublishedKeys(await response.json());
      this.#readAt = Date.now();
    } catch (error) {
      throw new TokenRefusal(this.#hasAnswered ? 'keys_unavailable' : 'source_without_keys', {
        url: this.#url,
        detail: describe(error),
      });
    }
  }
}

function toPublishedKeys(body: unknown): PublishedKey[] {
  const keys = (body as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new Error('answered with something else than a list of keys');
  return keys.flatMap(toPublishedKey);
}

// A key that cannot be used is left out, and does not spoil the others.
function toPublishedKey(jwk: unknown): PublishedKey[] {
  if (typeof jwk !== 'object' || jwk === null) return [];
  const { kid, alg, use, kty } = jwk as Record<string, unknown>;
  if ((use !== undefined && use !== 'sig') || kty === 'oct') return [];
  try {
    return [
      {
        id: typeof kid === 'string' ? kid : undefined,
        algorithm: typeof alg === 'string' ? alg : undefined,
        key: createPublicKey({ key: jwk as Record<string, string>, format: 'jwk' }),
      },
    ];
  } catch {
    return [];
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message;
}
