import { formatError } from '@stagewire/errors';
import {
  collectConfigSchema,
  durationToMilliseconds,
  listAbsences,
  loadRootConfig,
  type ConfigProblem,
  type ConfigSchema,
  type HumanDuration,
  type RootConfig,
} from '@stagewire/config';
import {
  coreServices,
  createServiceFactory,
  type RootConfigService,
  type ServiceFactory,
} from '@stagewire/plugin-api';

/** Where the configuration of a backend comes from. @public */
export type RootConfigFactoryOptions = {
  /** The command line, of which `--config <target>` arguments are read. `@default` that of the process */
  argv?: string[];
  /**
   * Allows `--config` to name URLs; `reloadInterval` is the time between two requests, in
   * milliseconds or as a duration. `@default` not allowed; 60 seconds
   */
  remote?: { reloadInterval?: number | HumanDuration };
  /** Whether changes of the sources are followed. `@default` true */
  watch?: boolean;
  /**
   * What the values are held to: `false` for nothing. `@default` what the installed packages declare
   */
  schema?: false | ConfigSchema;
};

/**
 * `core.rootConfig`: the configuration in `app-config.yaml` and its siblings, or in what
 * `--config` arguments name, and in `APP_CONFIG_…` variables on top. It follows changes of the
 * files until it is disposed of.
 *
 * @example
 * ```ts
 * backend.add(rootConfigServiceFactory({ watch: false }));
 * ```
 *
 * @remarks
 * It is a feature itself, and a function that makes one with other options.
 *
 * Every value is held to what installed packages declare in the `configSchema` of their package.json.
 * Values that cannot be refuse the start, all at once; a later change that brings some leaves the
 * values as they were. With `backend.config.onInvalid: warn` they are told, and taken.
 *
 * @throws when it is made, what `loadRootConfig` throws: `E_CONFIG_…`
 * @public
 */
export const rootConfigServiceFactory: ((
  options?: RootConfigFactoryOptions,
) => ServiceFactory<RootConfigService, 'root', 'singleton'>) &
  ServiceFactory<RootConfigService, 'root', 'singleton'> = Object.assign(
  (options?: RootConfigFactoryOptions) => createRootConfigFactory(options),
  createRootConfigFactory(),
);

function createRootConfigFactory(options: RootConfigFactoryOptions = {}) {
  const { argv, remote, watch, schema } = options;
  return createServiceFactory({
    service: coreServices.rootConfig,
    deps: {},
    async factory(): Promise<RootConfig> {
      const config = await loadRootConfig({
        args: argv ?? process.argv.slice(2),
        remote: remote !== undefined,
        reloadInterval: toMilliseconds(remote?.reloadInterval ?? { seconds: 60 }),
        watch: watch ?? true,
        // The logger does not exist yet: this is what it is configured by.
        onSources: (description) => console.log(`Loading config from ${description}`),
        onWarning: printWarning,
        ...(schema !== false && { schema: schema ?? collectAndWarn }),
      });
      warnOfMissingFiles(config);
      return config;
    },
  });
}

async function collectAndWarn(): Promise<ConfigSchema> {
  const schema = await collectConfigSchema();
  for (const warning of schema.warnings) printWarning(warning);
  return schema;
}

function printWarning({ error }: ConfigProblem): void {
  console.warn(formatError(error));
}

function toMilliseconds(interval: number | HumanDuration): number {
  return typeof interval === 'number' ? interval : durationToMilliseconds(interval);
}

/** A variable may well be unset; a file that is named and not there is told at once. */
function warnOfMissingFiles(config: RootConfig): void {
  for (const { key, kind, reason } of listAbsences(config)) {
    if (kind === 'file') console.warn(`Config value '${key}' is treated as absent: ${reason}`);
  }
}
