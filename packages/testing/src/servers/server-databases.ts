import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@stagewire/config';
import type { DatabaseService } from '@stagewire/plugin-api';
import { DatabaseManager } from '@stagewire/services/database';
import { fakeRootConfig } from '../services/root-config.js';
import { fakeRootLifecycle } from '../services/root-lifecycle.js';
import { fakeRootLogger } from '../services/root-logger.js';

/** A client of knex. @public */
export type TestDatabaseClient = Awaited<ReturnType<DatabaseService['getClient']>>;

/** Makes the tables of a test. @public */
export type MigrateDatabase = (client: TestDatabaseClient) => unknown;

/** Databases of one kind, each made for a test. */
export interface DatabaseEngine {
  create(migrate: MigrateDatabase | undefined): Promise<TestDatabaseClient>;
  /** Closes all clients, and drops what was made. */
  stop(): Promise<void>;
}

/** Databases in memory. */
export class MemoryDatabases implements DatabaseEngine {
  readonly #managers: DatabaseManager[] = [];

  async create(migrate: MigrateDatabase | undefined): Promise<TestDatabaseClient> {
    const manager = createManager();
    this.#managers.push(manager);
    const client = await getClient(manager, 'test');
    await migrate?.(client);
    return client;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#managers.map((manager) => manager.close()));
  }
}

/** The database that administration connects to: one that is there on each server. */
const PLACES = {
  postgres: { client: 'pg', home: 'postgres' },
  mysql: { client: 'mysql2', home: 'information_schema' },
} as const;

/** Databases on a server. They begin with a name that nobody else uses. */
export class ServerDatabases implements DatabaseEngine {
  readonly #kind: keyof typeof PLACES;
  readonly #config: JsonObject;
  readonly #prefix = `stagewire_test_${randomBytes(6).toString('hex')}_`;
  readonly #clients: DatabaseManager;
  readonly #administration: DatabaseManager;
  readonly #templates = new Map<MigrateDatabase, Promise<string>>();
  readonly #names: string[] = [];

  constructor(kind: keyof typeof PLACES, url: string) {
    const { client, home } = PLACES[kind];
    this.#kind = kind;
    this.#config = { client, connection: url, prefix: this.#prefix };
    this.#clients = createManager(this.#config);
    this.#administration = createManager({
      client,
      connection: url,
      ensureExists: false,
      plugin: { administration: { connection: { database: home } } },
    });
  }

  async create(migrate: MigrateDatabase | undefined): Promise<TestDatabaseClient> {
    const name = this.#nextName();
    if (migrate && this.#kind === 'postgres') {
      const template = await this.#findTemplate(migrate);
      await this.#administer('create database ?? template ??', [
        `${this.#prefix}${name}`,
        `${this.#prefix}${template}`,
      ]);
      return getClient(this.#clients, name);
    }
    const client = await getClient(this.#clients, name);
    await migrate?.(client);
    return client;
  }

  async stop(): Promise<void> {
    await this.#clients.close();
    // Side by side, as PostgreSQL writes all it has to the disk for each, or once for several.
    await Promise.all(this.#names.splice(0).map((name) => this.#drop(`${this.#prefix}${name}`)));
    await this.#administration.close();
  }

  /** A database with the tables, to which nothing is connected: then it can be copied. */
  #findTemplate(migrate: MigrateDatabase): Promise<string> {
    let template = this.#templates.get(migrate);
    if (!template) {
      template = this.#createTemplate(migrate);
      this.#templates.set(migrate, template);
      template.catch(() => this.#templates.delete(migrate));
    }
    return template;
  }

  async #createTemplate(migrate: MigrateDatabase): Promise<string> {
    const name = this.#nextName();
    const manager = createManager(this.#config);
    try {
      await migrate(await getClient(manager, name));
    } finally {
      await manager.close();
    }
    return name;
  }

  #nextName(): string {
    const name = `db${this.#names.length + 1}`;
    this.#names.push(name);
    return name;
  }

  async #drop(database: string): Promise<void> {
    if (this.#kind === 'postgres') {
      // Sessions that a test has opened by itself and forgotten.
      const sql = 'select pg_terminate_backend(pid) from pg_stat_activity where datname = ?';
      await this.#administer(sql, [database]);
    }
    await this.#administer('drop database if exists ??', [database]);
  }

  async #administer(sql: string, values: string[]): Promise<void> {
    await (await getClient(this.#administration, 'administration')).raw(sql, values);
  }
}

function createManager(database?: JsonObject): DatabaseManager {
  return DatabaseManager.create({
    config: fakeRootConfig({ data: database ? { backend: { database } } : {} }),
    rootLifecycle: fakeRootLifecycle(),
  });
}

function getClient(manager: DatabaseManager, pluginId: string): Promise<TestDatabaseClient> {
  return manager.forPlugin(pluginId, { logger: fakeRootLogger() }).getClient();
}
