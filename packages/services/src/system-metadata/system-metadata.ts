import type { Config } from '@stagewire/config';
import type {
  RootInstanceMetadataService,
  RootSystemMetadataService,
  RootSystemMetadataServicePluginInfo,
} from '@stagewire/plugin-api';

/**
 * Knows the plugins of the whole system: those that `discovery.endpoints` names, then those of
 * this backend, each once.
 *
 * @remarks
 * The configuration is read at each call, so its changes count at once. The entry `*` stands for
 * any plugin and is none.
 */
export class SystemMetadata implements RootSystemMetadataService {
  readonly #config: Config;
  readonly #instance: RootInstanceMetadataService;

  constructor(options: { config: Config; instance: RootInstanceMetadataService }) {
    this.#config = options.config;
    this.#instance = options.instance;
  }

  // A field, not a method: the contract lets callers take it apart from the service.
  readonly getInstalledPlugins = async (): Promise<
    ReadonlyArray<RootSystemMetadataServicePluginInfo>
  > => {
    const installed = await this.#instance.getInstalledPlugins();
    const pluginIds = new Set([
      ...this.#readEndpointPlugins(),
      ...installed.map(({ pluginId }) => pluginId),
    ]);
    pluginIds.delete('*');
    return [...pluginIds].map((pluginId) => ({ pluginId }));
  };

  #readEndpointPlugins(): string[] {
    const endpoints = this.#config.getOptionalConfigArray('discovery.endpoints') ?? [];
    return endpoints.flatMap((endpoint) => endpoint.getStringArray('plugins'));
  }
}
