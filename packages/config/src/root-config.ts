import { formatError } from '@stagewire/errors';
import type { Config } from './config.js';
import { LiveConfig } from './live-config.js';
import { loadConfig, type LoadConfigOptions } from './load-config.js';
import { ReloadedSource } from './reloaded-source.js';

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
 * @throws what `loadConfig` throws
 * @public
 */
export async function loadRootConfig(options: RootConfigOptions = {}): Promise<RootConfig> {
  const { onSources: _, ...reloadOptions } = options;
  const since = Date.now();
  const source = new ReloadedSource(
    {
      load: () => loadConfig(reloadOptions),
      watch: options.watch ?? true,
      reloadInterval: options.reloadInterval ?? 60_000,
      onInvalid: options.onInvalid ?? ((error) => console.error(formatError(error))),
    },
    await loadConfig(options),
    since,
  );
  const close = () => source.close();
  return Object.assign(new LiveConfig(source, ''), { close, [Symbol.dispose]: close });
}
