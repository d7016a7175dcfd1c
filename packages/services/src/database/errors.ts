import { BackendError, explain } from '@stagewire/errors';

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

  divisionMode: () =>
    explain(
      new Error(`The SQLite driver does not support plugin division mode 'schema'`),
      'E_DATABASE_DIVISION_MODE',
      'remove backend.database.pluginDivisionMode: with SQLite each plugin has a database of its own',
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
};
