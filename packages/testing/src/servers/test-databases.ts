import { testingErrors } from '../errors.js';
import { findTestHooks } from '../test-hooks.js';
import {
  MemoryDatabases,
  ServerDatabases,
  type DatabaseEngine,
  type MigrateDatabase,
  type TestDatabaseClient,
} from './server-databases.js';
import { findServers, type Candidate, type Found } from './test-servers.js';

/** The databases that tests run against. @public */
export type TestDatabaseId =
  | 'POSTGRES_18'
  | 'POSTGRES_17'
  | 'POSTGRES_16'
  | 'POSTGRES_15'
  | 'POSTGRES_14'
  | 'POSTGRES_13'
  | 'POSTGRES_12'
  | 'POSTGRES_11'
  | 'POSTGRES_9'
  | 'MYSQL_8'
  | 'SQLITE_3';

const ALL_IDS: readonly TestDatabaseId[] = [
  'POSTGRES_18',
  'POSTGRES_17',
  'POSTGRES_16',
  'POSTGRES_15',
  'POSTGRES_14',
  'POSTGRES_13',
  'POSTGRES_12',
  'POSTGRES_11',
  'POSTGRES_9',
  'MYSQL_8',
  'SQLITE_3',
];

/** Which databases are used. @public */
export type TestDatabasesOptions = {
  /** `@default` those of `TestDatabases.setDefaults`, else all */
  ids?: readonly TestDatabaseId[];
  /** Nothing is ever started in Docker; this is here for tests that say so. */
  disableDocker?: boolean;
};

/** How long all databases may take to be dropped, in milliseconds. */
const STOP_TIMEOUT = 60_000;

/**
 * Empty databases for tests, of all kinds that can be had: SQLite always, PostgreSQL and MySQL where a
 * server is.
 *
 * @remarks
 * `BACKSTAGE_TEST_DATABASE_POSTGRES17_CONNECTION_STRING`, and so on for each id, says where the server
 * of an id is. Of the other ids of a kind, the first is tested with the server that
 * `STAGEWIRE_TEST_POSTGRES` or `STAGEWIRE_TEST_MYSQL` names, or one that answers on this machine,
 * whatever its version. What is left is left out, and told in a line.
 *
 * Make it outside of tests. Where there is a global `afterAll`, databases are dropped by that.
 *
 * @example
 * ```ts
 * const databases = TestDatabases.create({ ids: ['POSTGRES_17', 'SQLITE_3'] });
 * it.each(databases.eachSupportedId())('keeps todos, %s', async (id) => {
 *   const knex = await databases.init(id, { migrate: createTables });
 * });
 * ```
 *
 * @public
 */
export class TestDatabases implements AsyncDisposable {
  static #defaultIds: readonly TestDatabaseId[] = ALL_IDS;

  /** Finds out which databases can be had; none is made. */
  static create(options: TestDatabasesOptions = {}): TestDatabases {
    const databases = new TestDatabases(options.ids ?? TestDatabases.#defaultIds);
    findTestHooks().afterAll?.(() => databases.stop(), STOP_TIMEOUT);
    return databases;
  }

  /** Says what `create` uses when it is not told: in a set-up file of the tests. */
  static setDefaults(options: { ids?: readonly TestDatabaseId[] }): void {
    TestDatabases.#defaultIds = options.ids ?? ALL_IDS;
  }

  readonly #found: Found<TestDatabaseId>;
  readonly #engines = new Map<TestDatabaseId, DatabaseEngine>();

  private constructor(ids: readonly TestDatabaseId[]) {
    const known = ids.filter((id) => ALL_IDS.includes(id));
    this.#found = findServers(known.map(toCandidate), false);
  }

  /** Whether an id can be had. */
  supports(id: TestDatabaseId): boolean {
    return this.#found.has(id);
  }

  /** The ids that can be had, in the form that `it.each` takes. */
  eachSupportedId(): Array<[TestDatabaseId]> {
    return Array.from(this.#found.keys(), (id): [TestDatabaseId] => [id]);
  }

  /**
   * Makes a database for a test.
   *
   * @param options - `migrate`: makes its tables. On PostgreSQL it runs once, and each further database
   *   with the very same function is a copy
   * @returns a client of knex, which may be closed by the test
   * @throws `E_TEST_SERVER_ID` for an id that cannot be had; what `migrate` throws
   */
  async init(
    id: TestDatabaseId,
    options: { migrate?: MigrateDatabase } = {},
  ): Promise<TestDatabaseClient> {
    if (!this.supports(id)) throw testingErrors.serverId('database', id, [...this.#found.keys()]);
    const engine = this.#engines.get(id) ?? createEngine(id, this.#found.get(id));
    this.#engines.set(id, engine);
    return engine.create(options.migrate);
  }

  /** Closes all clients, and drops all databases. A second call finds nothing to do. */
  async stop(): Promise<void> {
    const engines = [...this.#engines.values()];
    this.#engines.clear();
    await Promise.all(engines.map((engine) => engine.stop()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function toCandidate(id: TestDatabaseId): Candidate<TestDatabaseId> {
  if (id === 'SQLITE_3') return { id };
  const variable = `BACKSTAGE_TEST_DATABASE_${id.replace('_', '')}_CONNECTION_STRING`;
  return { id, variable, kind: id === 'MYSQL_8' ? 'mysql' : 'postgres' };
}

function createEngine(id: TestDatabaseId, url: string | undefined): DatabaseEngine {
  if (url === undefined) return new MemoryDatabases();
  return new ServerDatabases(id === 'MYSQL_8' ? 'mysql' : 'postgres', url);
}
