import type { Config } from '@stagewire/config';
import { toError } from '@stagewire/errors';
import type { DiscoveryService, LoggerService } from '@stagewire/plugin-api';
import { readEndpoints, type Endpoints } from './endpoints.js';
import { SrvResolver } from './srv-resolver.js';

/**
 * Finds plugins by configuration, and follows its changes.
 *
 * @remarks
 * One for the whole backend: what it knows is the same for all plugins.
 *
 * @public
 */
export class HostDiscovery implements DiscoveryService {
  #endpoints: Endpoints;

  /**
   * Makes one in the form of the ecosystem.
   *
   * @param options - `logger`: is told of a later configuration that is broken
   * @throws `E_DISCOVERY_TARGET`, `E_DISCOVERY_EXTERNAL_SRV`, `E_DISCOVERY_SRV_URL`,
   *   `E_LISTEN_ADDRESS`, or `E_CONFIG_MISSING` without `backend.baseUrl`
   */
  static fromConfig(config: Config, options: { logger?: LoggerService } = {}): HostDiscovery {
    return new HostDiscovery(config, () => options.logger);
  }

  /** @throws what {@link HostDiscovery.fromConfig} throws, when the configuration is broken at the start */
  constructor(config: Config, getLogger: () => LoggerService | undefined, srv = new SrvResolver()) {
    this.#endpoints = readEndpoints(config, srv);
    config.subscribe?.(() => {
      try {
        this.#endpoints = readEndpoints(config, srv);
      } catch (error) {
        getLogger()?.error(
          'The new discovery configuration is broken, the former one stays',
          toError(error),
        );
      }
    });
  }

  getBaseUrl(pluginId: string): Promise<string> {
    return this.#endpoints.internal(pluginId);
  }

  getExternalBaseUrl(pluginId: string): Promise<string> {
    return this.#endpoints.external(pluginId);
  }
}
