import { BackendError, explain, InputError, isExplained } from '@stagewire/errors';

/** What can be wrong with the databases of plugins. */
export const databaseErrors = {
  unsupportedClient: (client: string, pluginId: string, supported: readonly string[]) =>
    explain(
      new Error(`Unsupported database client type '${client}' specified for plugin '${pluginId}'`),
      'E_DATABASE_CLIENT',
      `set backend.database.client, or the client of that plugin below backend.database.plugin, to one of ${supported.join(', ')}`,
    ),

  baseFilename: () =>
    explain(
      new Error(
        '`connection.filename` is not supported for the base sqlite connection. Prefer `connection.directory` or provide a filename for the plugin connection instead.',
      ),
      'E_DATABASE_BASE_FILENAME',
      'set backend.database.connection to { directory: ./data }, which gives each plugin a file of its own there, or to :memory:',
    ),

  divisionMode: (driver: 'SQLite' | 'MySQL') =>
    explain(
      new Error(`The ${driver} driver does not support plugin division mode 'schema'`),
      'E_DATABASE_DIVISION_MODE',
      `remove backend.database.pluginDivisionMode: with ${driver} each plugin has a database of its own`,
    ),

  cannotOpen: (pluginId: string, filename: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_OPEN',
      `Failed to open the database of plugin '${pluginId}', the file '${filename}'; caused by ${String(cause)}`,
      `check that the directory of that file exists and may be written by this process, and that the file is a SQLite database; it is named by backend.database.connection and backend.database.plugin.${pluginId}.connection`,
      { cause },
    ),

  driverMissing: (pluginId: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_DRIVER',
      `Failed to load the embedded database for plugin '${pluginId}' on ${process.platform} ${process.arch}; caused by ${String(cause)}`,
      'install again with optional dependencies (npm ci, without --omit=optional): the package libsql brings its binary as one of them',
      { cause },
    ),

  closed: (pluginId: string) =>
    new BackendError(
      'E_DATABASE_CLOSED',
      `The database of plugin '${pluginId}' was asked for after the backend had closed it`,
      'end what uses the database in a shutdown hook of the plugin: databases close after those have run',
    ),

  nulCharacter: () =>
    new BackendError(
      'E_DATABASE_NUL',
      'A text that holds a NUL character cannot be stored: SQLite would give it back cut off there',
      'remove \\0 from the text, or store it as a Buffer; PostgreSQL refuses it as well',
    ),

  connectionString: (settingsKey: string, reason = 'it is no URL of a PostgreSQL server') =>
    new BackendError(
      'E_DATABASE_CONNECTION_STRING',
      `The connection string in ${settingsKey} cannot be read: ${reason}`,
      'write it as postgres://user:password@host:5432/database, with %-escapes for special characters in the password, or as an object with host, port, user and password',
    ),

  mysqlConnectionString: (reason: string) =>
    explain(
      new InputError(`Error while parsing MySQL connection string, ${reason}`),
      'E_DATABASE_CONNECTION_STRING',
      'write it as mysql://user:password@host:3306/database, with %-escapes for special characters in the password, or as an object with host, port, user and password',
    ),

  schemaPrefix: (prefix: string) =>
    explain(
      new Error(
        `Invalid schemaPrefix "${prefix}". Schema prefix must start with a letter or underscore and contain only letters, numbers, and underscores.`,
      ),
      'E_DATABASE_SCHEMA_PREFIX',
      'change backend.database.schemaPrefix, for example to portal_',
    ),

  nameLength: (name: string, pluginId: string, longest: number) =>
    new BackendError(
      'E_DATABASE_NAME_LENGTH',
      `The name '${name}' for the database or schema of plugin '${pluginId}' is longer than ${longest}, which the server would cut off or refuse`,
      `shorten backend.database.prefix or schemaPrefix, or set backend.database.plugin.${pluginId}.connection.database`,
    ),

  cannotEnsureDatabase: (database: string, cause: unknown) =>
    withFixOf(
      cause,
      new Error(
        `Failed to connect to the database to make sure that '${database}' exists, ${tell(cause)}`,
        { cause: withoutExplanation(cause) },
      ),
    ),

  cannotEnsureSchema: (pluginId: string, cause: unknown) =>
    withFixOf(
      cause,
      new Error(
        `Failed to connect to the database to make sure that schema for plugin '${pluginId}' exists, ${tell(cause)}`,
        { cause: withoutExplanation(cause) },
      ),
    ),

  databaseRight: (database: string, pluginId: string, cause: unknown) =>
    explain(
      new Error(
        `Failed to connect to the database to make sure that '${database}' exists, ${tell(cause)}`,
        { cause },
      ),
      'E_DATABASE_CREATE_RIGHT',
      `that database is missing, and the user of backend.database.connection lacks the right to make it: give it that right (PostgreSQL: alter role … createdb; MySQL: grant create), or make the database by hand, or, with PostgreSQL, set backend.database.pluginDivisionMode: schema, which needs one database only; backend.database.plugin.${pluginId}.ensureExists: false leaves out the check`,
    ),

  schemaRight: (schema: string, pluginId: string, cause: unknown) =>
    explain(
      new Error(
        `Failed to connect to the database to make sure that schema for plugin '${pluginId}' exists, ${tell(cause)}`,
        { cause },
      ),
      'E_DATABASE_SCHEMA_RIGHT',
      `the schema '${schema}' is missing, and the user of backend.database.connection lacks the right to make it: run "grant create on database … to …", or make the schema by hand, and set backend.database.plugin.${pluginId}.ensureExists: false to leave out the check`,
    ),

  connectionType: (type: string, settingsKey: string) =>
    explain(
      new Error(`Unknown connection type: ${type}`),
      'E_DATABASE_CONNECTION_TYPE',
      `set ${settingsKey}.type to default, azure, cloudsql or rds`,
    ),

  loginSetting: (type: string, key: string) =>
    new BackendError(
      'E_DATABASE_LOGIN_SETTING',
      `A database connection of type ${type} needs ${key}, which is missing or no text`,
      `set ${key}`,
    ),

  loginPackage: (type: string, name: string) =>
    new BackendError(
      'E_DATABASE_LOGIN_PACKAGE',
      `A database connection of type ${type} needs the package ${name}, which is not installed`,
      `run npm install ${name} in the folder of the backend`,
    ),

  noToken: (cloud: string) =>
    new BackendError(
      'E_DATABASE_NO_TOKEN',
      `${cloud} gave no access token for the database`,
      'check that the identity in connection.tokenCredential, or the one of this machine, may log in to the database',
    ),

  connectionRefused: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_REFUSED',
      `${noConnection(at)}: no server answers there, ${reason}`,
      `check that the server runs and can be reached from here at ${at.address}, and that ${at.settingsKey} has its host and port`,
      { cause },
    ),

  connectionAuthentication: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_AUTHENTICATION',
      `${noConnection(at)}: the server refuses the user, ${reason}`,
      `check the user and the password in ${at.settingsKey}, and that the server lets that user in from this machine`,
      { cause },
    ),

  connectionRule: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_AUTHENTICATION',
      `${noConnection(at)}: the rules of the server keep out that user, or this machine, ${reason}`,
      `add a line for the user, the database and this machine to pg_hba.conf of the server, or correct the user in ${at.settingsKey}; where it says "no encryption" and the server wants some, as those of clouds do, set ${at.settingsKey}.ssl to true`,
      { cause },
    ),

  connectionTls: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_TLS',
      `${noConnection(at)}: the two sides do not agree on encryption, ${reason}`,
      `set ${at.settingsKey}.ssl to true where the server wants encryption, or to { ca: … } with the certificate that signed its own; remove it where the server has none`,
      { cause },
    ),

  connectionPermission: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_PERMISSION',
      `${noConnection(at)}: the user lacks a right, ${reason}`,
      `grant it to the user of ${at.settingsKey} (PostgreSQL: alter role … createdb, or grant connect, create on database …; MySQL: grant all on ….*), or make the database by hand and set backend.database.ensureExists: false`,
      { cause },
    ),

  connectionMissing: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_MISSING',
      `${noConnection(at)}: the database does not exist, ${reason}`,
      `make it by hand, correct its name in ${at.settingsKey}, or leave out backend.database.ensureExists: false, so that the backend makes it`,
      { cause },
    ),

  connectionTooMany: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_TOO_MANY',
      `${noConnection(at)}: the server has no connection left, ${reason}`,
      'set backend.database.connectionBudget to what all replicas together may have, divided by their number, or raise the limit of the server (max_connections)',
      { cause },
    ),

  connectionTimeout: (at: ConnectionPlace, reason: string, cause: unknown) =>
    new BackendError(
      'E_DATABASE_TIMEOUT',
      `${noConnection(at)}: the server did not answer in time, ${reason}`,
      `check that nothing between here and ${at.address} swallows packets (a firewall, a security group), that ${at.settingsKey} names the port of the database itself, and that the server is not overloaded`,
      { cause },
    ),

  // knex's own error, with its name and its words: plugins may look for either.
  poolExhausted: (error: Error, pluginId: string, usage: string) => {
    error.message += ` Plugin ${pluginId} has ${usage}`;
    return explain(
      error,
      'E_DATABASE_POOL_EXHAUSTED',
      `if a transaction waits for another query of the same plugin, run that one with the transaction (.transacting(trx)); if they are only slow, raise backend.database.plugin.${pluginId}.knexConfig.pool.max`,
    );
  },

  connectionBudget: (key: string, value: number) =>
    new BackendError(
      'E_DATABASE_CONNECTION_BUDGET',
      `${key} is ${value}, which is no number of connections`,
      `set ${key} to a whole number of at least 1, or remove it for no limit over all plugins`,
    ),

  budgetExhausted: (pluginId: string, patience: number, size: number, holders: string) =>
    new BackendError(
      'E_DATABASE_POOL_EXHAUSTED',
      `Plugin ${pluginId} waited for ${patience / 1000} s in vain for one of the ${size} connections of backend.database.connectionBudget: ${holders || 'nobody uses one'}`,
      'raise backend.database.connectionBudget; if it is 1, or a plugin uses a connection for very long, look in that plugin for a transaction that waits for another query: it has to run with the transaction (.transacting(trx))',
    ),

  // With the name that knex gives to it.
  migrationLocked: (
    pluginId: string,
    table: string,
    patience: number,
    why: string,
    unlock: string,
  ) =>
    explain(
      Object.assign(
        new Error(
          `Migration table is already locked: the migrations of plugin ${pluginId} waited for ${patience / 1000} s for the lock in ${table}; ${why}`,
        ),
        { name: 'MigrationLocked' },
      ),
      'E_DATABASE_MIGRATION_LOCKED',
      `wait if another process migrates; if none does, release the lock in the database of that plugin: ${unlock}`,
    ),
};

type ConnectionPlace = {
  pluginId: string | undefined;
  client: string;
  address: string;
  settingsKey: string;
};

function noConnection({ pluginId, client, address }: ConnectionPlace): string {
  return pluginId === undefined
    ? `The backend has no connection to the database server (${client} at ${address})`
    : `Plugin ${pluginId} has no connection to its database (${client} at ${address})`;
}

/** Drivers name their errors; ours say who speaks by themselves. */
function tell(cause: unknown): string {
  return cause instanceof BackendError ? cause.message : String(cause);
}

/** What an error of ours explains: its own words and its fix are told by the error around it. */
function withoutExplanation(cause: unknown): unknown {
  return cause instanceof BackendError ? (cause.cause ?? cause) : cause;
}

/** Keeps the words that the ecosystem knows, with the code and the fix of what was the matter. */
function withFixOf(cause: unknown, error: Error): Error {
  if (isExplained(cause)) return explain(error, cause.code, cause.fix);
  return explain(
    error,
    'E_DATABASE_ENSURE',
    'see the message of the server; backend.database.ensureExists: false leaves out the check where the databases are made by hand',
  );
}
