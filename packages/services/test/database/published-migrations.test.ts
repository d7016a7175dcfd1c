import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { databases, temporaryDirectory } from './support.js';

const directory = join(
  dirname(createRequire(import.meta.url).resolve('@backstage/plugin-catalog-backend/package.json')),
  'migrations',
);

describe('the migrations of the published catalog', () => {
  it('run in memory, and again without any trouble', async () => {
    const client = await databases().getClient('catalog');

    const [, first] = await client.migrate.latest({ directory });
    const [, second] = await client.migrate.latest({ directory });

    expect(first.length).toBeGreaterThan(30);
    expect(second).toEqual([]);
    expect(await client.schema.hasTable('refresh_state')).toBe(true);
  });

  it('run in a file, and again after a restart', async () => {
    const folder = await temporaryDirectory();
    const open = () => databases({ client: 'sqlite3', connection: { directory: folder } });
    const first = open();
    await (await first.getClient('catalog')).migrate.latest({ directory });
    await first.shutdown();

    const client = await open().getClient('catalog');

    expect((await client.migrate.latest({ directory }))[1]).toEqual([]);
  });

  it('can be rolled back', async () => {
    const client = await databases().getClient('catalog');
    await client.migrate.latest({ directory });

    await client.migrate.rollback({ directory }, true);

    expect(await client.schema.hasTable('refresh_state')).toBe(false);
  });

  it('run while other queries and transactions of the plugin wait their turn', async () => {
    const client = await databases().getClient('catalog');

    const migrating = client.migrate.latest({ directory });
    const others = Array.from({ length: 20 }, (_, i) =>
      client.transaction(async (trx) => (await trx.raw('select ? as i', [i]))[0].i),
    );

    expect((await migrating)[1].length).toBeGreaterThan(30);
    expect(await Promise.all(others)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });
});
