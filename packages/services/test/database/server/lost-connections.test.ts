import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import { describeWithService } from '../../support/test-services.js';
import { findPostgresPrograms, startPostgres } from './own-postgres.js';
import { until, useMysql, usePostgres } from '../server-support.js';
import { databases } from '../support.js';
import { startTcpProxy } from './tcp-proxy.js';

/** Inserts numbers, several at a time, until it is ended; tells which were acknowledged. */
function insertAllTheTime(client: Knex) {
  const load = { acknowledged: [] as number[], failures: 0, isEnded: false };
  let next = 0;
  const workers = Array.from({ length: 4 }, work);
  return Object.assign(load, { end });

  async function work() {
    while (!load.isEnded) {
      const id = next++;
      try {
        await client('things').insert({ id });
        load.acknowledged.push(id);
      } catch {
        load.failures++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
  }

  async function end() {
    load.isEnded = true;
    await Promise.all(workers);
  }
}

/** Has connections lost and back while numbers are inserted; all acknowledged ones must be there. */
async function expectNothingLost(client: Knex, outage: { begin(): unknown; end(): unknown }) {
  await client.schema.createTable('things', (table) => void table.integer('id').primary());
  const load = insertAllTheTime(client);
  await until(async () => load.acknowledged.length > 50, 'some are inserted');

  await outage.begin();
  await until(async () => load.failures > 4, 'queries fail');
  await outage.end();

  const before = load.acknowledged.length;
  await until(async () => load.acknowledged.length > before + 50, 'more are inserted');
  await load.end();
  const kept = new Set<number>(await client('things').pluck('id'));
  expect(load.acknowledged.filter((id) => !kept.has(id))).toEqual([]);
}

/** Waits until the driver has noticed that idle connections are gone. */
async function untilNoticed(client: Knex, count: number): Promise<void> {
  const { free } = client.client.pool as {
    free: Array<{ resource: { __knex__disposed?: unknown } }>;
  };
  await until(
    async () => free.filter(({ resource }) => resource.__knex__disposed).length === count,
    'the connections are known to be gone',
  );
}

const servers = [
  { service: 'postgres', client: 'pg', use: usePostgres, sleep: 'select pg_sleep(0.05)' },
  { service: 'mysql', client: 'mysql2', use: useMysql, sleep: 'select sleep(0.05)' },
] as const;

describe.each(servers)('connections through $client that are lost', (server) => {
  describeWithService(server.service, 'on their way', (url) => {
    async function open() {
      const { prefix } = server.use(url);
      const proxy = await startTcpProxy(new URL(url));
      const settings = { client: server.client, connection: proxy.url, prefix };
      return { client: await databases(settings).getClient('todo'), proxy };
    }

    it('while idle fail no query', async () => {
      const { client, proxy } = await open();
      await Promise.all([1, 2, 3].map(() => client.raw(server.sleep)));

      proxy.closeAll();
      await untilNoticed(client, 3);

      expect(await client.select(client.raw('1 as one'))).toEqual([{ one: 1 }]);
    });

    it('under load lose nothing that was acknowledged, and queries soon work again', async () => {
      const { client, proxy } = await open();

      await expectNothingLost(client, { begin: proxy.cut, end: proxy.mend });
    });
  });
});

const programs = await findPostgresPrograms();
if (programs === undefined) {
  console.log('No programs of PostgreSQL here: restarting a server of its own is not tested.');
}

describe.skipIf(programs === undefined)('a PostgreSQL server', () => {
  it.each(['SIGINT', 'SIGQUIT'] as const)(
    'that restarts under load (%s) loses nothing that was acknowledged',
    async (signal) => {
      const server = await startPostgres(programs!);
      const client = await databases({ client: 'pg', connection: server.url }).getClient('todo');

      await expectNothingLost(client, { begin: () => server.stop(signal), end: server.start });
    },
  );

  it('[DB-5] whose common database is closed to a user lets it have its own, and says so for others', async () => {
    const server = await startPostgres(programs!);
    const { getClient: getAsAdmin } = databases({ client: 'pg', connection: server.url });
    const admin = await getAsAdmin('admin');
    await admin.raw(`create role tenant login password 'hidden-word'`);
    await admin.raw('create database backstage_plugin_todo owner tenant');
    const rules = join(server.data, 'pg_hba.conf');
    const before = await readFile(rules, 'utf8');
    await writeFile(rules, 'host postgres tenant all reject\nhost all tenant all scram-sha-256\n');
    await appendFile(rules, before);
    await admin.raw('select pg_reload_conf()');

    const connection = server.url.replace('postgres@', 'tenant:hidden-word@');
    const { getClient } = databases({ client: 'pg', connection });
    // The server takes a moment to read its rules again.
    await until(async () => {
      const error = await getClient('other').catch((failure: unknown) => failure);
      return String(error).includes('pg_hba.conf');
    }, 'the rules are in force');

    expect((await (await getClient('todo')).raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
    const wrong = databases({ client: 'pg', connection: connection.replace('hidden', 'wrong') });
    await expect(wrong.getClient('todo')).rejects.toMatchObject({
      code: 'E_DATABASE_AUTHENTICATION',
      message: expect.not.stringContaining('wrong-word'),
    });
  });
});
