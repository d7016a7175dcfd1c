import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { isDatabaseConflictError } from '@stagewire/plugin-api';
import createKnex, { type Knex } from 'knex';
import { describe, expect, it, onTestFinished } from 'vitest';
import { explainConnectionFailure } from '../../../src/database/server/connection-failure.js';
import { explainFailuresOf } from '../../../src/database/server/connection-usage.js';
import { describeWithService } from '../../support/test-services.js';
import { connectTo, createServerDatabase } from '../../support/server-databases.js';

const context = {
  pluginId: 'todo',
  client: 'pg',
  address: 'db.example.com:5432',
  settingsKey: 'backend.database.connection',
};

const failure = (message: string, code?: string) => Object.assign(new Error(message), { code });

describe('a connection that fails', () => {
  it.each([
    ['E_DATABASE_REFUSED', failure('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED')],
    ['E_DATABASE_REFUSED', failure('getaddrinfo ENOTFOUND db', 'ENOTFOUND')],
    ['E_DATABASE_REFUSED', failure('the database system is starting up', '57P03')],
    ['E_DATABASE_REFUSED', failure('Connection terminated unexpectedly')],
    ['E_DATABASE_REFUSED', failure('Connection lost', 'PROTOCOL_CONNECTION_LOST')],
    ['E_DATABASE_REFUSED', new AggregateError([failure('connect ::1', 'ECONNREFUSED')], '')],
    ['E_DATABASE_AUTHENTICATION', failure('password authentication failed for user "a"', '28P01')],
    ['E_DATABASE_AUTHENTICATION', failure('role "a" does not exist', '28000')],
    ['E_DATABASE_AUTHENTICATION', failure('Access denied for user', 'ER_ACCESS_DENIED_ERROR')],
    ['E_DATABASE_AUTHENTICATION', failure('no pg_hba.conf entry …, no encryption', '28000')],
    ['E_DATABASE_AUTHENTICATION', failure('pg_hba.conf rejects …, SSL encryption', '28000')],
    ['E_DATABASE_AUTHENTICATION', failure('SASL: client password must be a string')],
    ['E_DATABASE_TLS', failure('self-signed certificate', 'DEPTH_ZERO_SELF_SIGNED_CERT')],
    ['E_DATABASE_TLS', failure('altnames', 'ERR_TLS_CERT_ALTNAME_INVALID')],
    ['E_DATABASE_TLS', failure('The server does not support SSL connections')],
    ['E_DATABASE_TLS', failure('no support', 'HANDSHAKE_NO_SSL_SUPPORT')],
    ['E_DATABASE_PERMISSION', failure('permission denied to create database', '42501')],
    ['E_DATABASE_PERMISSION', failure('Access denied for user', 'ER_DBACCESS_DENIED_ERROR')],
    ['E_DATABASE_MISSING', failure('database "a" does not exist', '3D000')],
    ['E_DATABASE_MISSING', failure(`Unknown database 'a'`, 'ER_BAD_DB_ERROR')],
    ['E_DATABASE_TOO_MANY', failure('sorry, too many clients already', '53300')],
    ['E_DATABASE_TOO_MANY', failure('Too many connections', 'ER_CON_COUNT_ERROR')],
    ['E_DATABASE_TOO_MANY', failure('no more connections allowed (max_client_conn)', '08P01')],
    ['E_DATABASE_TIMEOUT', failure('connect ETIMEDOUT', 'ETIMEDOUT')],
    ['E_DATABASE_TIMEOUT', failure('timeout expired')],
  ])('is %s: %s', (code, error) => {
    const explained = explainConnectionFailure(error, context);

    expect(explained).toMatchObject({ code, cause: error });
    expect(explained.message).toContain(error.message);
    expect(explained.message).toContain('Plugin todo has no connection to its database');
  });

  it('keeps the words of the driver, and what plugins ask them for', () => {
    const error = failure('duplicate key value violates unique constraint "a"', '23505');

    expect(explainConnectionFailure(error, context)).toBe(error);
    expect(isDatabaseConflictError(explainConnectionFailure(error, context))).toBe(true);
  });

  it('blames neither encryption nor the password for a rule of the server', () => {
    const message = 'pg_hba.conf rejects connection for host "::1", user "a", no encryption';
    const explained = explainConnectionFailure(failure(message, '28000'), context);

    expect(explained.message).toContain('the rules of the server keep out that user');
    expect((explained as Error & { fix: string }).fix).toMatch(/^add a line .* to pg_hba\.conf/);
  });

  it('of what plugins share is that of none of them', () => {
    const error = failure('connect ECONNREFUSED 127.0.0.1:1', 'ECONNREFUSED');
    const explained = explainConnectionFailure(error, { ...context, pluginId: undefined });

    expect(explained.message).toMatch(/^The backend has no connection to the database server \(pg/);
  });

  it('is explained once', () => {
    const explained = explainConnectionFailure(failure('no', '3D000'), context);

    expect(explainConnectionFailure(explained, { ...context, pluginId: 'other' })).toBe(explained);
  });

  it('does not show credentials', () => {
    const explained = explainConnectionFailure(
      failure('cannot reach mysql://admin:pa/ss@db', 'ECONNREFUSED'),
      { ...context, address: 'postgres://admin:secret@db.example.com:5432/a' },
    );

    expect(explained.message).toContain('postgres://db.example.com:5432/a');
    expect(`${explained.message}${(explained as Error & { fix: string }).fix}`).not.toMatch(
      /secret|pa\/ss/,
    );
  });
});

const QUIET: Knex.Logger = { warn() {}, error() {}, debug() {}, deprecate() {} };
const DRIVERS = { postgres: 'pg', mysql: 'mysql2' } as const;

for (const kind of ['postgres', 'mysql'] as const) {
  const client = DRIVERS[kind];

  /** A client that explains its failures, closed after the present test. */
  const explaining = (connection: object, config: Knex.Config = {}) => {
    const knex = createKnex({
      client,
      connection,
      log: QUIET,
      ...config,
      pool: { min: 0, ...config.pool },
    });
    onTestFinished(() => knex.destroy());
    explainFailuresOf(knex, { ...context, client });
    return knex;
  };

  describe(`a query of a plugin that gets no connection to ${kind}`, () => {
    it('tells that nobody listens, in queries and in transactions', async () => {
      const knex = explaining({ host: '127.0.0.1', port: 1 });

      await expect(knex('things')).rejects.toMatchObject({ code: 'E_DATABASE_REFUSED' });
      await expect(knex.transaction(async () => {})).rejects.toMatchObject({
        code: 'E_DATABASE_REFUSED',
        cause: { code: 'ECONNREFUSED' },
      });
    });

    it('tells that the server does not answer, where knex says that the pool is full', async () => {
      const port = await listen(() => {});
      const knex = explaining(
        { host: '127.0.0.1', port },
        { acquireConnectionTimeout: 200, pool: { createTimeoutMillis: 400 } },
      );

      await expect(knex.raw('select 1')).rejects.toMatchObject({
        code: 'E_DATABASE_TIMEOUT',
        cause: { name: 'KnexTimeoutError' },
      });
    });

    it('tells that the connection was cut', async () => {
      const port = await listen((socket) => socket.destroy());
      const knex = explaining({ host: '127.0.0.1', port });

      await expect(knex.raw('select 1')).rejects.toMatchObject({ code: 'E_DATABASE_REFUSED' });
    });

    it('tells the last failure, also when the pool is to try again until its time is over', async () => {
      const knex = explaining(
        { host: '127.0.0.1', port: 1 },
        { acquireConnectionTimeout: 300, pool: { propagateCreateError: false } as Knex.PoolConfig },
      );

      await expect(knex.raw('select 1')).rejects.toMatchObject({ code: 'E_DATABASE_REFUSED' });
    });
  });

  describeWithService(kind, `a query of a plugin with a ${kind} server`, (url) => {
    it.each([
      ['E_DATABASE_AUTHENTICATION', { user: 'nobody_has_this_name', password: 'a-secret' }],
      ['E_DATABASE_MISSING', { database: 'stagewire_no_such_database' }],
      ['E_DATABASE_TLS', { ssl: {} }],
    ])('tells %s', async (code, settings) => {
      const { connection } = await createServerDatabase(kind, url);
      const knex = explaining({ ...connection, ...settings });

      const error = await knex.raw('select 1').then(
        () => undefined,
        (reason: Error) => reason,
      );

      expect(error).toMatchObject({ code, cause: expect.any(Error) });
      expect(error?.message).not.toContain('a-secret');
    });

    it('tells what holds the connections of its pool, and for how long', async () => {
      const database = await createServerDatabase(kind, url);
      const knex = explaining(database.connection, {
        acquireConnectionTimeout: 200,
        pool: { max: 2 },
      });
      await knex.schema.createTable('things', (table) => table.string('name'));

      const stuck = knex.transaction(async (trx) => {
        await trx('things').insert({ name: 'value' });
        await trx.raw(`select 'a secret' as x`);
        await Promise.all([knex('things'), knex('things'), knex.raw('select 2')]);
        return knex.transaction(async () => knex('things'));
      });

      await expect(stuck).rejects.toMatchObject({
        name: 'KnexTimeoutError',
        code: 'E_DATABASE_POOL_EXHAUSTED',
        message: expect.stringMatching(
          /^Knex: Timeout acquiring a connection\..* Plugin todo has 2 of 2 in use: \d\.\d s by `select '…' as x`; \d\.\d s by `BEGIN;`$/,
        ),
        fix: expect.stringContaining('backend.database.plugin.todo.knexConfig.pool.max'),
      });
    });

    it('leaves the errors of queries alone', async () => {
      const database = await createServerDatabase(kind, url);
      const knex = explaining(database.connection);
      await knex.schema.createTable('things', (table) => table.string('id', 10).primary());
      await knex('things').insert({ id: 'a' });

      const conflict = await knex('things')
        .insert({ id: 'a' })
        .catch((error: unknown) => error);

      expect(isDatabaseConflictError(conflict)).toBe(true);
      await expect(knex('nothing')).rejects.not.toHaveProperty('fix');
    });
  });
}

describeWithService('postgres', 'a PostgreSQL server without a connection left', (url) => {
  it('is told as such', async () => {
    const database = await createServerDatabase('postgres', url);
    const admin = connectTo(database);
    const role = `${database.connection.database}_role`;
    await admin.raw(`create role ${role} login connection limit 1`);
    onTestFinished(() => admin.raw(`drop role ${role}`).then(() => {}));
    const settings = { ...database.connection, user: role };
    const connect = () => {
      const knex = createKnex({ client: 'pg', connection: settings, log: QUIET, pool: { min: 0 } });
      explainFailuresOf(knex, context);
      return knex;
    };
    const [first, second] = [connect(), connect()];
    onTestFinished(async () => {
      await first.destroy();
      await second.destroy();
    });
    await first.raw('select 1');

    await expect(second.raw('select 1')).rejects.toMatchObject({ code: 'E_DATABASE_TOO_MANY' });
  });
});

/** A server that does not speak; gone after the present test. */
async function listen(tell: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    tell(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  return (server.address() as AddressInfo).port;
}
