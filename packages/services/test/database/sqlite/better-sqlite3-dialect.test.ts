import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDatabaseConflictError } from '@stagewire/plugin-api';
import Libsql from 'libsql';
import { describe, expect, it } from 'vitest';
import { databases, temporaryDirectory } from '../support.js';

/** Makes a folder in which a package is installed under the name better-sqlite3. */
async function installFake(name: string, code: string): Promise<string> {
  const folder = await temporaryDirectory();
  const at = join(folder, 'node_modules', 'better-sqlite3');
  await mkdir(at, { recursive: true });
  await writeFile(join(at, 'package.json'), JSON.stringify({ name, main: 'main.cjs' }));
  await writeFile(join(at, 'main.cjs'), code);
  return folder;
}

// Answers like the driver that it is made of, and tells what it was opened with.
const RECORDING = `
  const Database = require(${JSON.stringify(createRequire(import.meta.url).resolve('libsql'))});
  module.exports = class extends Database {
    constructor(filename, options) {
      super(filename);
      this.opened = { filename, options };
    }
  };`;

describe('better-sqlite3 that an integrator has installed', () => {
  it.each(['better-sqlite3', 'sqlite3'])('is used for the client %s', async (client) => {
    const folder = await installFake('better-sqlite3', RECORDING);
    const settings = { client, connection: ':memory:' };
    const knex = await databases(settings, [folder]).getClient('todo');

    const connection = await knex.client.acquireConnection();
    await knex.client.releaseConnection(connection);

    expect(connection.opened).toMatchObject({ filename: ':memory:', options: { readonly: false } });
    expect(knex.client.config.client).toBe('better-sqlite3');
  });

  it('is left alone when it is another package under that name', async () => {
    const folder = await installFake('libsql', `throw new Error('loaded')`);
    const { getClient, logger } = databases(undefined, [folder]);

    const client = await getClient('todo');

    expect(client.client.driver).toBe(Libsql);
    expect(logger.lines).toEqual([]);
  });

  it('is replaced, with a warning, when its binary does not load', async () => {
    const folder = await installFake(
      'better-sqlite3',
      `throw new Error('compiled for another Node')`,
    );
    const { getClient, logger } = databases(undefined, [folder]);

    const client = await getClient('todo');

    expect(client.client.driver).toBe(Libsql);
    expect(logger.lines).toEqual([
      expect.stringMatching(/^warn better-sqlite3 in .* does not load, libsql .*another Node/),
    ]);
  });

  it('is not looked for elsewhere', async () => {
    const client = await databases(undefined, [await temporaryDirectory()]).getClient('todo');

    expect(client.client.driver).toBe(Libsql);
  });
});

const installed = process.env['STAGEWIRE_TEST_BETTER_SQLITE3'];
const problem = findProblem();
if (problem !== undefined) {
  console.log(
    `The real better-sqlite3 is not tested: ${problem}. Run npm install better-sqlite3@12 in an empty ` +
      'folder (it needs a compiler), and name that folder in STAGEWIRE_TEST_BETTER_SQLITE3.',
  );
}

/** Why the real one cannot be tested; undefined when it can. */
function findProblem(): string | undefined {
  if (installed === undefined) return 'no folder is named';
  try {
    const Driver = createRequire(join(installed, '/'))('better-sqlite3') as typeof Libsql;
    new Driver(':memory:').close();
    return undefined;
  } catch (error) {
    // One that was compiled for another version of Node, for example.
    return String(error).split('\n')[0];
  }
}

/** The databases of an application that has the real one installed. */
function open(settings?: Parameters<typeof databases>[0]) {
  return databases(settings, [installed!]);
}

describe.skipIf(problem !== undefined)('the real better-sqlite3', () => {
  it('has the same answers as libsql', async () => {
    const { getClient, logger } = open();
    const client = await getClient('todo');
    await client.schema.createTable('things', (table) => {
      table.increments('id');
      table.string('name').unique();
      table.boolean('flag');
      table.dateTime('at');
      table.binary('bytes');
    });
    const at = new Date('2026-01-02T03:04:05.678Z');

    await client('things').insert({ name: 'é😀', flag: true, at, bytes: Buffer.from([0, 255]) });
    const conflict = await client('things')
      .insert({ name: 'é😀' })
      .catch((error: unknown) => error);

    expect(client.client.driver).not.toBe(Libsql);
    expect(logger.lines).toEqual([]);
    expect(await client('things').first()).toEqual({
      id: 1,
      name: 'é😀',
      flag: 1,
      at: at.getTime(),
      bytes: Buffer.from([0, 255]),
    });
    expect(isDatabaseConflictError(conflict)).toBe(true);
  });

  it('[DB-7] enforces foreign keys', async () => {
    const client = await open().getClient('todo');
    await client.schema.createTable('a', (table) => table.increments('id'));
    await client.schema.createTable('b', (table) => table.integer('a').references('a.id'));

    await expect(client('b').insert({ a: 1 })).rejects.toThrow('FOREIGN KEY constraint failed');
  });

  it('opens the files that libsql has written, and the other way round', async () => {
    const connection = { directory: await temporaryDirectory() };
    const settings = { client: 'better-sqlite3', connection };
    const first = databases(settings);
    await (await first.getClient('todo')).schema.createTable('a', (table) => table.increments());
    await first.shutdown();
    const second = open(settings);
    await (await second.getClient('todo')).schema.createTable('b', (table) => table.increments());
    await second.shutdown();

    const client = await databases(settings).getClient('todo');

    expect(await client.schema.hasTable('a')).toBe(true);
    expect(await client.schema.hasTable('b')).toBe(true);
  });

  it('waits for others that lock the file, without stopping the process', async () => {
    const connection = { directory: await temporaryDirectory() };
    const [one, other] = await Promise.all(
      [1, 2].map(() => open({ client: 'better-sqlite3', connection }).getClient('todo')),
    );
    await one!.schema.createTable('things', (table) => table.integer('id'));

    const transaction = await one!.transaction();
    await transaction('things').insert({ id: 1 });
    const waiting = other!('things').insert({ id: 2 });
    await transaction.commit();
    await waiting;

    expect(await one!('things').pluck('id')).toEqual([1, 2]);
  });
});
