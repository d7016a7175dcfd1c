import type { JsonObject } from '@stagewire/config';
import type { DatabaseService, LoggerService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';

const TABLE = 'backstage_backend_public_keys__keys';
const MIGRATION_TABLE = 'backstage_backend_public_keys__knex_migrations';
// The one migration that databases of the ecosystem have in that table, by its file name there.
const MIGRATION_NAME = '20240327104803_public_keys.js';

type Row = { id: string; key: unknown; expires_at: string | number | Date };

/**
 * The public keys of a plugin in its own database, where all processes of the plugin put theirs.
 *
 * @remarks
 * The database is opened and migrated when the table is first used. A failure is not remembered:
 * the next use tries again.
 */
export class PublicKeyTable {
  readonly #database: DatabaseService;
  readonly #logger: LoggerService;
  #opened: Promise<{ client: Knex; toExpiry(time: Date): string | Date }> | undefined;
  #running: Promise<JsonObject[]> | undefined;
  #next: Promise<JsonObject[]> | undefined;

  constructor(options: { database: DatabaseService; logger: LoggerService }) {
    this.#database = options.database;
    this.#logger = options.logger;
  }

  /** Adds a key that is listed until `expiresAt`. */
  async add(jwk: JsonObject & { kid: string }, expiresAt: Date): Promise<void> {
    const { client, toExpiry } = await this.#open();
    await client(TABLE).insert({
      id: jwk.kid,
      key: JSON.stringify(jwk),
      expires_at: toExpiry(expiresAt),
    });
  }

  /**
   * Lists the keys that have not expired, and removes the others.
   *
   * @remarks
   * Anybody may ask for this list, so at most one query runs at a time. Who asks while one runs
   * shares the one after it: the running one may have missed a key that was added since.
   */
  async list(): Promise<JsonObject[]> {
    if (!this.#running) return this.#start();
    this.#next ??= this.#running.catch(() => {}).then(() => this.#start());
    return this.#next;
  }

  #start(): Promise<JsonObject[]> {
    this.#next = undefined;
    this.#running = this.#read().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #read(): Promise<JsonObject[]> {
    const { client } = await this.#open();
    const rows = await client<Row>(TABLE).select('id', 'key', 'expires_at');
    // Compared here, as databases of the ecosystem have this column as text or as a timestamp.
    const now = Date.now();
    const isValid = (row: Row) => new Date(row.expires_at).getTime() > now;
    await this.#remove(
      client,
      rows.filter((row) => !isValid(row)),
    );
    return rows.filter(isValid).flatMap(toKey);
  }

  async #remove(client: Knex, rows: Row[]): Promise<void> {
    if (rows.length === 0) return;
    try {
      await client<Row>(TABLE)
        .whereIn(
          'id',
          rows.map(({ id }) => id),
        )
        .delete();
    } catch (error) {
      // The list is right all the same, and the next one tries again.
      this.#logger.debug('Could not remove expired public keys', error as Error);
    }
  }

  #open() {
    this.#opened ??= this.#openAndMigrate().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  async #openAndMigrate() {
    const client = await this.#database.getClient();
    if (!this.#database.migrations?.skip) {
      await client.migrate.latest({
        tableName: MIGRATION_TABLE,
        migrationSource,
        // A newer version may have added migrations; those are no reason to refuse the table.
        disableMigrationsListValidation: true,
      });
    }
    const isText = await holdsText(client);
    return { client, toExpiry: (time: Date) => (isText ? time.toISOString() : time) };
  }
}

/** Whether times are stored as text: MySQL alone refuses that where a database has timestamps. */
async function holdsText(client: Knex): Promise<boolean> {
  if (!String(client.client.driverName).includes('mysql')) return true;
  const { type } = await client(TABLE).columnInfo('expires_at');
  return /char|text/i.test(String(type));
}

const migrationSource: Knex.MigrationSource<string> = {
  getMigrations: async () => [MIGRATION_NAME],
  getMigrationName: (name) => name,
  getMigration: async () => ({ up: createTable, down: dropTable }),
};

async function createTable(client: Knex): Promise<void> {
  if (await client.schema.hasTable(TABLE)) return;
  await client.schema.createTable(TABLE, (table) => {
    table.string('id').primary().notNullable();
    table.text('key').notNullable();
    table.string('expires_at').notNullable();
  });
}

async function dropTable(client: Knex): Promise<void> {
  await client.schema.dropTableIfExists(TABLE);
}

// Some drivers hand over JSON columns parsed. A row that is no key must not hide the others.
function toKey({ key }: Row): JsonObject[] {
  try {
    const value: unknown = typeof key === 'string' ? JSON.parse(key) : key;
    return typeof value === 'object' && value !== null ? [value as JsonObject] : [];
  } catch {
    return [];
  }
}
