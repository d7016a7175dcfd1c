import { afterEach, describe, expect, it, vi } from 'vitest';
import type { AuthService, BackstageCredentials, PluginTokenHandler } from '@stagewire/plugin-api';
import { createIssuer, decode, issueUserToken, now, publishKeys, startProcess } from './support.js';

afterEach(() => {
  vi.useRealTimers();
});

async function ownToken(service: AuthService, targetPluginId: string): Promise<string> {
  const onBehalfOf = await service.getOwnServiceCredentials();
  return (await service.getPluginRequestToken({ onBehalfOf, targetPluginId })).token;
}

describe('a request token', () => {
  it('[AUTH-12] is refused for somebody without credentials', async () => {
    const process = await startProcess();
    const service = await process.plugin('catalog');
    const onBehalfOf = await service.getNoneCredentials();

    const refusal = service.getPluginRequestToken({ onBehalfOf, targetPluginId: 'search' });

    await expect(refusal).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: "Refused to issue service token for credential type 'none'",
    });
    expect(process.reasons()).toEqual(['no_credentials_to_forward']);
  });

  it('[AUTH-12] is empty for somebody without credentials where the default policy is switched off', async () => {
    const process = await startProcess({ auth: { dangerouslyDisableDefaultAuthPolicy: true } });
    const service = await process.plugin('catalog');
    const onBehalfOf = await service.getNoneCredentials();

    const issued = await service.getPluginRequestToken({ onBehalfOf, targetPluginId: 'search' });

    expect(issued).toEqual({ token: '' });
  });

  it('[AUTH-12] for a service is in the name of the plugin that asks', async () => {
    const process = await startProcess();
    const catalog = await process.plugin('catalog');
    const search = await process.plugin('search');
    const caller = await search.authenticate(await ownToken(catalog, 'search'));

    const { token } = await search.getPluginRequestToken({
      onBehalfOf: caller,
      targetPluginId: 'techdocs',
    });

    expect(decode(token).payload).toMatchObject({ sub: 'search', aud: 'techdocs' });
    expect(decode(token).payload).not.toHaveProperty('obo');
  });

  it.each([
    [
      'not listed',
      [{ plugin: 'catalog' }],
      "Access to target plugin 'search' is not included in token's access restrictions",
    ],
    [
      'limited to permissions',
      [{ plugin: 'catalog' }, { plugin: 'search', permission: 'a' }],
      "Access to target plugin 'search' is restricted and cannot be delegated",
    ],
    [
      'limited to actions',
      [{ plugin: 'catalog' }, { plugin: 'search', permissionAttribute: { action: 'read' } }],
      "Access to target plugin 'search' is restricted and cannot be delegated",
    ],
  ])(
    '[AUTH-12] is refused for a restricted service whose target is %s',
    async (_title, accessRestrictions, message) => {
      const { process, service, caller } = await restricted(accessRestrictions);

      const refusal = service.getPluginRequestToken({
        onBehalfOf: caller,
        targetPluginId: 'search',
      });

      await expect(refusal).rejects.toMatchObject({ name: 'NotAllowedError', message });
      expect(process.reasons()).toEqual(['delegation_restricted']);
    },
  );

  it('[AUTH-12] is issued for a restricted service that has the whole target', async () => {
    const { service, caller } = await restricted([{ plugin: 'catalog' }, { plugin: 'search' }]);

    const issued = service.getPluginRequestToken({ onBehalfOf: caller, targetPluginId: 'search' });

    await expect(issued).resolves.toMatchObject({ token: expect.stringContaining('.') });
  });

  it('[AUTH-12] for a user carries the limited token of the user', async () => {
    const issuer = createIssuer();
    const keys = await publishKeys([issuer.jwk]);
    const service = await (await startProcess({ urls: { auth: keys.url } })).plugin('catalog');
    const user = await service.authenticate(await issueUserToken(issuer));

    const { token } = await service.getPluginRequestToken({
      onBehalfOf: user,
      targetPluginId: 'search',
    });

    const limited = await service.getLimitedUserToken(user as never);
    expect(decode(token).payload['obo']).toBe(limited.token);
    expect(decode(limited.token).payload).not.toHaveProperty('ent');
  });

  it('[AUTH-12] is refused for a user whose credentials have no token', async () => {
    const service = await (await startProcess()).plugin('catalog');
    const onBehalfOf = credentialsOf({ type: 'user', userEntityRef: 'user:default/jane' });

    const refusal = service.getPluginRequestToken({ onBehalfOf, targetPluginId: 'search' });

    await expect(refusal).rejects.toThrow('User credentials is unexpectedly missing token');
  });

  it.each([
    [
      'an unknown principal',
      { type: 'robot' },
      "Refused to issue service token for credential type 'robot'",
    ],
    ['no principal', undefined, "Refused to issue service token for credential type '<undefined>'"],
  ])('[AUTH-12] is refused for %s', async (_title, principal, message) => {
    const service = await (await startProcess()).plugin('catalog');
    const onBehalfOf = credentialsOf(principal);

    const refusal = service.getPluginRequestToken({ onBehalfOf, targetPluginId: 'search' });

    await expect(refusal).rejects.toMatchObject({ name: 'AuthenticationError', message });
  });

  it('is issued again for half a minute, for the same caller and target only', async () => {
    const process = await startProcess();
    const catalog = await process.plugin('catalog');
    const search = await process.plugin('search');
    vi.useFakeTimers({ toFake: ['Date'] });
    const first = await ownToken(catalog, 'techdocs');

    expect(await ownToken(catalog, 'techdocs')).toBe(first);
    expect(await ownToken(catalog, 'other')).not.toBe(first);
    expect(await ownToken(search, 'techdocs')).not.toBe(first);
    vi.setSystemTime(Date.now() + 30_000);
    expect(await ownToken(catalog, 'techdocs')).not.toBe(first);
  });

  it('is never issued for one user what was issued for another', async () => {
    const issuer = createIssuer();
    const keys = await publishKeys([issuer.jwk]);
    const service = await (await startProcess({ urls: { auth: keys.url } })).plugin('catalog');
    const requestTokenOf = async (sub: string) => {
      const onBehalfOf = await service.authenticate(await issueUserToken(issuer, { sub }));
      const { token } = await service.getPluginRequestToken({
        onBehalfOf,
        targetPluginId: 'search',
      });
      return decode(String(decode(token).payload['obo'])).payload['sub'];
    };

    expect(await requestTokenOf('user:default/jane')).toBe('user:default/jane');
    expect(await requestTokenOf('user:default/john')).toBe('user:default/john');
  });
});

describe('the plugin token handler', () => {
  it('[AUTH-21] can be decorated: the decorator sees every issue and verification', async () => {
    const process = await startProcess();
    const calls: unknown[] = [];
    const decorate = (handler: PluginTokenHandler): PluginTokenHandler => ({
      async issueToken(options) {
        calls.push(options);
        return handler.issueToken(options);
      },
      async verifyToken(token) {
        const verified = await handler.verifyToken(token);
        calls.push(verified);
        return verified;
      },
    });
    const catalog = await process.plugin('catalog', { decorate });
    const search = await process.plugin('search', { decorate });
    const token = await ownToken(catalog, 'search');

    await search.authenticate(token);
    await search.authenticate(token);

    expect(calls).toEqual([
      { pluginId: 'catalog', targetPluginId: 'search' },
      { subject: 'plugin:catalog' },
      { subject: 'plugin:catalog' },
    ]);
  });

  it('[AUTH-21] can be changed in place, and then sees the tokens of users too', async () => {
    const issuer = createIssuer();
    const keys = await publishKeys([issuer.jwk]);
    const process = await startProcess({ urls: { auth: keys.url } });
    const seen: string[] = [];
    const decorate = (handler: PluginTokenHandler): PluginTokenHandler => {
      const verify = handler.verifyToken.bind(handler);
      return Object.assign(handler, {
        verifyToken: (token: string) => {
          seen.push(token);
          return verify(token);
        },
      });
    };
    const catalog = await process.plugin('catalog', { decorate });
    const token = await issueUserToken(issuer);

    await catalog.authenticate(token);
    await catalog.authenticate(token);

    expect(seen).toEqual([token, token]);
  });

  it('[AUTH-21] is told for whom a token is issued, and may be replaced', async () => {
    const issuer = createIssuer();
    const keys = await publishKeys([issuer.jwk]);
    const process = await startProcess({ urls: { auth: keys.url } });
    const handler: PluginTokenHandler = {
      issueToken: async ({ onBehalfOf, ...rest }) => ({
        token: JSON.stringify({ ...rest, obo: onBehalfOf?.limitedUserToken }),
      }),
      verifyToken: async (token) => {
        if (!token.startsWith('{')) return undefined;
        const { pluginId, obo } = JSON.parse(token);
        return { subject: `custom:${pluginId}`, limitedUserToken: obo };
      },
    };
    const catalog = await process.plugin('catalog', { decorate: () => handler });
    const exp = now() + 100;
    const user = await catalog.authenticate(await issueUserToken(issuer, { exp }));
    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: user,
      targetPluginId: 'catalog',
    });

    const credentials = await catalog.authenticate(token);

    expect(credentials).toMatchObject({
      expiresAt: new Date(exp * 1000),
      principal: {
        type: 'user',
        userEntityRef: 'user:default/jane',
        actor: { type: 'service', subject: 'custom:catalog' },
      },
    });
  });
});

describe('a plugin token that no handler knows', () => {
  it('is not taken for one of a user, whoever it is for', async () => {
    const keys = await publishKeys([]);
    const process = await startProcess({ urls: { auth: keys.url } });
    const catalog = await process.plugin('catalog');
    const backstage = await process.plugin('backstage', {
      decorate: (handler) => ({ ...handler, verifyToken: async () => undefined }),
    });

    const refusal = backstage.authenticate(await ownToken(catalog, 'backstage'));

    await expect(refusal).rejects.toThrow('Illegal token');
    expect(keys.requests).toBe(0);
  });
});

describe('rotating the keys of a plugin', () => {
  it('refuses nobody, with three processes of it and two backends', async () => {
    const { memoryDatabase } = await import('./support.js');
    const database = memoryDatabase();
    const replicas = await Promise.all(
      [1, 2, 3].map(async () => {
        const process = await startProcess();
        return { process, catalog: await process.plugin('catalog', { database }) };
      }),
    );
    const home = replicas[0]?.process;
    const elsewhere = await startProcess({ urls: { catalog: `${home?.url}/api/catalog` } });
    const receivers = [await home?.plugin('search'), await elsewhere.plugin('search')];
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start });

    const outcomes: string[] = [];
    for (let minute = 0; minute < 200; minute += 20) {
      vi.setSystemTime(start + minute * 60_000);
      const tokens = await Promise.all(replicas.map(({ catalog }) => ownToken(catalog, 'search')));
      const verdicts = tokens.flatMap((token) =>
        receivers.map((receiver) => receiver?.authenticate(token)),
      );
      for (const { status } of await Promise.allSettled(verdicts)) outcomes.push(status);
    }

    expect(outcomes).toHaveLength(10 * 3 * 2);
    expect(outcomes.filter((status) => status === 'rejected')).toEqual([]);
  });
});

async function restricted(accessRestrictions: object[]) {
  const options = { token: 'a-static-token', subject: 'ci' };
  const externalAccess = [{ type: 'static', options, accessRestrictions }];
  const process = await startProcess({ auth: { externalAccess } as never });
  const service = await process.plugin('catalog');
  return { process, service, caller: await service.authenticate('a-static-token') };
}

function credentialsOf(principal: unknown): BackstageCredentials {
  const fields = { $$type: '@backstage/BackstageCredentials', version: 'v1' } as const;
  return { ...fields, principal } as BackstageCredentials;
}
