import type { AuthService, DatabaseService } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import { afterEach, expect, it, vi } from 'vitest';
import { PublicKeyTable } from '../../src/auth/public-key-table.js';
import { healMigrationLocks } from '../../src/database/migrations/migration-lock.js';
import { recordingLogger } from '../support/line-logger.js';
import { connectTo, createServerDatabase } from '../support/server-databases.js';
import { describeWithService } from '../support/test-services.js';
import { decode, startProcess } from './support.js';

const TABLE = 'backstage_backend_public_keys__keys';
const MIGRATIONS = 'backstage_backend_public_keys__knex_migrations';
const HOUR = 60 * 60_000;
const MINUTE = 60_000;

afterEach(() => {
  vi.useRealTimers();
});

/** Moves the clock of the processes, and of nothing that a driver waits by. */
function setTime(now: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now });
}

async function issue(service: AuthService, targetPluginId = 'catalog'): Promise<string> {
  const onBehalfOf = await service.getOwnServiceCredentials();
  const { token } = await service.getPluginRequestToken({ onBehalfOf, targetPluginId });
  return token;
}

async function listKids(service: AuthService) {
  const { keys } = await service.listPublicServiceKeys();
  return keys.map((key) => key['kid']);
}

const keyIdOf = (token: string) => decode(token).header['kid'];

for (const kind of ['postgres', 'mysql'] as const) {
  describeWithService(kind, `the database key store on ${kind}`, (url) => {
    /** What gives each process of a plugin its own client of the same database. */
    async function prepare() {
      const database = await createServerDatabase(kind, url);
      const connect = (): DatabaseService & { client: Knex } => {
        const client = connectTo(database);
        healMigrationLocks(client, { pluginId: 'catalog', logger: recordingLogger() });
        return { client, getClient: async () => client };
      };
      const startPlugin = async () => {
        const database = connect();
        const service = await (await startProcess()).plugin('catalog', { database });
        return { service, client: database.client };
      };
      return { connect, startPlugin };
    }

    it('[AUTH-14] makes a table that holds what stock backends put there', async () => {
      const { startPlugin } = await prepare();
      const { service, client } = await startPlugin();

      const kid = keyIdOf(await issue(service));

      const [row] = await client(TABLE);
      expect(row).toMatchObject({
        id: kid,
        expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      });
      expect(JSON.parse(row.key)).toMatchObject({ kid, alg: 'ES256', kty: 'EC' });
      expect(await client(MIGRATIONS).pluck('name')).toEqual(['20240327104803_public_keys.js']);
    });

    it('[AUTH-14] lists the keys of all processes, rotates them, and removes expired ones', async () => {
      const { startPlugin } = await prepare();
      const [first, second] = [await startPlugin(), await startPlugin()];
      const start = Date.now();

      setTime(start);
      const kids = [keyIdOf(await issue(first.service)), keyIdOf(await issue(second.service))];
      expect((await listKids(first.service)).sort()).toEqual([...kids].sort());
      setTime(start + HOUR);
      const rotated = keyIdOf(await issue(first.service));
      expect(kids).not.toContain(rotated);
      expect((await listKids(second.service)).sort()).toEqual([...kids, rotated].sort());
      setTime(start + 3 * HOUR);

      expect(await listKids(second.service)).toEqual([rotated]);
      expect(await first.client(TABLE).pluck('id')).toEqual([rotated]);
    });

    it('[AUTH-14] is made once when several processes begin at the same moment', async () => {
      const { startPlugin } = await prepare();
      const plugins = await Promise.all(Array.from({ length: 4 }, startPlugin));

      const tokens = await Promise.all(plugins.map(({ service }) => issue(service)));

      const lists = await Promise.all(plugins.map(({ service }) => listKids(service)));
      const kids = tokens.map(keyIdOf).sort();
      expect(lists.map((list) => list.sort())).toEqual([kids, kids, kids, kids]);
    });

    it.each([
      ['ahead', MINUTE],
      ['behind', -MINUTE],
    ])(
      'accepts tokens, and keeps keys, of a process whose clock is a minute %s',
      async (_, skew) => {
        const { startPlugin } = await prepare();
        const [skewed, right] = [await startPlugin(), await startPlugin()];
        const start = Date.now();

        setTime(start + skew);
        const token = await issue(skewed.service);
        setTime(start);

        expect(await listKids(right.service)).toEqual([keyIdOf(token)]);
        // A token in its last seconds too.
        setTime(start + skew + HOUR - 1_000);
        await expect(skewed.service.authenticate(token)).resolves.toBeDefined();
        setTime(start + HOUR - 1_000);
        await expect(skewed.service.authenticate(token)).resolves.toBeDefined();
      },
    );

    it('[AUTH-14] goes on with a table whose expiry is a timestamp', async () => {
      const { connect } = await prepare();
      const { client, getClient } = connect();
      await client.schema.createTable(TABLE, (table) => {
        table.string('id').primary().notNullable();
        table.text('key').notNullable();
        table.timestamp('expires_at').notNullable();
      });
      const logger = recordingLogger();
      const keys = new PublicKeyTable({ database: { getClient }, logger });

      await keys.add({ kid: 'valid' }, new Date(Date.now() + HOUR));
      await keys.add({ kid: 'expired' }, new Date(Date.now() - 2_000));

      expect(await keys.list()).toEqual([{ kid: 'valid' }]);
      expect(await client(TABLE).pluck('id')).toEqual(['valid']);
    });
  });
}
