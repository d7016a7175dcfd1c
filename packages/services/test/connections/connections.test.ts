import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { ConfiguredConnections } from '../../src/connections/configured-connections.js';
import { connectionsServiceFactory } from '../../src/connections/connections-service-factory.js';
import { PluginConnections } from '../../src/connections/plugin-connections.js';
import { changingConfig } from '../logger/log-lines.js';
import { recordingLogger, type LogLine } from '../support/recording-logger.js';

const token = (value = 't') => ({ method: 'token', token: value });
const github = (more: JsonObject = {}) => ({
  type: 'github',
  host: 'github.com',
  auth: [token()],
  ...more,
});
const app = (appId: number, orgs?: string[]) => ({
  method: 'app',
  appId,
  privateKey: 'k',
  clientId: 'c',
  clientSecret: 's',
  ...(orgs && { orgs }),
});
const repository = { url: 'https://github.com/Acme/todo' };
const ask = { type: 'github', query: repository, authMethods: ['token', 'app', 'none'] };

function create(config: JsonObject, pluginId = 'todo', lines: LogLine[] = []) {
  const logger: LoggerService = recordingLogger(lines);
  return new PluginConnections(
    pluginId,
    new ConfiguredConnections(new ConfigReader(config), logger),
  );
}

/** The one way to sign in that is picked. */
async function authOf(auth: JsonObject[], query: object = repository, type = 'github') {
  const entry = type === 'aws' ? { type, auth } : { ...github(), type, auth };
  const methods = ['token', 'app', 'none', 'account'];
  const found = await create({ connections: [entry] }).find({ type, query, authMethods: methods });
  return (found as { auth: unknown }).auth;
}

describe('finding a connection', () => {
  it('[CON-1] gives its fields, and one way to sign in where methods are named', async () => {
    const connections = create({ connections: [github({ apiBaseUrl: 'https://api' })] });
    const info = {
      type: 'github',
      title: 'GitHub',
      host: 'github.com',
      apiBaseUrl: 'https://api',
    };

    expect(await connections.find({ type: 'github', query: repository })).toEqual(info);
    expect(await connections.find(ask)).toEqual({
      ...info,
      auth: { method: 'token', title: 'Token', token: 't' },
    });
  });

  it('[CON-1] rejects for a type or host that nobody configured', async () => {
    const connections = create({ connections: [github()] });

    for (const options of [
      { type: 'gitlab', query: repository },
      { type: 'github', query: { url: 'https://ghe.example/a/b' } },
    ]) {
      await expect(connections.find(options)).rejects.toMatchObject({
        name: 'NotFoundError',
        message: `Connection not found for type "${options.type}"`,
        code: 'E_CONNECTION_NOT_FOUND',
      });
    }
  });

  it.each([
    [
      'no list',
      { github: {} },
      'Expected "connections" config to be an array of connection objects',
    ],
    [
      'an unknown field',
      [github({ colour: 'red' })],
      'Invalid connection of type "github" in connections config:',
    ],
    ['no auth', [github({ auth: [] })], 'must configure at least one auth method'],
    ['an unknown method', [github({ auth: [{ method: 'magic' }] })], 'Unknown auth method "magic"'],
    ['an unknown type', [github({ type: 'gopher' })], 'gopher'],
    ['one host twice', [github(), github()], 'Duplicate connection of type "github"'],
  ])('[CON-2] [CON-4] rejects a broken configuration: %s', async (_, connections, message) => {
    await expect(create({ connections: connections as never }).find(ask)).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining(message),
    });
  });

  it('[CON-3] reads older configuration, which gives way to the newer', async () => {
    const old = { github: [{ host: 'github.com', token: 'old' }] };
    const lines: LogLine[] = [];

    const before = await create({ integrations: old }).find(ask);
    const after = await create({ integrations: old, connections: [github()] }, 'p', lines).find(
      ask,
    );

    expect(before).toMatchObject({ auth: { method: 'token', token: 'old' } });
    expect(after).toMatchObject({ auth: { token: 't' } });
    expect(lines.map(({ level }) => level)).toContain('warn');
  });

  it('[CON-3] signs in with nothing where the older entry has no credentials', async () => {
    const integrations = { gitea: [{ host: 'gitea.example' }] };
    const query = { url: 'https://gitea.example/a/b' };

    const found = await create({ integrations }).find({ ...ask, type: 'gitea', query });

    expect(found).toMatchObject({ auth: { method: 'none' } });
  });

  it('[CON-5] has titles of its own where there are several of a type', async () => {
    const connections = create({ connections: [github(), github({ host: 'ghe.example' })] });

    const found = await connections.find({ type: 'github', query: repository });

    expect(found).toMatchObject({ title: 'GitHub (github.com)' });
  });

  it('[CON-6] finds only what the plugin may see', async () => {
    const connections = [github({ match: { plugins: ['catalog'] } })];

    const found = await create({ connections }, 'catalog').find(ask);
    expect(found).toMatchObject({ host: 'github.com' });
    expect(found).not.toHaveProperty('match');
    await expect(create({ connections }, 'todo').find(ask)).rejects.toThrow('Connection not found');
  });

  it('[CON-6] prefers the way to sign in that is meant for the plugin', async () => {
    const own = { ...token('own'), match: { plugins: ['todo'] } };
    const auth = [token('all'), own, { ...token('other'), match: { plugins: ['other'] } }];
    const connections = [github({ type: 'gitlab', host: 'github.com', auth })];
    const options = { ...ask, type: 'gitlab' };

    const [todo, search] = await Promise.all(
      ['todo', 'search'].map((id) => create({ connections }, id).find(options)),
    );

    expect(todo).toHaveProperty('auth', { method: 'token', title: 'Token', token: 'own' });
    expect(search).toHaveProperty('auth.token', 'all');
  });

  it('[CON-6] rejects where no way to sign in is left', async () => {
    const auth = [{ ...token(), match: { plugins: ['other'] } }];

    await expect(create({ connections: [github({ auth })] }).find(ask)).rejects.toMatchObject({
      name: 'NotAllowedError',
      message:
        'Connection of type "github" for host "github.com" has no auth method available to this plugin',
    });
  });

  it('[CON-7] rejects what is no URL', async () => {
    const options = { type: 'github', query: { url: 'acme/todo' } };

    await expect(create({ connections: [github()] }).find(options)).rejects.toMatchObject({
      name: 'InputError',
      message: 'Invalid url "acme/todo" passed to ConnectionsService.find',
    });
  });

  it('[CON-8] takes the app of the organisation, one without any, the only one, a token, nothing', async () => {
    const none = { method: 'none' };

    const picked = await Promise.all([
      authOf([none, token(), app(1), app(2, ['acme'])]),
      authOf([none, token(), app(1), app(2, ['other'])]),
      authOf([none, token(), app(2, ['other'])]),
      authOf([none, token(), app(2, ['other']), app(3, ['more'])]),
      authOf([none]),
    ]);

    expect(picked).toMatchObject([
      { appId: 2 },
      { appId: 1 },
      { appId: 2 },
      { method: 'token' },
      { method: 'none' },
    ]);
  });

  it('[CON-7] [CON-8] takes the account of AWS that is asked for, or the main one', async () => {
    const auth = [
      { method: 'account', accountId: '111111111111' },
      { method: 'account', mainAccount: true, accessKeyId: 'a', secretAccessKey: 's' },
    ];

    const picked = await Promise.all([
      authOf(auth, { accountId: '111111111111' }, 'aws'),
      authOf(auth, { arn: 'arn:aws:iam::111111111111:role/x' }, 'aws'),
      authOf(auth, { accountId: '999999999999' }, 'aws'),
      authOf(auth, {}, 'aws'),
    ]);

    const [own, main] = [{ accountId: '111111111111' }, { mainAccount: true }];
    expect(picked).toMatchObject([own, own, main, main]);
    await expect(authOf(auth, { arn: 'x' }, 'aws')).rejects.toMatchObject({
      code: 'E_CONNECTION_ARN',
    });
  });

  it('[CON-8] rejects where the plugin does not know the method', async () => {
    const connections = create({ connections: [github()] });

    await expect(connections.find({ ...ask, authMethods: ['app'] })).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: 'Connection not found for type "github" with auth method "token"',
    });
  });

  it('follows changes of the configuration', async () => {
    const { config, change } = changingConfig({ connections: [github()] });
    const shared = new ConfiguredConnections(config, recordingLogger());
    const connections = new PluginConnections('todo', shared);

    const before = await connections.find(ask);
    change({ connections: [github({ auth: [token('new')] })] });
    const after = await connections.find(ask);

    expect([before, after]).toMatchObject([{ auth: { token: 't' } }, { auth: { token: 'new' } }]);
  });
});

describe('the factory of connections', () => {
  it('reads nothing before the first find', async () => {
    const getOptional = vi.fn();
    const config = { getOptional, has: getOptional } as never;

    expect(connectionsServiceFactory.service.id).toBe('core.connections');
    const shared = new ConfiguredConnections(config, recordingLogger());
    expect(new PluginConnections('p', shared)).toBeDefined();

    expect(getOptional).not.toHaveBeenCalled();
  });
});
