import type { Config } from '@stagewire/config';
import {
  coreServices,
  createServiceFactory,
  type DiscoveryService,
  type LoggerService,
} from '@stagewire/plugin-api';
import { checkBaseUrl } from './check-base-url.js';
import { HostDiscovery } from './host-discovery.js';

/**
 * `core.discovery`: where plugins are reached, by `discovery.endpoints`, `backend.baseUrl` and
 * `backend.listen`.
 *
 * @remarks
 * Changes of the configuration are followed, so ask before each request. Internal targets may be
 * `http+srv://` URLs, which are resolved through DNS.
 *
 * @public
 */
export const discoveryServiceFactory = createServiceFactory({
  service: coreServices.discovery,
  deps: { config: coreServices.rootConfig, logger: coreServices.logger },
  createRootContext: ({ config }) => new SharedDiscovery(config),
  factory: ({ logger }, shared): DiscoveryService => shared.getFor(logger),
});

/** One discovery for all plugins. What it has to tell, it tells through the first one's logger. */
class SharedDiscovery {
  readonly #config: Config;
  readonly #discovery: HostDiscovery;
  #logger: LoggerService | undefined;

  constructor(config: Config) {
    this.#config = config;
    this.#discovery = new HostDiscovery(config, () => this.#logger);
  }

  getFor(logger: LoggerService): DiscoveryService {
    if (!this.#logger) {
      this.#logger = logger;
      checkBaseUrl(this.#config, logger);
    }
    return this.#discovery;
  }
}
