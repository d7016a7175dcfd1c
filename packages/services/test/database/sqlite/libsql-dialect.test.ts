import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { JsonObject } from '@stagewire/config';
import { isDatabaseConflictError } from '@stagewire/plugin-api';
import type { Knex } from 'knex';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { databases, temporaryDirectory } from '../support.js';

describe.each(['memory', 'file'])('a client of SQLite in a %s', (kind) => {
  async function createClient(knexConfig = {}): Promise<Knex> {
    const connection = kind === 'memory' ? ':memory:' : { directory: await temporaryDirectory() };
    return databases({ client: 'better-sqlite3', connection, knexConfig }).getClient('todo');
  }

  it('tells plugins that it is better-sqlite3, as a text, also in transactions', async () => {
    const client = await createClient();

    const inTransaction = await client.transaction(async (trx) => trx.client.config.client);

    expect(client.client.config.client).toBe('better-sqlite3');
    expect(inTransaction).toBe('better-sqlite3');
  });

  it('keeps values of all types as better-sqlite3 does', async () => {
    const client = await createClient();
    await createTable(client);
    const at = new Date('2026-01-02T03:04:05.678Z');

    await client('things').insert({
      name: 'é😀',
      text: undefined,
      flag: true,
      at,
      data: JSON.stringify({ a: [1] }),
      big: 9007199254740991n,
      bytes: Buffer.from([0, 255, 7]),
      ratio: 0.5,
    });

    const row = await client('things').first();
    expect(row).toEqual({
      id: 1,
      name: 'é😀',
      text: null,
      flag: 1,
      at: at.getTime(),
      data: '{"a":[1]}',
      big: 9007199254740991,
      bytes: Buffer.from([0, 255, 7]),
      ratio: 0.5,
    });
    expect(Buffer.isBuffer(row.bytes)).toBe(true);
    expect(await client('things').where({ flag: true, at }).select('id')).toEqual([{ id: 1 }]);
  });

  it('gives integers beyond the safe ones as bigint when a query asks for that', async () => {
    const client = await createClient();

    const query = client.raw('select 9007199254740993 as big').options({ safeIntegers: true });

    expect(await query).toEqual([{ big: 9007199254740993n }]);
  });

  it('says what conflicts in the words that isDatabaseConflictError knows', async () => {
    const client = await createClient();
    await createTable(client);
    await client('things').insert({ name: 'a' });

    const error = await client('things')
      .insert({ name: 'a' })
      .catch((e: unknown) => e);
    const byKey = await client('things')
      .insert({ id: 1, name: 'b' })
      .catch((e: unknown) => e);

    expect(error).toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
    expect((error as Error).message).toContain('UNIQUE constraint failed: things.name');
    expect(isDatabaseConflictError(error)).toBe(true);
    expect(isDatabaseConflictError(byKey)).toBe(true);
  });

  it('[DB-7] enforces foreign keys', async () => {
    const client = await createClient();
    await client.schema.createTable('parents', (table) => table.increments('id'));
    await client.schema.createTable('children', (table) => {
      table.integer('parent').references('parents.id').onDelete('CASCADE');
    });

    await expect(client('children').insert({ parent: 7 })).rejects.toThrow(
      'FOREIGN KEY constraint failed',
    );
    await client('parents').insert({ id: 7 });
    await client('children').insert({ parent: 7 });
    await client('parents').delete();
    expect(await client('children').select()).toEqual([]);
  });

  it('answers each kind of statement as better-sqlite3 does', async () => {
    const client = await createClient();
    await createTable(client);

    expect(await client('things').insert([{ name: 'a' }, { name: 'b' }])).toEqual([2]);
    expect(await client('things').insert({ name: 'c' }).returning(['id', 'name'])).toEqual([
      { id: 3, name: 'c' },
    ]);
    expect(await client('things').where('id', '<', 3).update({ ratio: 1 })).toBe(2);
    expect(await client('things').where({ id: 3 }).update({ ratio: 2 }).returning('id')).toEqual([
      { id: 3 },
    ]);
    expect(await client('things').where({ id: 3 }).delete()).toBe(1);
    expect(await client('things').pluck('name').orderBy('id')).toEqual(['a', 'b']);
    expect(await client('things').count({ n: '*' }).first()).toEqual({ n: 2 });
    expect(await client.raw('PRAGMA user_version = 5')).toMatchObject({ changes: 0 });
    expect(await client.raw('PRAGMA user_version')).toEqual([{ user_version: 5 }]);
    expect(await client.schema.hasTable('things')).toBe(true);
    expect(await client.schema.hasColumn('things', 'flag')).toBe(true);
  });

  it('merges and ignores conflicting rows on insert', async () => {
    const client = await createClient();
    await createTable(client);
    await client('things').insert({ name: 'a', ratio: 1 });

    await client('things').insert({ name: 'a', ratio: 2 }).onConflict('name').ignore();
    await client('things').insert({ name: 'a', ratio: 3 }).onConflict('name').merge(['ratio']);

    expect(await client('things').select('id', 'ratio')).toEqual([{ id: 1, ratio: 3 }]);
  });

  it('rolls back transactions, and the nested one alone when only that fails', async () => {
    const client = await createClient();
    await createTable(client);

    await client.transaction(async (outer) => {
      await outer('things').insert({ name: 'outer' });
      const inner = outer.transaction(async (trx) => {
        await trx('things').insert({ name: 'inner' });
        throw new Error('inner fails');
      });
      await expect(inner).rejects.toThrow('inner fails');
    });
    const failing = client.transaction(async (trx) => {
      await trx('things').insert({ name: 'lost' });
      throw new Error('all fails');
    });

    await expect(failing).rejects.toThrow('all fails');
    expect(await client('things').pluck('name')).toEqual(['outer']);
  });

  it('takes any isolation level without a warning', async () => {
    const { getClient, logger } = databases();
    const client = await getClient('todo');

    const work = client.transaction(async (trx) => trx.raw('select 1 as one'), {
      isolationLevel: 'snapshot',
    });

    expect(await work).toEqual([{ one: 1 }]);
    expect(logger.lines).toEqual([]);
  });

  it('runs transactions that are asked for at once one after the other', async () => {
    const client = await createClient();
    await createTable(client);
    await client('things').insert({ name: 'counter', big: 0 });

    const increment = () =>
      client.transaction(async (trx) => {
        const { big } = await trx('things').where({ name: 'counter' }).first();
        await sleep(1);
        await trx('things')
          .where({ name: 'counter' })
          .update({ big: big + 1 });
      });
    await Promise.all(Array.from({ length: 10 }, increment));

    expect(await client('things').pluck('big')).toEqual([10]);
  });

  it('streams rows', async () => {
    const client = await createClient();
    await createTable(client);
    await client('things').insert(Array.from({ length: 250 }, (_, i) => ({ name: `n${i}` })));

    const names: string[] = [];
    for await (const row of client('things').orderBy('id').stream()) names.push(row.name);

    expect(names).toHaveLength(250);
    expect(names.at(-1)).toBe('n249');
  });

  it('refuses several statements in one, instead of dropping all but the first', async () => {
    const client = await createClient();

    const several = client.raw("create table a (t text default ';'); create table b (x)");

    await expect(several).rejects.toThrow('more than one statement');
    expect(await client.schema.hasTable('a')).toBe(false);
  });

  it.each([
    ['a semicolon and a comment at the end', "select ';' as a; -- end; of it"],
    ['quoted semicolons', "select 'a;''b' as `x;y`, 1 as \"p;q\", 2 as [r;s] /* ; */"],
    [
      'a trigger',
      '/* t */ create temp trigger t after insert on things begin delete from things; select 1; end;',
    ],
  ])('takes one statement with %s', async (_, sql) => {
    const client = await createClient();
    await createTable(client);

    await expect(client.raw(sql)).resolves.toBeDefined();
  });

  it('refuses a query without a statement in it', async () => {
    const client = await createClient();

    await expect(client.raw('-- nothing')).rejects.toThrow('contains no statements');
  });

  it('refuses what SQLite cannot bind, without harm to the process', async () => {
    const client = await createClient();

    await expect(client.raw('select ?', [[true] as never])).rejects.toThrow(
      'SQLite3 can only bind numbers, strings, bigints, buffers, and null',
    );
    expect(await client.raw('select ? as a, ? as b', [true, false])).toEqual([{ a: 1, b: 0 }]);
  });

  it('refuses text with a NUL, which could not be read back', async () => {
    const client = await createClient();

    await expect(client.raw('select ? as a', ['a\0b'])).rejects.toMatchObject({
      code: 'E_DATABASE_NUL',
    });
  });

  it('makes half a surrogate pair in JSON storable, and leaves all else in it alone', async () => {
    const client = await createClient();
    const stored = async (text: string) => (await client.raw('select ? as a', [text]))[0].a;

    const json = String.raw`{"a":"\ud83d\ude00 \ud83dx \\ud83d \ude00 \u0041"}`;
    const rows = await client.raw(`select json_extract(?, '$.a') as a`, [json]);

    expect(rows).toEqual([{ a: '😀 \ufffdx \\ud83d \ufffd A' }]);
    expect(await stored(JSON.stringify({ a: 'x\ud800' }))).toBe('{"a":"x\\ufffd"}');
    expect(await stored(String.raw`no JSON: \ud800`)).toBe(String.raw`no JSON: \ud800`);
  });

  it('lets timers run between queries that follow each other', async () => {
    const client = await createClient();
    await createTable(client);
    const turns: number[] = [];
    const timer = setInterval(() => turns.push(performance.now()), 1);

    const end = performance.now() + 5_000;
    while (turns.length < 3 && performance.now() < end) await client('things').count();
    clearInterval(timer);

    expect(turns.length).toBeGreaterThanOrEqual(3);
  });

  it('keeps no timer', async () => {
    const before = timers();

    const client = await createClient();
    await client.raw('select 1');

    expect(timers()).toBe(before);
  });

  it('runs queries in the order in which they were made', async () => {
    const client = await createClient();
    await createTable(client);
    const order: string[] = [];
    client.on('query-response', (_, query) => order.push(query.bindings[0]));

    await client.transaction(async (trx) => {
      const names = Array.from({ length: 200 }, (_, i) => `n${i}`);
      await Promise.all(names.map((name) => trx('things').insert({ name })));
    });

    const ids = await client('things').orderBy('id').pluck('name');
    expect(ids).toEqual(Array.from({ length: 200 }, (_, i) => `n${i}`));
    expect(order.filter((name) => name?.startsWith('n'))).toHaveLength(200);
  });
});

describe('two clients of one file', () => {
  it('wait for each other without holding up the process', async () => {
    const [first, second] = await createTwo();
    const events: string[] = [];
    const trx = await first.transaction();
    await trx('counter').update({ value: 1 });

    const waiting = second('counter')
      .increment('value', 1)
      .then(() => events.push('second'));
    await sleep(10);
    events.push('timer');
    await trx.commit();
    await waiting;

    expect(events).toEqual(['timer', 'second']);
    expect(await first('counter').pluck('value')).toEqual([2]);
  });

  it('lose no update in transactions that read first and then write', async () => {
    const clients = await createTwo();

    await Promise.all(Array.from({ length: 10 }, (_, i) => incrementSlowly(clients[i % 2]!)));

    expect(await clients[0]('counter').pluck('value')).toEqual([10]);
  });

  it('give up after a time that is configured, and are well again after that', async () => {
    const [first, second] = await createTwo({ timeout: 30 });
    const holding = await first.transaction();

    const failing = second('counter').update({ value: 7 });

    await expect(failing).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await holding.rollback();
    await second.transaction((trx) => trx('counter').update({ value: 8 }));
    expect(await first('counter').pluck('value')).toEqual([8]);
  });
});

it('a client of SQLite works while timers are faked', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const client = await databases().getClient('todo');
  vi.advanceTimersByTime(60_000);

  for (let i = 0; i < 1_000; i++) await client.raw('select 1');

  expect(await client.raw('select 2 as two')).toEqual([{ two: 2 }]);
});

it('a client that is configured as read-only does not write', async () => {
  const directory = await temporaryDirectory();
  const open = (options: JsonObject) =>
    databases({ client: 'sqlite3', connection: { directory, options } }).getClient('todo');
  await (await open({})).schema.createTable('things', (table) => table.increments('id'));

  const client = await open({ readonly: true });

  await expect(client('things').insert({ id: 1 })).rejects.toMatchObject({
    code: 'SQLITE_READONLY',
  });
  expect(await client('things').select()).toEqual([]);
});

async function createTable(client: Knex) {
  await client.schema.createTable('things', (table) => {
    table.increments('id');
    table.string('name').unique();
    table.text('text');
    table.boolean('flag');
    table.dateTime('at');
    table.json('data');
    table.bigInteger('big');
    table.binary('bytes');
    table.float('ratio');
  });
}

async function createTwo(options = {}) {
  const directory = await temporaryDirectory();
  const filename = join(directory, 'shared.sqlite');
  const open = () =>
    databases({
      client: 'sqlite3',
      connection: ':memory:',
      plugin: { todo: { connection: { filename, options } } },
    }).getClient('todo');
  const first = await open();
  await first.schema.createTable('counter', (table) => table.integer('value'));
  await first('counter').insert({ value: 0 });
  return [first, await open()] as const;
}

/** Reads first and writes later, so that two of them could lose an update. */
const incrementSlowly = (client: Knex) =>
  client.transaction(async (trx) => {
    const { value } = await trx('counter').first();
    await sleep(1);
    await trx('counter').update({ value: value + 1 });
  });

const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
