import { ConfigReader, type JsonObject } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { DatabaseConfig } from '../../src/database/database-settings.js';
import { describeMysql, toMysqlTarget } from '../../src/database/mysql/mysql-connection.js';
import {
  describePostgres,
  toPostgresTarget,
} from '../../src/database/postgres/postgres-connection.js';

function read(backendDatabase: JsonObject, pluginId = 'todo') {
  const config = new ConfigReader({ backend: { database: backendDatabase } });
  return new DatabaseConfig(config).getSettings(pluginId);
}

function readPostgres(backendDatabase: JsonObject) {
  return toPostgresTarget(read({ client: 'pg', ...backendDatabase }));
}

function readMysql(connection: JsonObject | string, more: JsonObject = {}) {
  return toMysqlTarget(read({ client: 'mysql2', connection, ...more }));
}

describe('a connection to PostgreSQL', () => {
  it.each<[string, JsonObject]>([
    [
      'postgres://me:p%40ss@db.example.com:6543/ignored',
      { user: 'me', password: 'p@ss', host: 'db.example.com', port: '6543' },
    ],
    ['postgresql://db', { host: 'db' }],
    ['postgres://me@/x?host=/var/run/postgresql', { user: 'me', host: '/var/run/postgresql' }],
    ['postgres://me@%2Fvar%2Frun/x', { user: 'me', host: '/var/run' }],
    ['socket:/var/run/', { host: '/var/run/' }],
    ['/var/run/postgresql x', { host: '/var/run/postgresql' }],
    ['postgres://db/x?sslmode=disable', { host: 'db', ssl: false, sslmode: 'disable' }],
    [
      'postgres://db/x?sslmode=no-verify',
      { host: 'db', ssl: { rejectUnauthorized: false }, sslmode: 'no-verify' },
    ],
    ['postgres://db/x?application_name=mine', { host: 'db', application_name: 'mine' }],
  ])('[DB-3] may be the text %s', (connection, expected) => {
    expect(readPostgres({ connection })).toEqual({
      connection: expected,
      database: 'backstage_plugin_todo',
      schema: undefined,
    });
  });

  it('[DB-3] may be an object, also one with a text in it', () => {
    const plain = { host: 'db', user: 'me', password: 'x', ssl: { ca: 'y' } };
    expect(readPostgres({ connection: plain }).connection).toEqual(plain);
    expect(
      readPostgres({ connection: { connectionString: 'postgres://a@db/z', host: 'other' } })
        .connection,
    ).toEqual({ user: 'a', host: 'other' });
  });

  it.each<[JsonObject, string | undefined]>([
    [{ connection: 'postgres://db/base' }, 'backstage_plugin_todo'],
    [{ connection: 'postgres://db/base', prefix: 'p_' }, 'p_todo'],
    [
      { connection: 'postgres://db/base', plugin: { todo: { connection: 'postgres://db/mine' } } },
      'mine',
    ],
    [
      { connection: 'postgres://db/base', plugin: { todo: { connection: { database: 'mine' } } } },
      'mine',
    ],
    [{ connection: 'postgres://db/base', pluginDivisionMode: 'schema' }, 'base'],
    [
      {
        connection: 'postgres://db/base',
        pluginDivisionMode: 'schema',
        plugin: { todo: { connection: { database: 'mine' } } },
      },
      'mine',
    ],
    [{ connection: { host: 'db' }, pluginDivisionMode: 'schema' }, undefined],
  ])('[DB-4] %j leads to its database', (backendDatabase, database) => {
    expect(readPostgres(backendDatabase).database).toBe(database);
  });

  it('[DB-3] of a plugin wins over the base one level deep', () => {
    expect(
      readPostgres({
        connection: { host: 'db', user: 'me', ssl: { ca: 'x', key: 'y' } },
        plugin: { todo: { connection: { user: 'other', ssl: { ca: 'z' } } } },
      }).connection,
    ).toEqual({ host: 'db', user: 'other', ssl: { ca: 'z' } });
  });

  it.each(['mysql://me:hidden@db', 'host=db password=hidden', 'postgres://me:hidden@[/x'])(
    'is refused as %s, which is not told',
    (connection) => {
      const act = () => readPostgres({ connection });

      expect(act).toThrow(expect.objectContaining({ code: 'E_DATABASE_CONNECTION_STRING' }));
      expect(act).toThrow(/^The connection string in backend\.database\.connection /);
      expect(act).not.toThrow('hidden');
    },
  );

  it('tells which certificate it cannot read', () => {
    expect(() => readPostgres({ connection: 'postgres://db/x?sslrootcert=/missing.pem' })).toThrow(
      '/missing.pem',
    );
  });

  it('is told without credentials', () => {
    const connection = { host: 'db', port: 1, user: 'me', password: 'hidden' };
    expect(describePostgres(connection, 'x')).toBe('db:1/x');
    expect(describePostgres({ instance: 'a:b:c' }, undefined)).toBe('a:b:c:5432');
  });
});

describe('a connection to MySQL', () => {
  it.each<[string, JsonObject]>([
    ['mysql://me:p%40ss@db:3307/ignored', { user: 'me', password: 'p@ss', host: 'db', port: 3307 }],
    ['mysql://db', { host: 'db' }],
    ['mysql://[::1]', { host: '::1' }],
    ['mysql://db?ssl=Amazon%20RDS', { host: 'db', ssl: 'Amazon RDS' }],
    ['mysql://db?ssl=true', { host: 'db', ssl: {} }],
    ['mysql://db?ssl={"ca":"x"}', { host: 'db', ssl: { ca: 'x' } }],
    ['mysql://db?debug=true', { host: 'db', debug: true }],
  ])('[DB-9] may be the text %s', (connection, expected) => {
    expect(readMysql(connection)).toEqual({
      connection: expected,
      database: 'backstage_plugin_todo',
    });
  });

  it('[DB-4] leads to the database of the plugin, never to that of the base', () => {
    const more = { plugin: { todo: { connection: { database: 'mine' } } } };
    expect(readMysql('mysql://db/base').database).toBe('backstage_plugin_todo');
    expect(readMysql('mysql://db/base', more).database).toBe('mine');
  });

  it.each(['not a url hidden', 'postgres://me:hidden@db', 'mysql://me:hidden%@db'])(
    '[DB-9] is refused as %s, which is not told',
    (connection) => {
      const act = () => readMysql(connection);

      expect(act).toThrow(
        expect.objectContaining({ name: 'InputError', code: 'E_DATABASE_CONNECTION_STRING' }),
      );
      expect(act).toThrow(/^Error while parsing MySQL connection string, /);
      expect(act).not.toThrow('hidden');
    },
  );

  it('refuses a name that is too long', () => {
    expect(() => readMysql('mysql://db', { prefix: 'x'.repeat(61) })).toThrow(
      expect.objectContaining({ code: 'E_DATABASE_NAME_LENGTH' }),
    );
  });

  it('is told without credentials', () => {
    expect(describeMysql({ host: 'db', password: 'hidden' }, 'x')).toBe('db:3306/x');
    expect(describeMysql({ socketPath: '/run/my.sock' })).toBe('/run/my.sock');
  });
});
