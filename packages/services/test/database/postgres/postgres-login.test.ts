import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createTokenPassword } from '../../../src/database/postgres/token-password.js';
import { describeWithService } from '../../support/test-services.js';
import { usePostgres } from '../server-support.js';
import { databases, temporaryDirectory } from '../support.js';

const SHARED = '__stagewireLoginTest';

/** Makes a folder in which a package of that name is installed; what it records is returned. */
async function installFake(name: string, code: string) {
  const folder = await temporaryDirectory();
  const at = join(folder, 'node_modules', name);
  await mkdir(at, { recursive: true });
  await writeFile(join(at, 'package.json'), JSON.stringify({ name, main: 'main.cjs' }));
  await writeFile(join(at, 'main.cjs'), code);
  const calls: unknown[] = [];
  Object.assign(globalThis, { [SHARED]: calls });
  onTestFinished(() => void Reflect.deleteProperty(globalThis, SHARED));
  return { folder, calls };
}

const SIGNER = `
  exports.Signer = class {
    constructor(options) { globalThis.${SHARED}.push(options); }
    async getAuthToken() { globalThis.${SHARED}.push('token'); return 'the token'; }
  };`;

const CONNECTOR = `
  const { Socket } = require('node:net');
  exports.Connector = class {
    async getOptions(options) {
      globalThis.${SHARED}.push(options);
      return { stream };
    }
    close() { globalThis.${SHARED}.push('closed'); }
  };
  // The driver has it connect to where it believes the server is; this one knows better.
  function stream() {
    const socket = new Socket();
    socket.connect = () => Socket.prototype.connect.call(socket, Number(process.env.STAGEWIRE_LOGIN_PORT), '127.0.0.1');
    return socket;
  }`;

/** Has the driver log in as usual, and tells which password it would have sent. */
async function readPassword(client: { client: { connectionSettings: { password?: unknown } } }) {
  const { password } = client.client.connectionSettings;
  return typeof password === 'function' ? ((await password()) as string) : password;
}

describeWithService('postgres', 'a login to PostgreSQL', (url) => {
  const { hostname: host, port, username: user } = new URL(url);
  const server = { host, port: Number(port), user };

  it('[DB-6] of type default is one with what is configured', async () => {
    const { prefix } = usePostgres(url);
    const connection = { ...server, type: 'default', password: 'as written' };
    const client = await databases({ client: 'pg', connection, prefix }).getClient('todo');

    expect((await client.raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await readPassword(client)).toBe('as written');
  });

  it('[DB-6] of an unknown type is refused', async () => {
    const { getClient } = databases({ client: 'pg', connection: { ...server, type: 'magic' } });

    await expect(getClient('todo')).rejects.toMatchObject({
      message: 'Unknown connection type: magic',
      code: 'E_DATABASE_CONNECTION_TYPE',
    });
  });

  it('[DB-6] of type rds has a token for its password, once for all plugins', async () => {
    const { prefix } = usePostgres(url);
    const { folder, calls } = await installFake('@aws-sdk/rds-signer', SIGNER);
    const connection = { ...server, type: 'rds', region: 'eu-west-1' };
    const { getClient } = databases({ client: 'pg', connection, prefix }, [folder]);

    const client = await getClient('todo');
    await (await getClient('other')).raw('select 1');

    expect((await client.raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await readPassword(client)).toBe('the token');
    expect(calls).toEqual([
      { hostname: host, port: Number(port), username: user, region: 'eu-west-1' },
      'token',
    ]);
  });

  it.each(['host', 'user', 'region'])('[DB-6] of type rds needs %s', async (key) => {
    vi.stubEnv('AWS_REGION', undefined);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { [key]: _, ...connection } = { ...server, type: 'rds', region: 'x' } as Record<
      string,
      string | number
    >;

    await expect(databases({ client: 'pg', connection }).getClient('todo')).rejects.toMatchObject({
      code: 'E_DATABASE_LOGIN_SETTING',
      fix: `set backend.database.connection.${key}`,
    });
  });

  it('[DB-6] of type rds takes the region from the environment', async () => {
    vi.stubEnv('AWS_REGION', 'eu-north-1');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { prefix } = usePostgres(url);
    const { folder, calls } = await installFake('@aws-sdk/rds-signer', SIGNER);
    const connection = { ...server, type: 'rds' };

    await databases({ client: 'pg', connection, prefix }, [folder]).getClient('todo');

    expect(calls[0]).toMatchObject({ region: 'eu-north-1' });
  });

  it('[DB-6] of type cloudsql connects through the connector, which closes at shutdown', async () => {
    vi.stubEnv('STAGEWIRE_LOGIN_PORT', port);
    onTestFinished(() => void vi.unstubAllEnvs());
    const { prefix } = usePostgres(url);
    const { folder, calls } = await installFake('@google-cloud/cloud-sql-connector', CONNECTOR);
    const connection = { user, type: 'cloudsql', instance: 'a:b:c', ipAddressType: 'PRIVATE' };
    const { getClient, shutdown } = databases({ client: 'pg', connection, prefix }, [folder]);

    expect((await (await getClient('todo')).raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await shutdown();

    expect(calls).toEqual([
      { instanceConnectionName: 'a:b:c', ipType: 'PRIVATE', authType: 'IAM' },
      'closed',
    ]);
  });

  it.each([
    ['rds', '@aws-sdk/rds-signer'],
    ['cloudsql', '@google-cloud/cloud-sql-connector'],
  ])('[DB-6] of type %s says which package to install', async (type, name) => {
    const connection = { ...server, type, region: 'x', instance: 'a:b:c' };

    await expect(
      databases({ client: 'pg', connection }, [await temporaryDirectory()]).getClient('todo'),
    ).rejects.toMatchObject({
      code: 'E_DATABASE_LOGIN_PACKAGE',
      fix: `run npm install ${name} in the folder of the backend`,
    });
  });

  it.each([
    [{}, ['DefaultAzureCredential']],
    [{ clientId: 'c' }, ['ManagedIdentityCredential', { clientId: 'c' }]],
    [
      { clientId: 'c', tenantId: 't', clientSecret: 's' },
      ['ClientSecretCredential', 't', 'c', 's'],
    ],
  ])('[DB-6] of type azure as %j has a token for its password', async (tokenCredential, made) => {
    const { prefix } = usePostgres(url);
    const calls = mockAzure();
    const connection = {
      ...server,
      type: 'azure',
      tokenCredential: { ...tokenCredential, tokenRenewableOffsetTime: { minutes: 1 } },
    };

    const client = await databases({ client: 'pg', connection, prefix }).getClient('todo');

    expect((await client.raw('select 1 as one')).rows).toEqual([{ one: 1 }]);
    expect(await readPassword(client)).toBe('the token');
    expect(calls).toEqual([
      made,
      ['getToken', 'https://ossrdbms-aad.database.windows.net/.default'],
    ]);
  });

  it('[DB-6] of type azure says when there is no token', async () => {
    usePostgres(url);
    mockAzure(null);
    const connection = { ...server, type: 'azure' };
    const client = databases({ client: 'pg', connection, ensureExists: false });

    const password = readPassword(await client.getClient('todo'));

    await expect(password).rejects.toMatchObject({ code: 'E_DATABASE_NO_TOKEN' });
  });
});

/** Puts credentials in the place of Azure's that record how they are used. */
function mockAzure(text: string | null = 'the token'): unknown[][] {
  const calls: unknown[][] = [];
  const createClass = (name: string) =>
    class {
      constructor(...options: unknown[]) {
        calls.push([name, ...options]);
      }
      async getToken(scope: string) {
        calls.push(['getToken', scope]);
        return text && { token: text, expiresOnTimestamp: Date.now() + 3_600_000 };
      }
    };
  vi.doMock('@azure/identity', () => ({
    DefaultAzureCredential: createClass('DefaultAzureCredential'),
    ManagedIdentityCredential: createClass('ManagedIdentityCredential'),
    ClientSecretCredential: createClass('ClientSecretCredential'),
  }));
  onTestFinished(() => {
    vi.doUnmock('@azure/identity');
    vi.resetModules();
  });
  return calls;
}

function useTokens() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const fetchToken = vi.fn(async () => ({
    text: `token ${fetchToken.mock.calls.length}`,
    expiresAt: Date.now() + 15 * 60_000,
  }));
  return { fetchToken, getPassword: createTokenPassword(fetchToken, 60_000) };
}

describe('a token as a password', () => {
  it('is kept, and replaced some time before its end', async () => {
    const { getPassword } = useTokens();
    expect(await Promise.all([getPassword(), getPassword()])).toEqual(['token 1', 'token 1']);

    vi.advanceTimersByTime(14 * 60_000 - 1);
    expect(await getPassword()).toBe('token 1');
    vi.advanceTimersByTime(1);
    expect(await getPassword()).toBe('token 2');
  });

  it('is used to its end when there is no new one', async () => {
    const { getPassword, fetchToken } = useTokens();
    await getPassword();
    fetchToken.mockRejectedValue(new Error('no answer'));

    vi.advanceTimersByTime(15 * 60_000 - 1);
    expect(await getPassword()).toBe('token 1');
    vi.advanceTimersByTime(1);
    await expect(getPassword()).rejects.toThrow('no answer');
  });
});
