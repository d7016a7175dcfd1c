export type { AppConfig, Config } from './config.js';
export { ConfigReader } from './config-reader.js';
export { durationToMilliseconds, readDurationFromConfig } from './duration.js';
export { hideUrlSecrets } from './hide-url-secrets.js';
export type { HumanDuration, JsonArray, JsonObject, JsonPrimitive, JsonValue } from './json.js';
export { loadConfig, type LoadConfigOptions, type LoadedSources } from './load-config.js';
export {
  listAbsences,
  listSecretKeys,
  listSubstitutions,
  locateValue,
  type Absence,
  type ConfigOrigin,
  type LoadedConfig,
  type Substitution,
} from './origin.js';
export { findRepositoryRoot } from './repository-root.js';
export { loadRootConfig, type RootConfig, type RootConfigOptions } from './root-config.js';
export {
  collectConfigSchema,
  type CollectConfigSchemaOptions,
} from './schema/collect-config-schema.js';
export { ConfigSchema } from './schema/config-schema.js';
export { convertTypes, type Conversion } from './schema/convert-types.js';
export type { DescribedKey } from './schema/describe-keys.js';
export { ConfigRefusedError } from './schema/errors.js';
export type { ConfigProblem } from './schema/find-problems.js';
export type { ConfigVisibility, JsonSchema } from './schema/json-schema.js';
export type { ConfigSchemaDocument } from './schema/to-document.js';
export { isNamedPublic, isNamedSecret } from './secret-name.js';
