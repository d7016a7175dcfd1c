import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Config, JsonObject } from '@stagewire/config';
import { authErrors } from './errors.js';
import type { PublicKey } from './local-public-keys.js';
import { toJwk, type PluginKeys, type SigningKey } from './plugin-keys.js';
import { keyFitsAlgorithm } from './signature-algorithms.js';

const CONFIG_KEY = 'backend.auth.pluginKeyStore.static.keys';

/** Keys from files, the same for all plugins; the first pair signs, all are published. */
export class StaticPluginKeys implements PluginKeys {
  /** The public halves. */
  readonly publicKeys: readonly PublicKey[];
  readonly #signingKey: SigningKey;
  readonly #jwks: JsonObject[];

  /**
   * Reads the key files that the configuration names.
   *
   * @throws when none is configured (`E_AUTH_STATIC_KEYS_MISSING`), the first one cannot sign
   *   (`E_AUTH_STATIC_PRIVATE_KEY_MISSING`), a file is not the key it should be
   *   (`E_AUTH_STATIC_KEY_UNUSABLE`), or the halves of that pair are of two pairs
   *   (`E_AUTH_STATIC_KEY_MISMATCH`)
   */
  static async read(config: Config): Promise<StaticPluginKeys> {
    const entries = config.getOptionalConfigArray(CONFIG_KEY) ?? [];
    const [first] = entries;
    if (!first) throw authErrors.staticKeysMissing();
    if (!first.has('privateKeyFile')) throw authErrors.staticPrivateKeyMissing();

    const publicKeys = await Promise.all(entries.map(readPublicKey));
    const signingKey = await readSigningKey(first);
    if (!publicKeys[0]?.key.equals(createPublicKey(signingKey.privateKey))) {
      throw authErrors.staticKeyMismatch(signingKey.id);
    }
    return new StaticPluginKeys(publicKeys, signingKey);
  }

  private constructor(publicKeys: PublicKey[], signingKey: SigningKey) {
    this.publicKeys = publicKeys;
    this.#signingKey = signingKey;
    this.#jwks = publicKeys.map(({ id, algorithm, key }) => toJwk(id, algorithm, key));
  }

  async getSigningKey(): Promise<SigningKey> {
    return this.#signingKey;
  }

  async listPublicKeys(): Promise<JsonObject[]> {
    return this.#jwks;
  }
}

async function readPublicKey(entry: Config): Promise<PublicKey> {
  const algorithm = readAlgorithm(entry);
  const key = await readKey(entry.getString('publicKeyFile'), algorithm, createPublicKey);
  return { id: entry.getString('keyId'), algorithm, key };
}

async function readSigningKey(entry: Config): Promise<SigningKey> {
  const algorithm = readAlgorithm(entry);
  const privateKey = await readKey(entry.getString('privateKeyFile'), algorithm, createPrivateKey);
  return { id: entry.getString('keyId'), algorithm, privateKey };
}

function readAlgorithm(entry: Config): string {
  return entry.getOptionalString('algorithm') ?? 'ES256';
}

async function readKey(
  file: string,
  algorithm: string,
  parse: (pem: string) => KeyObject,
): Promise<KeyObject> {
  let key: KeyObject;
  try {
    key = parse(await readFile(file, 'utf8'));
  } catch (error) {
    // Of the error only the code: it never holds a part of the file, which its text might.
    throw authErrors.staticKeyUnusable(file, algorithm, (error as { code?: string }).code);
  }
  if (!keyFitsAlgorithm(key, algorithm)) throw authErrors.staticKeyUnusable(file, algorithm);
  return key;
}
