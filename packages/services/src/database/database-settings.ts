import type { Config, JsonObject } from '@stagewire/config';
import { findDialect } from './dialects.js';
import { mergeDeep } from './merge-deep.js';

/** A connection as it is configured: what a text means is for each dialect to say. */
export type ConnectionConfig = string | JsonObject;

/** What the configuration says about the database of one plugin. */
export type DatabaseSettings = {
  pluginId: string;
  /** As the configuration calls it. */
  client: string;
  /** `database`: each plugin has one of its own; `schema`: each has a schema in a shared one. */
  divisionMode: string;
  /** What the names of databases begin with; the id of the plugin follows. */
  prefix: string;
  /** What the names of schemas begin with; the id of the plugin follows. */
  schemaPrefix: string;
  /** The connection for all plugins; none when this plugin uses another client. */
  baseConnection: ConnectionConfig | undefined;
  /** What this plugin has of its own; it wins over the base, key by key. */
  pluginConnection: ConnectionConfig | undefined;
  /** The key of the configuration that a person looks at when the connection fails. */
  settingsKey: string;
  /** Make the database when it is not there. */
  ensureExists: boolean;
  /** Make the schema when it is not there, even where databases are not made. */
  ensureSchemaExists: boolean;
  /** The role that connections take on, and that owns what is made. */
  role: string | undefined;
  /** Further settings for knex. */
  knexConfig: JsonObject;
};

/** The client that is used where the configuration names none. */
const DEFAULT_CLIENT = 'better-sqlite3';
const DEFAULT_PREFIX = 'backstage_plugin_';

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
    return this.#getBoolean(pluginId, 'skipMigrations', false);
  }

  /** @throws `E_CONFIG_MISSING` when `backend.database` has no connection for the plugin */
  getSettings(pluginId: string): DatabaseSettings {
    const config = this.#config;
    const pluginConnection = config?.getOptional<ConnectionConfig>(`plugin.${pluginId}.connection`);
    return {
      pluginId,
      client: this.getClient(pluginId),
      divisionMode: config?.getOptionalString('pluginDivisionMode') ?? 'database',
      prefix: config?.getOptionalString('prefix') ?? DEFAULT_PREFIX,
      schemaPrefix: config?.getOptionalString('schemaPrefix') ?? '',
      baseConnection: this.#getBaseConnection(pluginId, pluginConnection !== undefined),
      pluginConnection,
      settingsKey:
        pluginConnection === undefined
          ? 'backend.database.connection'
          : `backend.database.plugin.${pluginId}.connection`,
      ensureExists: this.#getBoolean(pluginId, 'ensureExists', true),
      ensureSchemaExists: this.#getBoolean(pluginId, 'ensureSchemaExists', false),
      role:
        config?.getOptionalString(`plugin.${pluginId}.role`) ?? config?.getOptionalString('role'),
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

  #getBoolean(pluginId: string, key: string, otherwise: boolean): boolean {
    return (
      this.#config?.getOptionalBoolean(`plugin.${pluginId}.${key}`) ??
      this.#config?.getOptionalBoolean(key) ??
      otherwise
    );
  }

  #getObject(key: string): JsonObject {
    return this.#config?.getOptionalConfig(key)?.get<JsonObject>() ?? {};
  }
}
