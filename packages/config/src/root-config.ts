import { formatError } from '@stagewire/errors';
import type { Config } from './config.js';
import { LiveConfig } from './live-config.js';
import { loadConfig, loadSources, type LoadConfigOptions } from './load-config.js';
import { ReloadedSource } from './reloaded-source.js';
import { ConfigRefusedError } from './schema/errors.js';
import type { ConfigSchema } from './schema/config-schema.js';
import type { ConfigProblem } from './schema/find-problems.js';

/** How the configuration of a process is loaded and kept up to date. @public */
export type RootConfigOptions = LoadConfigOptions & {
  /** Whether changes of files, and of what URLs answer, are followed. `@default` true */
  watch?: boolean;
  /** Milliseconds between two requests of remote configuration. `@default` 60 000 */
  reloadInterval?: number;
  /**
   * Called with the reason when changed configuration cannot be loaded; the values from before
   * stay. `@default` prints the error to stderr
   */
  onInvalid?: (error: unknown) => void;
  /** What every state of the configuration is held to, or what finds that out. `@default` nothing */
  schema?: ConfigSchema | (() => Promise<ConfigSchema>);
  /**
   * Called with what is not right and no reason to refuse the values; each is told once.
   * `@default` prints it to stderr
   */
  onWarning?: (problem: ConfigProblem) => void;
};

/**
 * The configuration of a process, which follows changes of its sources until it is closed.
 *
 * @public
 */
export interface RootConfig extends Config {
  /**
   * Calls back after the merged values have changed. What it throws is printed, and others are
   * called all the same.
   */
  subscribe(onChange: () => void): { unsubscribe: () => void };
  /** Stops following changes; the values stay readable. A second call does nothing. */
  close(): void;
  /** The same as `close()`. */
  [Symbol.dispose](): void;
}

/**
 * Loads configuration as {@link loadConfig} does, and follows its changes: those of files that
 * were read, of files that may be added later, of included files and of URLs. Following never
 * keeps a process alive.
 *
 * With a `schema`, values that cannot be are refused: at first by throwing, later by keeping the
 * values from before.
 *
 * @throws what `loadConfig` throws; `E_CONFIG_VALUE` for one value that the schema refuses,
 *   `E_CONFIG_REFUSED` for several
 * @public
 */
export async function loadRootConfig(options: RootConfigOptions = {}): Promise<RootConfig> {
  const { onSources: _, ...reloadOptions } = options;
  const since = Date.now();
  const loaded = await loadConfig(options);
  const schema = await (typeof options.schema === 'function' ? options.schema() : options.schema);
  const source = new ReloadedSource(
    {
      load: (looked) => loadSources(reloadOptions, looked),
      check: createCheck(schema, options.onWarning ?? printWarning),
      findSecretKeys: (reader) => schema?.findByVisibility(reader, 'secret') ?? [],
      watch: options.watch ?? true,
      reloadInterval: options.reloadInterval ?? 60_000,
      onInvalid: options.onInvalid ?? printRefusal,
    },
    loaded,
    since,
  );
  const close = () => source.close();
  return Object.assign(new LiveConfig(source, ''), { close, [Symbol.dispose]: close });
}

/** Refuses values that cannot be, and tells each warning once. */
function createCheck(
  schema: ConfigSchema | undefined,
  onWarning: (problem: ConfigProblem) => void,
) {
  const told = new Set<string>();
  return (config: Config): void => {
    const problems = schema?.validate(config) ?? [];
    for (const problem of problems.filter(({ severity }) => severity === 'warning')) {
      if (told.has(problem.error.message)) continue;
      told.add(problem.error.message);
      onWarning(problem);
    }
    const errors = problems.filter(({ severity }) => severity === 'error');
    if (errors.length > 0) throw new ConfigRefusedError(errors.map(({ error }) => error));
  };
}

function printRefusal(error: unknown): void {
  console.error(
    `The changed configuration is not used, the values from before stay.\n${formatError(error)}`,
  );
}

function printWarning({ error }: ConfigProblem): void {
  console.warn(formatError(error));
}
