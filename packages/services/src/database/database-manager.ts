import type { Config } from '@stagewire/config';
import type { DatabaseService, LoggerService, RootLifecycleService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import { Administration } from './administration.js';
import { ConnectionBudget } from './budget/connection-budget.js';
import { DatabaseConfig } from './database-settings.js';
import {
  findDialect,
  SUPPORTED_CLIENTS,
  type OpenDatabase,
  type OpeningTools,
} from './dialects.js';
import { databaseErrors } from './errors.js';
import { untilQuiet } from './until-quiet.js';

/** How long a client may take to close, in milliseconds: a lost transaction must not hold up a stop. */
const CLOSE_TIMEOUT = 5_000;

/**
 * Gives each plugin a database of its own, as `backend.database` says, and closes them all when the
 * backend has stopped.
 *
 * @remarks
 * A database is opened when a plugin first asks for its client; it is made then, if it is not there.
 * One that cannot be opened is tried again when it is asked for again. A plugin holds connections to
 * a server while it uses them, and for half a minute after.
 *
 * @public
 */
export class DatabaseManager {
  readonly #config: DatabaseConfig;
  readonly #tools: Omit<OpeningTools, 'logger'>;
  readonly #databases = new Map<string, PluginDatabase>();
  #closed = false;

  /**
   * Makes the one database manager of a backend.
   *
   * @param options - `rootLifecycle`: databases close in its shutdown hooks, after those of plugins;
   *   `applicationFolders`: where packages of the application are looked for, by default beside the
   *   program that was started and in the working directory
   */
  static create(options: {
    config: Config;
    rootLifecycle: Pick<RootLifecycleService, 'addShutdownHook'>;
    applicationFolders?: readonly string[] | undefined;
  }): DatabaseManager {
    const manager = new DatabaseManager(options.config, options.applicationFolders);
    options.rootLifecycle.addShutdownHook(() => manager.close());
    return manager;
  }

  private constructor(config: Config, applicationFolders: readonly string[] | undefined) {
    this.#config = new DatabaseConfig(config);
    this.#tools = {
      administration: new Administration(),
      budget: ConnectionBudget.fromConfig(config),
      applicationFolders,
    };
  }

  /**
   * The database service of a plugin; the same one each time.
   *
   * @param tools - `logger`: the plugin's own
   * @throws `E_DATABASE_CLIENT` when the configuration names a client that is not supported
   */
  forPlugin(pluginId: string, tools: { logger: LoggerService }): DatabaseService {
    let database = this.#databases.get(pluginId);
    if (!database) {
      const client = this.#config.getClient(pluginId);
      const loadDialect = findDialect(client);
      if (!loadDialect) {
        throw databaseErrors.unsupportedClient(client, pluginId, SUPPORTED_CLIENTS);
      }
      database = new PluginDatabase(pluginId, this.#config, loadDialect, {
        ...this.#tools,
        ...tools,
      });
      if (this.#closed) void database.close();
      this.#databases.set(pluginId, database);
    }
    return database;
  }

  /** Closes all databases; a second call finds nothing left to close. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(Array.from(this.#databases.values(), (database) => database.close()));
    await this.#tools.administration.close();
  }
}

class PluginDatabase implements DatabaseService {
  readonly #pluginId: string;
  readonly #config: DatabaseConfig;
  readonly #loadDialect: () => Promise<OpenDatabase>;
  readonly #tools: OpeningTools;
  #client: Promise<Knex> | undefined;
  #closed = false;

  constructor(
    pluginId: string,
    config: DatabaseConfig,
    loadDialect: () => Promise<OpenDatabase>,
    tools: OpeningTools,
  ) {
    this.#pluginId = pluginId;
    this.#config = config;
    this.#loadDialect = loadDialect;
    this.#tools = tools;
  }

  get migrations(): { skip: boolean } {
    return { skip: this.#config.getSkipMigrations(this.#pluginId) };
  }

  async getClient(): Promise<Knex> {
    if (this.#closed) throw databaseErrors.closed(this.#pluginId);
    this.#client ??= this.#open().catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const opening = this.#client;
    this.#client = undefined;
    // Goes on by itself when it takes too long: what is opened is closed.
    const closing = opening?.then(
      async (client) => {
        await untilQuiet(client);
        await client.destroy();
      },
      () => {},
    );
    try {
      if (closing) await withTimeout(closing, CLOSE_TIMEOUT);
    } catch (error) {
      this.#tools.logger.warn(`Could not close the database of plugin ${this.#pluginId}, ${error}`);
    }
  }

  async #open(): Promise<Knex> {
    const settings = this.#config.getSettings(this.#pluginId);
    const open = await this.#loadDialect();
    return open(settings, this.#tools);
  }
}

async function withTimeout(work: Promise<void>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((_, reject) => {
    const late = () => reject(new Error(`something still uses it after ${ms} ms`));
    timer = setTimeout(late, ms).unref();
  });
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
