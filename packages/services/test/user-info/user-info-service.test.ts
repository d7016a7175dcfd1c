import type { AuthService, BackstageCredentials, UserInfoService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { userInfoServiceFactory } from '../../src/user-info/user-info-service-factory.js';
import { createIssuer, issueUserToken, publishKeys, startProcess } from '../auth/support.js';
import { serveLoopback } from '../support/loopback-server.js';

afterEach(() => {
  vi.useRealTimers();
});

const REFS = ['user:default/jane', 'group:default/team-a'];

/** Credentials with and without ownership refs, and an auth plugin that answers `answer`. */
async function withUserInfo() {
  const answers = { status: 200, body: { claims: { sub: 'x', ent: REFS } } as unknown };
  const requests: Array<{ url: string | undefined; authorization: string | undefined }> = [];
  const { url } = await serveLoopback((req, res) => {
    requests.push({ url: req.url, authorization: req.headers.authorization });
    res.writeHead(answers.status, { 'content-type': 'application/json' });
    res.end(JSON.stringify(answers.body));
  });
  const issuer = createIssuer();
  const keys = await publishKeys([issuer.jwk]);
  const auth = await (await startProcess({ urls: { auth: keys.url } })).plugin('catalog');

  const factory = userInfoServiceFactory as unknown as ServiceFactoryShape;
  const context = await factory.createRootContext?.({});
  const create = () =>
    factory.factory(
      { discovery: { getBaseUrl: async () => url } },
      context,
    ) as Promise<UserInfoService>;
  const users = await create();
  const credentialsFor = async (claims: object) =>
    auth.authenticate(await issueUserToken(issuer, { ...claims }));
  return { auth, users, create, answers, requests, credentialsFor };
}

const withoutRefs = { ent: undefined };

describe('the user info service', () => {
  it('[UI-2] reads user and ownership from the token, without a request', async () => {
    const { users, credentialsFor, requests } = await withUserInfo();

    const info = await users.getUserInfo(await credentialsFor({}));

    expect(info).toEqual({ userEntityRef: 'user:default/jane', ownershipEntityRefs: REFS });
    expect(requests).toEqual([]);
  });

  it('[UI-2] asks the auth plugin with that token when ownership is not in it', async () => {
    const { users, credentialsFor, requests } = await withUserInfo();
    const credentials = await credentialsFor(withoutRefs);

    const info = await users.getUserInfo(credentials);

    expect(info).toEqual({ userEntityRef: 'user:default/jane', ownershipEntityRefs: REFS });
    const { token } = credentials as { token?: string };
    expect(requests).toEqual([{ url: '/v1/userinfo', authorization: `Bearer ${token}` }]);
  });

  it.each<[string, (auth: AuthService) => Promise<BackstageCredentials>, string]>([
    ['a service', (auth) => auth.getOwnServiceCredentials(), 'Only user credentials are supported'],
    ['nobody', (auth) => auth.getNoneCredentials(), 'Only user credentials are supported'],
    [
      'a user without a token',
      async () => credentialsOf({ type: 'user', userEntityRef: 'user:default/jane' }),
      'User credentials is unexpectedly missing token',
    ],
    ['something else', async () => ({}) as BackstageCredentials, 'Invalid credential type'],
    [
      'a user whose token is none',
      async () => Object.assign(credentialsOf({ type: 'user' }), { token: 'a.b.c' }),
      'User entity ref can not be determined',
    ],
  ])('[UI-1] refuses credentials of %s', async (_title, getCredentials, message) => {
    const { auth, users } = await withUserInfo();

    await expect(users.getUserInfo(await getCredentials(auth))).rejects.toThrow(message);
  });

  it.each([
    ['nothing', null, 'Ownership entity refs can not be determined'],
    ['no claims', {}, 'Ownership entity refs can not be determined'],
    ['no refs', { claims: {} }, 'Ownership entity refs can not be determined'],
    ['one ref', { claims: { ent: 'a' } }, 'Ownership entity refs must be an array of strings'],
    ['numbers', { claims: { ent: [1] } }, 'Ownership entity refs must be an array of strings'],
  ])('[UI-2] refuses an answer with %s', async (_title, body, message) => {
    const { users, answers, credentialsFor } = await withUserInfo();
    answers.body = body;

    await expect(users.getUserInfo(await credentialsFor(withoutRefs))).rejects.toThrow(message);
  });

  it('[UI-2] refuses refs of another type in the token', async () => {
    const { users, credentialsFor } = await withUserInfo();

    await expect(users.getUserInfo(await credentialsFor({ ent: 'a' }))).rejects.toThrow(
      'Ownership entity refs must be an array of strings',
    );
  });

  it('[UI-2] passes on the status of a failed request, and [UI-3] forgets it', async () => {
    const { users, answers, credentialsFor } = await withUserInfo();
    const credentials = await credentialsFor(withoutRefs);
    answers.status = 401;
    await expect(users.getUserInfo(credentials)).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: 401,
    });

    answers.status = 200;

    await expect(users.getUserInfo(credentials)).resolves.toBeDefined();
  });

  it('[UI-3] asks once for callers that come together, in all plugins', async () => {
    const { users, create, credentialsFor, requests } = await withUserInfo();
    const other = await create();
    const credentials = await credentialsFor(withoutRefs);

    await Promise.all([users, other, users].map((service) => service.getUserInfo(credentials)));

    expect(requests).toHaveLength(1);
  });

  it('[UI-3] keeps an answer for five seconds', async () => {
    const { users, credentialsFor, requests } = await withUserInfo();
    const credentials = await credentialsFor(withoutRefs);
    const start = Date.now();
    vi.useFakeTimers({ toFake: ['Date'], now: start });
    await users.getUserInfo(credentials);
    vi.setSystemTime(start + 4_999);
    await users.getUserInfo(credentials);
    expect(requests).toHaveLength(1);

    vi.setSystemTime(start + 5_000);
    await users.getUserInfo(credentials);

    expect(requests).toHaveLength(2);
  });

  it('[UI-3] keeps answers per token, and callers cannot change them for each other', async () => {
    const { users, credentialsFor, requests } = await withUserInfo();
    const [jane, john] = [
      await credentialsFor(withoutRefs),
      await credentialsFor({ ...withoutRefs, sub: 'user:default/john' }),
    ];
    (await users.getUserInfo(jane)).ownershipEntityRefs.push('group:default/admins');

    expect((await users.getUserInfo(jane)).ownershipEntityRefs).toEqual(REFS);
    expect((await users.getUserInfo(john)).userEntityRef).toBe('user:default/john');
    expect(requests).toHaveLength(2);
  });
});

function credentialsOf(principal: object): BackstageCredentials {
  return { $$type: '@backstage/BackstageCredentials', version: 'v1', principal } as never;
}
