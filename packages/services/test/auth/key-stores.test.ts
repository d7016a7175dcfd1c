import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '@stagewire/config';
import type { AuthService, DatabaseService } from '@stagewire/plugin-api';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { decode, memoryDatabase, startProcess } from './support.js';

const TABLE = 'backstage_backend_public_keys__keys';
const MIGRATIONS = 'backstage_backend_public_keys__knex_migrations';
const STOCK_MIGRATION = '20240327104803_public_keys.js';
const HOUR = 60 * 60_000;

afterEach(() => {
  vi.useRealTimers();
});

async function issue(service: AuthService, targetPluginId = 'other'): Promise<string> {
  const onBehalfOf = await service.getOwnServiceCredentials();
  const { token } = await service.getPluginRequestToken({ onBehalfOf, targetPluginId });
  return token;
}

const keyIdOf = (token: string) => decode(token).header['kid'];

describe('the database key store', () => {
  it('[AUTH-14] stays closed until a token has to be issued', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const service = await process.plugin('catalog', { database });
    await service.authenticate('nonsense-token').catch(() => {});
    await service.getNoneCredentials();
    expect(database.opened).toBe(0);

    await issue(service);
    await issue(service);

    expect(database.opened).toBe(1);
  });

  it('[AUTH-14] publishes the public key, with its id and algorithm, and nothing of the private one', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const service = await process.plugin('catalog', { database });
    const kid = keyIdOf(await issue(service));

    const listed = await service.listPublicServiceKeys();

    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: expect.stringMatching(/^[\w-]{43}$/),
      y: expect.stringMatching(/^[\w-]{43}$/),
      kid,
      alg: 'ES256',
    };
    expect(listed).toEqual({ keys: [jwk] });
    const [row, ...others] = await database.client(TABLE).select();
    expect(others).toEqual([]);
    expect({ ...row, key: JSON.parse(row.key) }).toEqual({
      id: kid,
      key: jwk,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  it('[AUTH-14] lists keys of other processes of the plugin without having issued a token', async () => {
    const database = memoryDatabase();
    const first = await (await startProcess()).plugin('catalog', { database });
    const second = await (await startProcess()).plugin('catalog', { database });
    const kid = keyIdOf(await issue(first));

    const { keys } = await second.listPublicServiceKeys();

    expect(keys.map((key) => key['kid'])).toEqual([kid]);
  });

  it('[AUTH-14] makes a new key after one hour, and publishes each for three', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const service = await process.plugin('catalog', { database });
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const listKids = async () =>
      (await service.listPublicServiceKeys()).keys.map((key) => key['kid']);

    const first = keyIdOf(await issue(service));
    vi.setSystemTime(start + HOUR - 60_000);
    expect(keyIdOf(await issue(service))).toBe(first);
    vi.setSystemTime(start + HOUR);
    const second = keyIdOf(await issue(service));
    expect(second).not.toBe(first);

    vi.setSystemTime(start + 3 * HOUR - 1000);
    expect(await listKids()).toEqual(expect.arrayContaining([first, second]));
    vi.setSystemTime(start + 3 * HOUR);
    expect(await listKids()).toEqual([second]);
    expect(await database.client(TABLE).pluck('id')).toEqual([second]);
  });

  it('makes one key for many tokens that are asked for at once', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const service = await process.plugin('catalog', { database });

    const tokens = await Promise.all(Array.from({ length: 20 }, () => issue(service)));

    expect(new Set(tokens.map(keyIdOf)).size).toBe(1);
    expect(await database.client(TABLE).pluck('id')).toHaveLength(1);
  });

  it('tries again after a database that could not be opened', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const getClient = vi
      .fn(database.getClient.bind(database))
      .mockRejectedValueOnce(new Error('away'));
    const service = await process.plugin('catalog', { database: { getClient } });
    await expect(issue(service)).rejects.toThrow('away');

    await expect(issue(service)).resolves.toMatch(/\./);
  });

  it('goes on signing with the last key, for an hour more, while the database is away', async () => {
    const process = await startProcess();
    const { client } = memoryDatabase();
    const service = await process.plugin('catalog', {
      database: { getClient: async () => client },
    });
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    const first = keyIdOf(await issue(service));
    await client.schema.renameTable(TABLE, 'away');

    vi.setSystemTime(start + 2 * HOUR - 60_000);
    expect(keyIdOf(await issue(service))).toBe(first);
    expect(process.lines.at(-1)?.level).toBe('warn');

    vi.setSystemTime(start + 2 * HOUR);
    await expect(issue(service)).rejects.toThrow('no such table');
    await client.schema.renameTable('away', TABLE);
    expect(keyIdOf(await issue(service))).not.toBe(first);
  });

  it('does not try to replace a key with every token while the database is away', async () => {
    const process = await startProcess();
    const { client } = memoryDatabase();
    const service = await process.plugin('catalog', {
      database: { getClient: async () => client },
    });
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    await issue(service);
    await client.schema.renameTable(TABLE, 'away');

    vi.setSystemTime(start + HOUR);
    for (const target of ['a', 'b', 'c']) await issue(service, target);
    expect(process.lines).toHaveLength(1);

    vi.setSystemTime(start + HOUR + 30_000);
    await issue(service, 'd');
    expect(process.lines).toHaveLength(2);
  });

  it('leaves out rows that are no keys', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const service = await process.plugin('catalog', { database });
    const kid = keyIdOf(await issue(service));
    const expires_at = new Date(Date.now() + HOUR).toISOString();
    await database.client(TABLE).insert({ id: 'broken', key: '{"kty":', expires_at });

    const { keys } = await service.listPublicServiceKeys();

    expect(keys.map((key) => key['kid'])).toEqual([kid]);
  });

  it('asks the database for one list at a time, however many ask', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    const service = await process.plugin('catalog', { database });
    await issue(service);
    const queries: string[] = [];
    database.client.on('query', ({ sql }: { sql: string }) => queries.push(sql));

    const lists = await Promise.all(
      Array.from({ length: 50 }, () => service.listPublicServiceKeys()),
    );

    expect(lists.every(({ keys }) => keys.length === 1)).toBe(true);
    expect(queries.filter((sql) => sql.startsWith('select')).length).toBe(2);
  });

  it('[AUTH-14] uses the table and the migration table of stock databases', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    await issue(await process.plugin('catalog', { database }));

    expect(await database.client(MIGRATIONS).pluck('name')).toEqual([STOCK_MIGRATION]);
  });

  it.each([
    ['text', 'varchar(255)'],
    ['a timestamp', 'datetime'],
  ])('[AUTH-14] goes on with a stock database whose expiry is %s', async (_title, type) => {
    const process = await startProcess();
    const database = memoryDatabase();
    await makeStockDatabase(database, type);
    const service = await process.plugin('catalog', { database });
    const kid = keyIdOf(await issue(service));

    const { keys } = await service.listPublicServiceKeys();

    expect(keys.map((key) => key['kid'])).toEqual(['stock', kid]);
    expect(await database.client(MIGRATIONS).pluck('name')).toEqual([STOCK_MIGRATION]);
  });

  it('[AUTH-14] goes on with a database that has migrations of a newer version', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    await makeStockDatabase(database, 'varchar(255)', [STOCK_MIGRATION, '20990101000000_newer.js']);

    await expect(issue(await process.plugin('catalog', { database }))).resolves.toMatch(/\./);
  });

  it('[AUTH-14] goes on with a table that no migration is on record for', async () => {
    const process = await startProcess();
    const database = memoryDatabase();
    await makeStockDatabase(database, 'varchar(255)', []);

    await expect(issue(await process.plugin('catalog', { database }))).resolves.toMatch(/\./);
  });

  it('[AUTH-14] leaves migrations alone where the database service says so', async () => {
    const process = await startProcess();
    const { client } = memoryDatabase();
    const database: DatabaseService = { getClient: async () => client, migrations: { skip: true } };
    const service = await process.plugin('catalog', { database });

    await expect(issue(service)).rejects.toThrow('no such table');
    expect(await client.schema.hasTable(MIGRATIONS)).toBe(false);
  });
});

describe('the static key store', () => {
  it('[AUTH-14] signs with the first pair, publishes all, and opens no database', async () => {
    const old = await writeKeys('ES256');
    const current = await writeKeys('ES256');
    const database = memoryDatabase();
    const process = await startProcess({
      auth: staticKeys([
        { keyId: 'new', publicKeyFile: current.public, privateKeyFile: current.private },
        { keyId: 'old', publicKeyFile: old.public },
      ]),
    });
    const service = await process.plugin('catalog', { database });

    const token = await issue(service);
    const { keys } = await service.listPublicServiceKeys();

    expect(decode(token).header).toMatchObject({ alg: 'ES256', kid: 'new' });
    expect(keys.map(({ kid, alg }) => ({ kid, alg }))).toEqual([
      { kid: 'new', alg: 'ES256' },
      { kid: 'old', alg: 'ES256' },
    ]);
    expect(JSON.stringify(keys)).not.toContain('"d"');
    expect(database.opened).toBe(0);
  });

  it.each(['ES256', 'ES384', 'RS256', 'EdDSA'])(
    '[SQ3] issues and verifies tokens with the algorithm of its key: %s',
    async (algorithm) => {
      const files = await writeKeys(algorithm);
      const entry = {
        keyId: 'one',
        algorithm,
        publicKeyFile: files.public,
        privateKeyFile: files.private,
      };
      const first = await startProcess({ auth: staticKeys([entry]) });
      const catalog = await first.plugin('catalog');
      const second = await startProcess({
        auth: staticKeys([entry]),
        urls: { catalog: `${first.url}/api/catalog` },
      });
      const other = await second.plugin('other');
      const token = await issue(catalog);

      const { principal } = await other.authenticate(token);

      expect(decode(token).header['alg']).toBe(algorithm);
      expect(principal).toEqual({ type: 'service', subject: 'plugin:catalog' });
      expect(first.requests).toHaveLength(1);
    },
  );

  it('verifies tokens of plugins in the same process without a request', async () => {
    const files = await writeKeys('ES256');
    const process = await startProcess({
      auth: staticKeys([
        { keyId: 'a', publicKeyFile: files.public, privateKeyFile: files.private },
      ]),
    });
    const catalog = await process.plugin('catalog');
    const other = await process.plugin('other');

    await other.authenticate(await issue(catalog));

    expect(process.requests).toEqual([]);
  });

  it('[AUTH-14] refuses to start without keys, and without a key to sign with', async () => {
    const { public: publicKeyFile } = await writeKeys('ES256');

    const none = startProcess({ auth: staticKeys([]) }).then((process) => process.plugin('a'));
    const unable = startProcess({ auth: staticKeys([{ keyId: 'a', publicKeyFile }]) }).then(
      (process) => process.plugin('a'),
    );

    await expect(none).rejects.toMatchObject({
      code: 'E_AUTH_STATIC_KEYS_MISSING',
      message:
        'At least one key pair must be provided in static.keys, when the static key store type is used',
    });
    await expect(unable).rejects.toMatchObject({
      code: 'E_AUTH_STATIC_PRIVATE_KEY_MISSING',
      message:
        'Private key for signing must be provided in the first key pair in static.keys, when the static key store type is used',
    });
  });

  it('refuses to start with files that are not the keys they should be, and tells nothing of them', async () => {
    const files = await writeKeys('ES256');
    const other = await writeKeys('ES256');
    const garbage = join(files.directory, 'garbage.pem');
    await writeFile(garbage, 'TOP-SECRET-CONTENT');
    const good = { keyId: 'a', publicKeyFile: files.public, privateKeyFile: files.private };
    const attempts: Array<[JsonObject, string]> = [
      [{ ...good, publicKeyFile: '/nowhere/key.pem' }, 'E_AUTH_STATIC_KEY_UNUSABLE'],
      [{ ...good, privateKeyFile: garbage }, 'E_AUTH_STATIC_KEY_UNUSABLE'],
      [{ ...good, algorithm: 'RS256' }, 'E_AUTH_STATIC_KEY_UNUSABLE'],
      [{ ...good, algorithm: 'HS256' }, 'E_AUTH_STATIC_KEY_UNUSABLE'],
      [{ ...good, privateKeyFile: files.public }, 'E_AUTH_STATIC_KEY_UNUSABLE'],
      [{ ...good, privateKeyFile: other.private }, 'E_AUTH_STATIC_KEY_MISMATCH'],
    ];

    for (const [entry, code] of attempts) {
      const process = await startProcess({ auth: staticKeys([entry]) });
      const error = await process.plugin('a').catch((caught: unknown) => caught);
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toMatch(/SECRET|BEGIN/);
    }
  });

  it('[AUTH-14] is one of two: any other type is refused', async () => {
    const process = await startProcess({ auth: { pluginKeyStore: { type: 'vault' } } });

    await expect(process.plugin('a')).rejects.toMatchObject({
      code: 'E_AUTH_KEY_STORE_TYPE',
      message:
        "Unsupported config value backend.auth.pluginKeyStore.type 'vault'; expected one of 'database', 'static'",
    });
  });
});

async function makeStockDatabase(
  { client }: { client: ReturnType<typeof memoryDatabase>['client'] },
  expiryType: string,
  migrations = [STOCK_MIGRATION],
) {
  await client.raw(
    `create table ${TABLE} (id varchar(255) not null primary key, key text not null, expires_at ${expiryType} not null)`,
  );
  await client.raw(
    `create table ${MIGRATIONS} (id integer primary key autoincrement, name varchar(255), batch integer, migration_time datetime)`,
  );
  for (const name of migrations) {
    await client(MIGRATIONS).insert({ name, batch: 1, migration_time: new Date() });
  }
  await client(TABLE).insert({
    id: 'stock',
    key: JSON.stringify({ kty: 'EC', kid: 'stock' }),
    expires_at: new Date(Date.now() + HOUR).toISOString(),
  });
}

function staticKeys(keys: JsonObject[]): JsonObject {
  return { pluginKeyStore: { type: 'static', static: { keys } } };
}

async function writeKeys(algorithm: string) {
  const directory = await mkdtemp(join(tmpdir(), 'stagewire-keys-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const { publicKey, privateKey } =
    algorithm === 'EdDSA'
      ? generateKeyPairSync('ed25519')
      : algorithm === 'RS256'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ec', { namedCurve: algorithm === 'ES384' ? 'P-384' : 'P-256' });
  const files = {
    directory,
    public: join(directory, 'public.pem'),
    private: join(directory, 'private.pem'),
  };
  await writeFile(files.public, publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(files.private, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return files;
}
