export type { AppConfig, Config } from './config.js';
export { ConfigReader } from './config-reader.js';
export { durationToMilliseconds, readDurationFromConfig } from './duration.js';
export type { HumanDuration, JsonArray, JsonObject, JsonPrimitive, JsonValue } from './json.js';
export { loadConfig, type LoadConfigOptions, type LoadedSources } from './load-config.js';
export {
  listAbsences,
  listSubstitutions,
  locateValue,
  type Absence,
  type ConfigOrigin,
  type LoadedConfig,
  type Substitution,
} from './origin.js';
export { findRepositoryRoot } from './repository-root.js';
export { loadRootConfig, type RootConfig, type RootConfigOptions } from './root-config.js';
