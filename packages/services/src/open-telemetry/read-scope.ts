import type { Config } from '@stagewire/config';

/** What meters and tracers call an instrumentation scope: who measures or traces. */
export type InstrumentationScope = { name: string; version?: string; schemaUrl?: string };

/**
 * Reads what a plugin's meter or tracer is called; `backstage-plugin-<pluginId>` unless configured.
 *
 * @param key - where the configuration has `name`, `version` and `schemaUrl`
 */
export function readInstrumentationScope(
  config: Config,
  key: string,
  pluginId: string,
): InstrumentationScope {
  const scope = config.getOptionalConfig(key);
  return {
    name: scope?.getOptionalString('name') ?? `backstage-plugin-${pluginId}`,
    version: scope?.getOptionalString('version'),
    schemaUrl: scope?.getOptionalString('schemaUrl'),
  };
}
