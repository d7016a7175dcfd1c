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

const DEFAULT_INIT_WARNING_AFTER = 10_000;

/**
 * Reads what the backend tolerates at start, once, from `backend.startup`.
 *
 * @remarks
 * Only the exact word `continue` permits a failure. A plugin that may fail says nothing of its
 * modules: those go by their own key or by the default for modules.
 *
 * @param config - undefined for a backend without configuration: then nothing may fail
 */
export function readStartupPolicy(config: Config | undefined): StartupPolicy {
  const startup = config?.getOptionalConfig('backend.startup');
  const fallback = startup?.getOptionalConfig('default');
  const pluginDefault = fallback?.getOptionalString('onPluginBootFailure');
  const moduleDefault = fallback?.getOptionalString('onPluginModuleBootFailure');
  const ofPlugin = readSection(startup, 'plugins');
  return {
    permitsPlugin: (pluginId) =>
      (ofPlugin(pluginId)?.getOptionalString('onPluginBootFailure') ?? pluginDefault) ===
      'continue',
    permitsModule: (pluginId, moduleId) =>
      (readSection(
        ofPlugin(pluginId),
        'modules',
      )(moduleId)?.getOptionalString('onPluginModuleBootFailure') ?? moduleDefault) === 'continue',
    permitsOrphans: fallback?.getOptionalString('onOrphanModule') !== 'abort',
    initWarningAfter: startup?.has('initWarningAfter')
      ? durationToMilliseconds(readDurationFromConfig(startup, { key: 'initWarningAfter' }))
      : DEFAULT_INIT_WARNING_AFTER,
  };
}

/** Looks sections up by their exact key: an id with odd characters simply has no section. */
function readSection(config: Config | undefined, key: string) {
  const section = config?.getOptionalConfig(key);
  const known = new Set(section?.keys());
  return (id: string) => (known.has(id) ? section?.getOptionalConfig(id) : undefined);
}
