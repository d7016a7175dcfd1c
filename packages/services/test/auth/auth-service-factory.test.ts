import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { BackstageCredentials } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { authServiceFactory } from '../../src/auth/auth-service-factory.js';
import {
  createIssuer,
  issueUserToken,
  memoryDatabase,
  publishKeys,
  startProcess,
} from './support.js';

describe('the factory of the auth service', () => {
  it('needs what the stock one needs', () => {
    const { service, deps } = authServiceFactory as unknown as ServiceFactoryShape;

    expect(service.id).toBe('core.auth');
    expect(
      Object.values(deps)
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      'core.auth.externalTokenHandlers',
      'core.auth.pluginTokenHandlerDecorator',
      'core.database',
      'core.discovery',
      'core.logger',
      'core.pluginMetadata',
      'core.rootConfig',
    ]);
  });

  it('makes a thousand services without opening a database, in little time', async () => {
    const process = await startProcess({
      auth: {
        externalAccess: [{ type: 'static', options: { token: 'the-token', subject: 'ci' } }],
      },
    });
    const database = memoryDatabase();
    const start = performance.now();

    for (let index = 0; index < 1000; index += 1) {
      await process.plugin(`plugin-${index}`, { database });
    }

    expect(performance.now() - start).toBeLessThan(1_000);
    expect(database.opened).toBe(0);
  });
});

describe('credentials', () => {
  it('[AUTH-1] of a user hide the token from those who log, compare or serialise them', async () => {
    const issuer = createIssuer();
    const keys = await publishKeys([issuer.jwk]);
    const service = await (await startProcess({ urls: { auth: keys.url } })).plugin('catalog');
    const token = await issueUserToken(issuer);

    const credentials = await service.authenticate(token);

    expect(Object.keys(credentials)).toEqual(['$$type', 'version', 'principal', 'expiresAt']);
    expect(JSON.stringify(credentials)).not.toContain(token);
    expect(inspect(credentials, { depth: 10 })).not.toContain(token);
    expect({ ...credentials }).not.toHaveProperty('token');
    expect((credentials as { token?: string }).token).toBe(token);
  });

  it('[AUTH-5] of the plugin itself have no token and no restrictions', async () => {
    const service = await (await startProcess()).plugin('catalog');

    const credentials = await service.getOwnServiceCredentials();

    expect(credentials).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      principal: { type: 'service', subject: 'plugin:catalog' },
    });
    expect(Object.keys(credentials)).toEqual(['$$type', 'version', 'principal']);
    expect((credentials as { token?: string }).token).toBeUndefined();
    expect(String(credentials)).toBe('backstageCredentials{servicePrincipal{plugin:catalog}}');
  });

  it('[AUTH-2] of nobody are of the type none', async () => {
    const service = await (await startProcess()).plugin('catalog');

    const credentials = await service.getNoneCredentials();

    expect(credentials.principal).toEqual({ type: 'none' });
    expect(String(credentials)).toBe('backstageCredentials{nonePrincipal}');
  });

  it('[AUTH-2] as text tell of restrictions by a fingerprint', async () => {
    const options = { token: 'the-token', subject: 'ci' };
    const accessRestrictions = [{ plugin: 'catalog', permission: 'a' }];
    const externalAccess = [{ type: 'static', options, accessRestrictions }];
    const service = await (await startProcess({ auth: { externalAccess } })).plugin('catalog');

    const credentials = await service.authenticate('the-token');

    // printf '{"permissionNames":["a"]}' | openssl dgst -sha256 -binary | base64 | tr -d =
    expect(String(credentials)).toBe(
      'backstageCredentials{servicePrincipal{ci,accessRestrictions=apNpy3y1earv7biA1xO7ujQya84TVLuaVwvDTsRr+6E}}',
    );
  });

  it('[AUTH-4] are asked for the type of their principal', async () => {
    const service = await (await startProcess()).plugin('catalog');
    const none = await service.getNoneCredentials();
    const own = await service.getOwnServiceCredentials();
    const types = ['user', 'service', 'none', 'unknown'] as const;

    expect(types.map((type) => service.isPrincipal(none, type))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    expect(types.map((type) => service.isPrincipal(own, type))).toEqual([false, true, false, true]);
  });

  it.each([
    [undefined, 'Invalid credential type'],
    [null, 'Invalid credential type'],
    ['text', 'Invalid credential type'],
    [{}, 'Invalid credential type'],
    [{ $$type: '@backstage/Other', version: 'v1' }, 'Invalid credential type'],
    [{ $$type: '@backstage/BackstageCredentials' }, 'Invalid credential version undefined'],
    [{ $$type: '@backstage/BackstageCredentials', version: 'v2' }, 'Invalid credential version v2'],
  ])('[AUTH-3] that are %j are refused everywhere', async (value, message) => {
    const service = await (await startProcess()).plugin('catalog');
    const credentials = value as BackstageCredentials;

    expect(() => service.isPrincipal(credentials, 'user')).toThrow(message);
    await expect(service.getLimitedUserToken(credentials as never)).rejects.toThrow(message);
    await expect(
      service.getPluginRequestToken({ onBehalfOf: credentials, targetPluginId: 'a' }),
    ).rejects.toThrow(message);
  });
});

const b64 = (text: string) => Buffer.from(text).toString('base64url');

describe('anything that is no token', () => {
  it.each([
    '',
    '.',
    '..',
    '...',
    'a.b.c',
    'null',
    `${b64('null')}.${b64('null')}.x`,
    `${b64('[]')}.${b64('[]')}.x`,
    `${b64('{}')}.${b64('{}')}.x`,
    `${b64('{"typ":["vnd.backstage.user"]}')}.${b64('{}')}.x`,
    `${b64('{"__proto__":{"typ":"vnd.backstage.user"}}')}.${b64('{}')}.x`,
    `${b64('{"typ":"JWT","alg":"ES256"}')}.${b64('{"aud":["backstage"]}')}.x`,
    '\0',
    '🦉',
    'x'.repeat(100_000),
    'a.'.repeat(30_000),
    undefined,
    null,
    7,
    {},
    ['a'],
  ])('[AUTH-6] is refused as illegal, with one reason in the log: %j', async (token) => {
    const process = await startProcess();
    const service = await process.plugin('catalog');

    await expect(service.authenticate(token as string)).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: 'Illegal token',
    });
    expect(process.reasons()).toEqual(['no_external_access_rule']);
  });
});

describe('a refusal', () => {
  it('has a correlation id that stands in the log and does not show in a response', async () => {
    const process = await startProcess();
    const service = await process.plugin('catalog');

    const error = await service.authenticate('nonsense').catch((caught: unknown) => caught);

    const { correlationId } = error as { correlationId: string };
    expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(Object.keys(error as object)).not.toContain('correlationId');
    expect(process.lines).toEqual([
      {
        level: 'warn',
        message: expect.stringContaining('no_external_access_rule'),
        meta: {
          reason: 'no_external_access_rule',
          correlationId,
          pluginId: 'catalog',
          rules: [],
        },
      },
    ]);
  });
});
