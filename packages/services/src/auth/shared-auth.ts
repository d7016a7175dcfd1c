import type { Config } from '@stagewire/config';
import { ExpiringMap } from '../credentials/expiring-map.js';
import { ExternalAccessRules } from './external-access-rules.js';
import { LocalPublicKeys } from './local-public-keys.js';
import { RemoteKeySets } from './remote-key-sets.js';
import type { PluginKeys } from './plugin-keys.js';
import { StaticPluginKeys } from './static-plugin-keys.js';
import type { LimitedUserToken } from './user-token-handler.js';
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
  /** Limited tokens made a moment ago, by the digest of the user token that each was made of. */
  readonly limited = new ExpiringMap<string, LimitedUserToken>(MAX_ISSUED_TOKENS);
  readonly externalAccess: ExternalAccessRules;
  readonly #config: Config;
  #staticKeys: Promise<StaticPluginKeys> | undefined;
  readonly #pluginKeys = new Map<string, PluginKeys | Promise<PluginKeys>>();

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
  keysOf(
    pluginId: string,
    create: () => PluginKeys | Promise<PluginKeys>,
  ): PluginKeys | Promise<PluginKeys> {
    const known = this.#pluginKeys.get(pluginId);
    if (known) return known;
    const keys = create();
    this.#pluginKeys.set(pluginId, keys);
    if (keys instanceof Promise) keys.catch(() => this.#pluginKeys.delete(pluginId));
    return keys;
  }

  /** Reads the key files of the configuration; a second call gets the same keys. */
  readStaticKeys(): Promise<StaticPluginKeys> {
    this.#staticKeys ??= StaticPluginKeys.read(this.#config);
    return this.#staticKeys;
  }
}
