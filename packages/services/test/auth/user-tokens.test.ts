import { createLocalJWKSet, jwtVerify } from 'jose';
import type { BackstageCredentials, BackstageUserPrincipal } from '@stagewire/plugin-api';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createIssuer,
  decode,
  issueUserToken,
  now,
  publishKeys,
  startProcess,
  userClaims,
} from './support.js';

afterEach(() => {
  vi.useRealTimers();
});

type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

async function withUsers(algorithm = 'ES256') {
  const issuer = createIssuer(algorithm);
  const keys = await publishKeys([issuer.jwk]);
  const process = await startProcess({ urls: { auth: keys.url } });
  const service = await process.plugin('catalog');
  const authenticate = async (token: string, allowLimitedAccess?: boolean) =>
    (await service.authenticate(token, { allowLimitedAccess })) as UserCredentials;
  return { issuer, keys, process, service, authenticate };
}

describe('a user token', () => {
  it('[AUTH-9] makes the user the caller', async () => {
    const { issuer, authenticate } = await withUsers();
    const exp = now() + 1000;
    const token = await issueUserToken(issuer, { exp });

    const credentials = await authenticate(token);

    expect(credentials).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      expiresAt: new Date(exp * 1000),
      principal: { type: 'user', userEntityRef: 'user:default/jane' },
    });
    expect((credentials as { token?: string }).token).toBe(token);
    expect(String(credentials)).toBe('backstageCredentials{userPrincipal{user:default/jane}}');
  });

  it('[AUTH-9] asks the auth plugin for its keys once, for all plugins of the process', async () => {
    const { issuer, process, authenticate, keys } = await withUsers();
    const other = await process.plugin('search');

    await authenticate(await issueUserToken(issuer));
    await other.authenticate(await issueUserToken(issuer));

    expect(keys.requests).toBe(1);
  });

  it('[AUTH-9] is not tied to an issuer or, with a type, to an audience', async () => {
    const { issuer, authenticate } = await withUsers();
    const token = await issueUserToken(issuer, { iss: 'https://elsewhere', aud: 'somebody' });

    await expect(authenticate(token)).resolves.toBeDefined();
  });

  it.each(['RS256', 'EdDSA', 'ES384'])('[AUTH-9] may be signed with %s', async (algorithm) => {
    const { issuer, authenticate } = await withUsers(algorithm);
    const token = await issuer.sign(userClaims(), { typ: 'vnd.backstage.user' });

    await expect(authenticate(token)).resolves.toBeDefined();
  });

  it('[AUTH-6] without a type is known by its audience', async () => {
    const { issuer, authenticate } = await withUsers();

    const { principal } = await authenticate(await issuer.sign(userClaims()));

    expect(principal).toEqual({ type: 'user', userEntityRef: 'user:default/jane' });
  });

  const TYPED = { typ: 'vnd.backstage.user' };
  const FAILED = 'Failed user token verification';

  it.each([
    ['without a subject', { sub: undefined }, TYPED, FAILED, 'missing_claim'],
    ['without an expiry', { exp: undefined }, TYPED, FAILED, 'missing_claim'],
    ['without an issue time', { iat: undefined }, TYPED, FAILED, 'missing_claim'],
    ['long expired', { exp: 1000 }, TYPED, FAILED, 'expired'],
    ['not valid yet', { nbf: 99_999_999_999 }, TYPED, FAILED, 'not_yet_valid'],
    ['of an unknown key', {}, { ...TYPED, kid: 'other' }, FAILED, 'unknown_key'],
    [
      'untyped, without a subject',
      { sub: undefined },
      {},
      'No user sub found in token',
      'missing_claim',
    ],
    ['with an empty subject', { sub: '' }, TYPED, 'No user sub found in token', 'missing_claim'],
    [
      'untyped, without an expiry',
      { exp: undefined },
      {},
      'User token is missing expiration',
      'missing_claim',
    ],
  ])('[AUTH-9] %s is refused', async (_title, claims, header, message, reason) => {
    const { issuer, process, authenticate } = await withUsers();

    const refusal = authenticate(await issuer.sign(userClaims(claims), header));

    await expect(refusal).rejects.toMatchObject({ name: 'AuthenticationError', message });
    expect(process.reasons()).toEqual([reason]);
  });

  it('[AUTH-9] of another issuer with the same key id is refused', async () => {
    const { issuer, process, authenticate } = await withUsers();
    const forger = createIssuer();

    const token = await forger.sign(userClaims(), { ...TYPED, kid: issuer.kid });

    await expect(authenticate(token)).rejects.toThrow(FAILED);
    expect(process.reasons()).toEqual(['bad_signature']);
  });

  it('[AUTH-9] is refused while the auth plugin cannot be asked, and accepted after', async () => {
    const { issuer, process, authenticate, keys } = await withUsers();
    keys.status = 500;
    const token = await issueUserToken(issuer);
    await expect(authenticate(token)).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: FAILED,
    });
    expect(process.reasons()).toEqual(['keys_unavailable']);

    keys.status = 200;

    await expect(authenticate(token)).resolves.toBeDefined();
  });

  it('never shows in the log', async () => {
    const { issuer, process, authenticate } = await withUsers();
    const token = await issueUserToken(issuer, { exp: 1000 });
    const [, payload, signature] = token.split('.');

    await authenticate(token).catch(() => {});
    await authenticate(`${token}x`).catch(() => {});

    const log = JSON.stringify(process.lines);
    expect(log).toContain('expired');
    expect(log).not.toContain(payload);
    expect(log).not.toContain(signature);
  });
});

describe('a user token that was verified before', () => {
  it('makes new credentials each time, which nobody else can change', async () => {
    const { issuer, authenticate } = await withUsers();
    const token = await issueUserToken(issuer);
    const [first, second] = [await authenticate(token), await authenticate(token)];
    const third = await authenticate(token);

    third.principal.userEntityRef = 'user:default/mallory';
    third.expiresAt?.setTime(0);

    expect(second).toEqual(first);
    expect(await authenticate(token)).toEqual(first);
    expect((second as { token?: string }).token).toBe(token);
  });

  it('is refused once its key is withdrawn, also inside the token of a plugin', async () => {
    const { issuer, keys, process, service, authenticate } = await withUsers();
    const onBehalfOf = await authenticate(await issueUserToken(issuer));
    const scaffolder = await process.plugin('scaffolder');
    const { token } = await service.getPluginRequestToken({
      onBehalfOf,
      targetPluginId: 'scaffolder',
    });
    await scaffolder.authenticate(token);
    await expect(scaffolder.authenticate(token)).resolves.toMatchObject({
      principal: { type: 'user', actor: { subject: 'plugin:catalog' } },
    });

    keys.keys = [];
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });

    await expect(scaffolder.authenticate(token)).rejects.toThrow('Failed user token verification');
  });
});

describe('a limited user token', () => {
  it('[AUTH-11] is made of the user token and the proof in it, and verifies with the key of the issuer', async () => {
    const { issuer, service, authenticate } = await withUsers();
    const exp = now() + 1000;
    const token = await issueUserToken(issuer, { exp, iat: 5 });

    const limited = await service.getLimitedUserToken(await authenticate(token));

    expect(limited.expiresAt).toEqual(new Date(exp * 1000));
    const [header, payload, proof] = limited.token
      .split('.')
      .map((part, index) => (index < 2 ? Buffer.from(part, 'base64url').toString() : part));
    expect(header).toBe(`{"typ":"vnd.backstage.limited-user","alg":"ES256","kid":"${issuer.kid}"}`);
    expect(payload).toBe(`{"sub":"user:default/jane","iat":5,"exp":${exp}}`);
    expect(proof).toBe(decode(token).payload['uip']);
    const keys = createLocalJWKSet({ keys: [issuer.jwk as never] });
    await expect(jwtVerify(limited.token, keys)).resolves.toBeDefined();
  });

  it('[AUTH-10] is refused, unless limited access is allowed', async () => {
    const { process, authenticate, makeLimited } = await withLimited();
    const token = await makeLimited();

    await expect(authenticate(token)).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: 'Illegal limited user token',
    });
    expect(process.reasons()).toEqual(['limited_token']);
    await expect(authenticate(token, true)).resolves.toMatchObject({
      principal: { type: 'user', userEntityRef: 'user:default/jane' },
    });
  });

  it('[AUTH-10] is still refused once it was accepted where limited access is allowed', async () => {
    const { authenticate, makeLimited } = await withLimited();
    const token = await makeLimited();
    await authenticate(token, true);

    await expect(authenticate(token)).rejects.toThrow('Illegal limited user token');
    await expect(authenticate(token, true)).resolves.toBeDefined();
  });

  it('[AUTH-9] with another subject than the proof is for is refused', async () => {
    const { authenticate, makeLimited } = await withLimited();
    const [header, , proof] = (await makeLimited()).split('.');
    const claims = { sub: 'user:default/root', iat: now(), exp: now() + 1000 };
    const payload = Buffer.from(JSON.stringify(claims)).toString('base64url');

    const refusal = authenticate(`${header}.${payload}.${proof}`, true);

    await expect(refusal).rejects.toThrow('Failed user token verification');
  });

  it('[AUTH-11] stays as it is when it is limited again', async () => {
    const { service, authenticate, makeLimited } = await withLimited();
    const token = await makeLimited();

    const again = await service.getLimitedUserToken(await authenticate(token, true));

    expect(again.token).toBe(token);
  });

  it('[AUTH-11] of a token without a type is that token', async () => {
    const { issuer, service, authenticate } = await withUsers();
    const token = await issuer.sign(userClaims());

    const limited = await service.getLimitedUserToken(await authenticate(token));

    expect(limited.token).toBe(token);
  });

  it.each([
    [
      'of another type',
      'vnd.backstage.plugin',
      {},
      'Failed to create limited user token, invalid token type',
    ],
    [
      'without a proof',
      'vnd.backstage.user',
      {},
      'Failed to create limited user token, missing user identity proof',
    ],
    [
      'with a proof that is no text',
      'vnd.backstage.user',
      { uip: {} },
      'Failed to create limited user token, missing user identity proof',
    ],
  ])('[AUTH-11] cannot be made of a token %s', async (_title, typ, claims, message) => {
    const { issuer, service } = await withUsers();
    const token = await issuer.sign(userClaims(claims), { typ });
    const credentials = withToken(token);

    await expect(service.getLimitedUserToken(credentials)).rejects.toMatchObject({
      name: 'AuthenticationError',
      message,
    });
  });

  it('[AUTH-12] cannot be made of credentials without a token', async () => {
    const { service } = await withUsers();

    const refusal = service.getLimitedUserToken(withToken(undefined));

    await expect(refusal).rejects.toThrow('User credentials is unexpectedly missing token');
  });
});

describe('rotating the keys of users', () => {
  it('refuses nobody: tokens of the old and the new key are accepted throughout', async () => {
    const { issuer, keys, authenticate } = await withUsers();
    const next = createIssuer();
    await authenticate(await issueUserToken(issuer));

    keys.keys = [issuer.jwk, next.jwk];
    const tokens = await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => issueUserToken(issuer, { jti: `old ${index}` })),
      ...Array.from({ length: 10 }, (_, index) => issueUserToken(next, { jti: `new ${index}` })),
    ]);
    const outcomes = await Promise.allSettled(tokens.map((token) => authenticate(token)));

    expect(outcomes.map(({ status }) => status)).toEqual(tokens.map(() => 'fulfilled'));
    expect(keys.requests).toBe(2);
  });
});

async function withLimited() {
  const world = await withUsers();
  const makeLimited = async () => {
    const credentials = await world.authenticate(await issueUserToken(world.issuer));
    return (await world.service.getLimitedUserToken(credentials)).token;
  };
  return { ...world, makeLimited };
}

function withToken(token: string | undefined): UserCredentials {
  const principal = { type: 'user', userEntityRef: 'user:default/jane' } as const;
  const fields = { $$type: '@backstage/BackstageCredentials', version: 'v1', principal } as const;
  return { ...fields, token } as UserCredentials;
}
