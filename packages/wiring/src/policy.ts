import type { Config } from '@stagewire/config';
import { durationToMilliseconds, readDurationFromConfig } from '@stagewire/config';

/** What is permitted to fail, and how long a start may take before it is named. */
export type StartupPolicy = {
  /** Whether the backend starts although this plugin failed. */
  permitsPlugin(pluginId: string): boolean;
  /** Whether the backend starts although this module failed. */
  permitsModule(pluginId: string, moduleId: string): boolean;
  /** Whether a module may be there without its plugin; it then does nothing. */
  permitsOrphans: boolean;
  /** An init that takes longer is named in the log; milliseconds. */
  initWarningAfter: number;
};

const INIT_WARNING_AFTER = 'backend.startup.initWarningAfter';
const DEFAULT_INIT_WARNING_AFTER = 10_000;

/**
 * Reads what the backend tolerates at start, once, from `backend.startup`.
 *
 * @remarks
 * Only the exact word `continue` permits a failure. A plugin that may fail says nothing of its
 * modules: those go by their own key or by the default for modules.
 *
 * @param config - undefined for a backend without configuration: then nothing may fail
 * @throws the error of the configuration for a value that is not text, an object or a duration
 */
export function readStartupPolicy(config: Config | undefined): StartupPolicy {
  const startup = config?.getOptionalConfig('backend.startup');
  const fallback = startup?.getOptionalConfig('default');
  const pluginDefault = readPermission(fallback, 'onPluginBootFailure') ?? false;
  const moduleDefault = readPermission(fallback, 'onPluginModuleBootFailure') ?? false;
  const plugins = readSections(startup, 'plugins', (plugin) => ({
    isPermitted: readPermission(plugin, 'onPluginBootFailure'),
    modules: readSections(plugin, 'modules', (module) =>
      readPermission(module, 'onPluginModuleBootFailure'),
    ),
  }));
  return {
    permitsPlugin: (pluginId) => plugins.get(pluginId)?.isPermitted ?? pluginDefault,
    permitsModule: (pluginId, moduleId) =>
      plugins.get(pluginId)?.modules.get(moduleId) ?? moduleDefault,
    permitsOrphans: fallback?.getOptionalString('onOrphanModule') !== 'abort',
    initWarningAfter: config?.has(INIT_WARNING_AFTER)
      ? durationToMilliseconds(readDurationFromConfig(config, { key: INIT_WARNING_AFTER }))
      : DEFAULT_INIT_WARNING_AFTER,
  };
}

function readPermission(config: Config | undefined, key: string): boolean | undefined {
  const word = config?.getOptionalString(key);
  return word === undefined ? undefined : word === 'continue';
}

/** Reads each section under a key, by its exact name. */
function readSections<T>(
  config: Config | undefined,
  key: string,
  read: (section: Config | undefined) => T,
): Map<string, T> {
  const sections = config?.getOptionalConfig(key);
  const names = sections?.keys() ?? [];
  return new Map(names.map((name) => [name, read(sections?.getOptionalConfig(name))]));
}
