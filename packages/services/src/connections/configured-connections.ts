import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { ConfiguredAuth } from './select-auth.js';

/** One connection of the configuration. */
export type ConfiguredConnection = {
  type: string;
  title?: string;
  host?: string;
  match?: { plugins: string[] };
  auth: ConfiguredAuth[];
};

/**
 * The connections of the whole backend, read by the library of the ecosystem: `connections`, and
 * what older configuration says under `integrations` and `aws`.
 *
 * @remarks
 * Library and configuration are read by the first call, and the configuration again once it changed.
 */
export class ConfiguredConnections {
  readonly #config: Config;
  readonly #logger: LoggerService;
  #all: Promise<ConfiguredConnection[]> | undefined;

  constructor(config: Config, logger: LoggerService) {
    this.#config = config;
    this.#logger = logger;
    config.subscribe?.(() => {
      this.#all = undefined;
    });
  }

  /** @throws InputError for a configuration that cannot be */
  list(): Promise<ConfiguredConnection[]> {
    this.#all ??= this.#read();
    return this.#all;
  }

  async #read(): Promise<ConfiguredConnection[]> {
    const { buildConnectionsFromConfig } = await import('@backstage/connections/config');
    const options = { config: this.#config, logger: this.#logger };
    // The library knows the fields of each type; here only those matter that all have.
    return buildConnectionsFromConfig(options as never) as unknown as ConfiguredConnection[];
  }
}
