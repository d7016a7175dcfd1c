import type { Config } from '@stagewire/config';
import { ExpiringMap } from '../credentials/expiring-map.js';
import { ExternalAccessRules } from './external-access-rules.js';
import { LocalPublicKeys } from './local-public-keys.js';
import { RemoteKeySets } from './remote-key-sets.js';
import type { PluginKeys } from './plugin-keys.js';
import { StaticPluginKeys } from './static-plugin-keys.js';
import { VerifiedTokens } from './verified-tokens.js';

const MAX_ISSUED_TOKENS = 5_000;

/**
 * What the auth services of all plugins in a process share: public keys, memories of tokens, and
 * the configuration, which is read once.
 */
export class SharedAuth {
  readonly localKeys = new LocalPublicKeys();
  readonly keySets = new RemoteKeySets();
  readonly verified = new VerifiedTokens();
  /** Tokens issued a moment ago, by the digest of who calls whom for whom. */
  readonly issued = new ExpiringMap<string, string>(MAX_ISSUED_TOKENS);
  readonly externalAccess: ExternalAccessRules;
  readonly #config: Config;
  #staticKeys: Promise<StaticPluginKeys> | undefined;
  readonly #pluginKeys = new Map<string, Promise<PluginKeys>>();

  constructor(config: Config) {
    this.#config = config;
    this.externalAccess = new ExternalAccessRules({
      config,
      keySets: this.keySets,
      verified: this.verified,
    });
  }

  /**
   * The keys of a plugin: those that it has already, however often it is started.
   *
   * @param create - makes them; called again after a failure
   */
  async keysOf(pluginId: string, create: () => Promise<PluginKeys>): Promise<PluginKeys> {
    const keys = this.#pluginKeys.get(pluginId) ?? create();
    this.#pluginKeys.set(pluginId, keys);
    try {
      return await keys;
    } catch (error) {
      this.#pluginKeys.delete(pluginId);
      throw error;
    }
  }

  /** Reads the key files of the configuration; a second call gets the same keys. */
  readStaticKeys(): Promise<StaticPluginKeys> {
    this.#staticKeys ??= StaticPluginKeys.read(this.#config);
    return this.#staticKeys;
  }
}
