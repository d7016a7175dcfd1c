import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigReader, type JsonValue } from '@stagewire/config';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import {
  ConnectionBudget,
  openSeparateConnection,
} from '../../../src/database/budget/connection-budget.js';
import { describeWithService } from '../../support/test-services.js';
import { connectTo, countSessions, createServerDatabase } from '../../support/server-databases.js';

function budgetOf(connectionBudget: JsonValue | undefined): ConnectionBudget | undefined {
  const database = connectionBudget === undefined ? {} : { connectionBudget };
  return ConnectionBudget.fromConfig(new ConfigReader({ backend: { database } }));
}

describe('backend.database.connectionBudget', () => {
  it('is no limit when it is not set', () => {
    expect(budgetOf(undefined)).toBeUndefined();
    expect(ConnectionBudget.fromConfig(new ConfigReader({}))).toBeUndefined();
  });

  it.each([[0], [-1], [2.5], ['0']])('is refused as %j', (value) => {
    expect(() => budgetOf(value)).toThrow(
      expect.objectContaining({
        code: 'E_DATABASE_CONNECTION_BUDGET',
        message: expect.stringContaining('backend.database.connectionBudget'),
      }),
    );
  });
});

for (const kind of ['postgres', 'mysql'] as const) {
  describeWithService(kind, `a connection budget on ${kind}`, (url) => {
    /** Clients of plugins with a budget in common, and a way to count what they have. */
    async function start(size: number, config: Knex.Config = {}) {
      const database = await createServerDatabase(kind, url);
      const budget = budgetOf(size)!;
      const application = `budget_${randomBytes(4).toString('hex')}`;
      const connection = { ...database.connection, application_name: application };
      const named = kind === 'postgres' ? { ...database, connection } : database;
      const plugin = (pluginId: string) => {
        const knex = connectTo(named, config);
        budget.attach(knex, pluginId);
        return knex;
      };
      const watcher = connectTo(database, { pool: { min: 1, max: 1 } });
      const where =
        kind === 'postgres'
          ? { application_name: application }
          : { db: database.connection.database };
      const count = () => countSessions(watcher, where);
      return { plugin, count };
    }

    it('of 5 is never exceeded by 20 busy plugins, of which each goes on', async () => {
      const { plugin, count } = await start(5);
      const plugins = Array.from({ length: 20 }, (_, i) => plugin(`plugin-${i}`));
      const progress = plugins.map(() => 0);
      const over = new AbortController();
      let most = 0;
      const watching = (async () => {
        while (!over.signal.aborted) most = Math.max(most, await count());
      })();

      const work = plugins.flatMap((knex, i) =>
        Array.from({ length: 4 }, async (_, worker) => {
          for (let round = 0; round < 5; round++) {
            if (worker === 0) await knex.transaction((trx) => sleepFor(trx, 0.005));
            else await sleepFor(knex, 0.002);
            progress[i]!++;
          }
        }),
      );
      await Promise.all(work);
      over.abort();
      await watching;

      expect(progress).toEqual(plugins.map(() => 20));
      expect(most).toBeGreaterThan(1);
      expect(most).toBeLessThanOrEqual(5);
    });

    it('lets a plugin that waits for its first go before one that wants another', async () => {
      const { plugin } = await start(3);
      const rich = plugin('rich');
      const poor = plugin('poor');
      const order: string[] = [];

      // Who makes its first connection is later with its query than who has one already.
      await sleepFor(poor, 0);
      for (const knex of [rich, poor]) {
        knex.on('query', () => order.push(knex === rich ? 'rich' : 'poor'));
      }

      const held = [sleepFor(rich, 0.2), sleepFor(rich, 0.25)];
      const later = Array.from({ length: 6 }, () => sleepFor(rich, 0.02));
      const first = sleepFor(poor, 0.01);
      await Promise.all([...held, ...later, first]);

      expect(order.slice(0, 3)).toEqual(['rich', 'rich', 'poor']);
    });

    it('takes an idle connection from the plugin that has most', async () => {
      const { plugin, count } = await start(4);
      const [rich, other, poor] = [plugin('rich'), plugin('other'), plugin('poor')];
      await Promise.all([sleepFor(rich, 0.05), sleepFor(rich, 0.05), sleepFor(rich, 0.05)]);
      await sleepFor(other, 0);
      expect(await count()).toBe(4);

      await sleepFor(poor, 0);

      expect([rich, other, poor].map((knex) => knex.client.pool.numFree())).toEqual([2, 1, 1]);
      expect(await count()).toBe(4);
    });

    it('lets a transaction of each plugin wait for another connection of the same plugin', async () => {
      const { plugin } = await start(5, { acquireConnectionTimeout: 5_000 });
      const plugins = Array.from({ length: 8 }, (_, i) => plugin(`plugin-${i}`));

      const results = await Promise.all(
        plugins.map((knex, i) =>
          knex.transaction(async (trx) => {
            await sleepFor(trx, 0.05);
            const rows = await knex.select(knex.raw('? as i', [String(i)]));
            return Number(rows[0].i);
          }),
        ),
      );

      expect(results).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    });

    it('tells who has the connections when one waited for too long', async () => {
      const { plugin } = await start(1, { acquireConnectionTimeout: 200 });
      const [greedy, patient] = [plugin('greedy'), plugin('patient')];

      const held = sleepFor(greedy, 0.5);
      await sleep(50);
      await expect(patient.raw('select 1')).rejects.toMatchObject({
        code: 'E_DATABASE_POOL_EXHAUSTED',
        message: expect.stringMatching(
          /^Plugin patient waited for 0\.2 s .* 1 connections .*plugin greedy uses 1 \(for up to 0\.\d s\)$/,
        ),
      });

      await held;
      await patient.raw('select 1');
    });

    it('of 1 fails the transaction that waits for its own plugin, and goes on', async () => {
      const { plugin } = await start(1, { acquireConnectionTimeout: 200 });
      const knex = plugin('todo');

      const failing = knex.transaction(async () => knex.raw('select 1'));
      await expect(failing).rejects.toMatchObject({ code: 'E_DATABASE_POOL_EXHAUSTED' });

      await expect(knex.raw('select 1')).resolves.toBeDefined();
    });

    it('counts several clients of a plugin, and those that are none of a pool', async () => {
      const { plugin, count } = await start(3);
      const [own, admin] = [plugin('todo'), plugin('todo')];

      const separate = await openSeparateConnection(own);
      await Promise.all([sleepFor(own, 0.02), sleepFor(admin, 0.02), sleepFor(admin, 0.02)]);

      expect(await count()).toBeLessThanOrEqual(3);
      await separate?.close();
      await admin.destroy();
      expect(await count()).toBe(own.client.pool.numFree());
    });

    it.each([[1], [2]])('of %i has no room besides the pool', async (size) => {
      const { plugin } = await start(size);

      expect(await openSeparateConnection(plugin('todo'))).toBeUndefined();
    });

    it('gives back what was leased for a connection that could not be made', async () => {
      const { plugin } = await start(1, { acquireConnectionTimeout: 2_000 });
      const broken = plugin('broken');
      broken.client.connectionSettings.port = 1;

      for (let i = 0; i < 3; i++)
        await expect(broken.raw('select 1')).rejects.toThrow('ECONNREFUSED');

      await expect(plugin('todo').raw('select 1')).resolves.toBeDefined();
    });

    it('sends away who waits in a client that closes', async () => {
      const { plugin } = await start(1);
      const [busy, closing] = [plugin('busy'), plugin('closing')];
      const held = sleepFor(busy, 0.3);
      const waiting = sleepFor(closing, 0);
      const failed = expect(waiting).rejects.toThrow('Unable to acquire a connection');
      await sleep(20);

      await closing.destroy();

      await failed;
      await held;
    });

    it('sends away who waits for a separate connection of a client that closes', async () => {
      const { plugin } = await start(3);
      const closing = plugin('closing');
      const separate = await openSeparateConnection(closing);
      const failed = expect(openSeparateConnection(closing)).rejects.toThrow('Unable to acquire');

      await closing.destroy();

      await failed;
      await separate?.close();
    });
  });
}

// A query of knex begins when it is awaited; these begin at once.
async function sleepFor(knex: Knex | Knex.Transaction, seconds: number): Promise<void> {
  const isPostgres = knex.client.driverName === 'pg';
  await knex.raw(isPostgres ? 'select pg_sleep(?)' : 'select sleep(?)', [seconds]);
}
