import type { Config, JsonObject, JsonValue } from '@stagewire/config';
import { findDialect } from './dialects.js';

/** A connection as it is configured: what a text means is for each dialect to say. */
export type ConnectionConfig = string | JsonObject;

/** What the configuration says about the database of one plugin. */
export type DatabaseSettings = {
  pluginId: string;
  /** `database`: each plugin has one of its own; `schema`: each has a schema in a shared one. */
  divisionMode: string;
  /** The connection for all plugins; none when this plugin uses another client. */
  baseConnection: ConnectionConfig | undefined;
  /** What this plugin has of its own; it wins over the base, key by key. */
  pluginConnection: ConnectionConfig | undefined;
  /** Further settings for knex. */
  knexConfig: JsonObject;
};

/** The client that is used where the configuration names none. */
const DEFAULT_CLIENT = 'better-sqlite3';

/**
 * Reads `backend.database`, key by key as it is asked for: a plugin that never opens its database
 * shall not pay for reading all of it.
 */
export class DatabaseConfig {
  readonly #config: Config | undefined;

  constructor(rootConfig: Config) {
    this.#config = rootConfig.getOptionalConfig('backend.database');
  }

  /** The client of a plugin's database, as the configuration calls it. */
  getClient(pluginId: string): string {
    return this.#config?.getOptionalString(`plugin.${pluginId}.client`) ?? this.#getBaseClient();
  }

  /** Whether the migrations of a plugin are somebody else's business. */
  getSkipMigrations(pluginId: string): boolean {
    return (
      this.#config?.getOptionalBoolean(`plugin.${pluginId}.skipMigrations`) ??
      this.#config?.getOptionalBoolean('skipMigrations') ??
      false
    );
  }

  /** @throws `E_CONFIG_MISSING` when `backend.database` has no connection for the plugin */
  getSettings(pluginId: string): DatabaseSettings {
    const pluginConnection = this.#config?.getOptional<ConnectionConfig>(
      `plugin.${pluginId}.connection`,
    );
    return {
      pluginId,
      divisionMode: this.#config?.getOptionalString('pluginDivisionMode') ?? 'database',
      baseConnection: this.#getBaseConnection(pluginId, pluginConnection !== undefined),
      pluginConnection,
      knexConfig: mergeDeep(
        this.#getObject('knexConfig'),
        this.#getObject(`plugin.${pluginId}.knexConfig`),
      ),
    };
  }

  #getBaseClient(): string {
    return this.#config?.getOptionalString('client') ?? DEFAULT_CLIENT;
  }

  #getBaseConnection(pluginId: string, isOptional: boolean): ConnectionConfig | undefined {
    if (!this.#config) return ':memory:';
    // A connection for another kind of database says nothing about this one.
    const isOther = findDialect(this.getClient(pluginId)) !== findDialect(this.#getBaseClient());
    if (isOptional) return isOther ? undefined : this.#config.getOptional('connection');
    return this.#config.get(isOther ? `plugin.${pluginId}.connection` : 'connection');
  }

  #getObject(key: string): JsonObject {
    return this.#config?.getOptionalConfig(key)?.get<JsonObject>() ?? {};
  }
}

/** Merges objects key by key; anything else of the second one wins as a whole. */
function mergeDeep(base: JsonObject, override: JsonObject): JsonObject {
  const merged: JsonObject = { ...base };
  for (const [key, value] of Object.entries(override)) {
    const present = merged[key];
    merged[key] = isObject(present) && isObject(value) ? mergeDeep(present, value) : value;
  }
  return merged;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
