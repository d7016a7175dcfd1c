import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose';
import { signText } from '../../src/auth/signature-algorithms.js';
import {
  createIssuer,
  decode,
  issueUserToken,
  memoryDatabase,
  now,
  publishKeys,
  startProcess,
} from './support.js';

const SOURCE_WITHOUT_KEYS =
  "Received a plugin token where the source 'catalog' plugin unexpectedly does not have a JWKS endpoint. The target plugin needs to be migrated to be installed in an app using the new backend system.";

afterEach(() => {
  vi.useRealTimers();
});

/** A foreign plugin `catalog` with keys of its own, and the plugin `scaffolder` that it calls. */
async function twoBackends() {
  const issuer = createIssuer();
  const keys = await publishKeys([issuer.jwk]);
  const process = await startProcess({ urls: { catalog: keys.url } });
  const scaffolder = await process.plugin('scaffolder');
  const sign = (claims: object = {}, header: object = {}) =>
    issuer.sign(
      { sub: 'catalog', aud: 'scaffolder', iat: now(), exp: now() + 3600, ...claims },
      { typ: 'vnd.backstage.plugin', ...header },
    );
  return { issuer, keys, process, scaffolder, sign };
}

describe('a plugin token', () => {
  it('[AUTH-13] has the type, ES256, a key id, and lives for one hour', async () => {
    const process = await startProcess();
    const catalog = await process.plugin('catalog');

    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.getOwnServiceCredentials(),
      targetPluginId: 'scaffolder',
    });

    const { header, payload } = decode(token);
    expect(header).toEqual({
      typ: 'vnd.backstage.plugin',
      alg: 'ES256',
      kid: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(Object.keys(payload)).toEqual(['sub', 'aud', 'iat', 'exp']);
    expect(payload).toMatchObject({ sub: 'catalog', aud: 'scaffolder' });
    expect(Number(payload['exp']) - Number(payload['iat'])).toBe(3600);
  });

  it('[AUTH-13] verifies with another implementation, against the listed keys', async () => {
    const process = await startProcess();
    const catalog = await process.plugin('catalog');
    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.getOwnServiceCredentials(),
      targetPluginId: 'scaffolder',
    });

    const keys = (await catalog.listPublicServiceKeys()) as unknown as JSONWebKeySet;
    const verified = await jwtVerify(token, createLocalJWKSet(keys), { audience: 'scaffolder' });

    expect(verified.payload.sub).toBe('catalog');
  });

  it('[AUTH-7] [AUTH-8] of another backend makes its plugin the caller', async () => {
    const { scaffolder, sign } = await twoBackends();

    const credentials = await scaffolder.authenticate(await sign());

    expect(credentials).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      principal: { type: 'service', subject: 'plugin:catalog' },
    });
  });

  it('[AUTH-13] is accepted by the plugin that issued it, for itself', async () => {
    const process = await startProcess();
    const catalog = await process.plugin('catalog');
    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.getOwnServiceCredentials(),
      targetPluginId: 'catalog',
    });

    const credentials = await catalog.authenticate(token);

    expect(credentials.principal).toEqual({ type: 'service', subject: 'plugin:catalog' });
  });

  it('[AUTH-7] asks the issuing plugin for its keys once', async () => {
    const { scaffolder, sign, keys } = await twoBackends();

    await Promise.all([
      scaffolder.authenticate(await sign()),
      scaffolder.authenticate(await sign()),
    ]);
    await scaffolder.authenticate(await sign({ exp: now() + 100 }));

    expect(keys.requests).toBe(1);
  });

  it.each([404, 401, 500])(
    '[AUTH-7] is refused when its plugin answers %i for keys',
    async (status) => {
      const { process, scaffolder, sign, keys } = await twoBackends();
      keys.status = status;

      await expect(scaffolder.authenticate(await sign())).rejects.toMatchObject({
        name: 'AuthenticationError',
        message: SOURCE_WITHOUT_KEYS,
      });
      expect(process.reasons()).toEqual(['source_without_keys']);
    },
  );

  it('[AUTH-7] is refused when its plugin cannot be reached, and accepted once it can', async () => {
    const { process, scaffolder, sign, keys } = await twoBackends();
    const reachable = keys.url;
    process.urls['catalog'] = 'http://127.0.0.1:1';
    await expect(scaffolder.authenticate(await sign())).rejects.toThrow(SOURCE_WITHOUT_KEYS);

    process.urls['catalog'] = reachable;

    await expect(scaffolder.authenticate(await sign())).resolves.toMatchObject({
      principal: { subject: 'plugin:catalog' },
    });
  });

  it('[AUTH-7] counts as badly verified, not as from nowhere, when keys fail after a success', async () => {
    const { process, scaffolder, sign, keys } = await twoBackends();
    await scaffolder.authenticate(await sign());
    keys.status = 500;

    const token = await sign({}, { kid: 'another' });

    await expect(scaffolder.authenticate(token)).rejects.toThrow(
      'Failed plugin token verification',
    );
    expect(process.reasons()).toEqual(['keys_unavailable']);
  });

  it('[AUTH-7] is refused without asking anybody for keys when the text alone is enough', async () => {
    const { scaffolder, sign, keys } = await twoBackends();

    await expect(scaffolder.authenticate(await sign({ aud: 'search' }))).rejects.toThrow();
    await expect(scaffolder.authenticate(await sign({ exp: now() - 500 }))).rejects.toThrow();

    expect(keys.requests).toBe(0);
  });

  const FAILED = 'Failed plugin token verification';
  const FORBIDDEN = 'Invalid plugin token: forbidden subject format';

  it.each([
    ['for another plugin', { aud: 'search' }, {}, FAILED, 'audience_mismatch'],
    ['without an audience', { aud: undefined }, {}, FAILED, 'missing_claim'],
    ['without an expiry', { exp: undefined }, {}, FAILED, 'missing_claim'],
    ['without an issue time', { iat: undefined }, {}, FAILED, 'missing_claim'],
    ['without a subject', { sub: undefined }, {}, FAILED, 'missing_claim'],
    ['with an expiry that is no number', { exp: 'tomorrow' }, {}, FAILED, 'missing_claim'],
    ['long expired', { exp: 1_000 }, {}, FAILED, 'expired'],
    ['not valid yet', { nbf: 99_999_999_999 }, {}, FAILED, 'not_yet_valid'],
    ['of a path', { sub: '../admin' }, {}, FORBIDDEN, 'forbidden_subject'],
    ['of a host', { sub: 'evil.example/x' }, {}, FORBIDDEN, 'forbidden_subject'],
    ['of an object', { sub: {} }, {}, FORBIDDEN, 'forbidden_subject'],
    ['of nobody', { sub: '' }, {}, FORBIDDEN, 'forbidden_subject'],
    ['of a key that is not published', {}, { kid: 'other' }, FAILED, 'unknown_key'],
  ])('[AUTH-7] %s is refused', async (_title, claims, header, message, reason) => {
    const { process, scaffolder, sign } = await twoBackends();

    const refusal = scaffolder.authenticate(await sign(claims, header));

    await expect(refusal).rejects.toMatchObject({ name: 'AuthenticationError', message });
    expect(process.reasons()).toEqual([reason]);
  });

  it.each([
    ['the payload replaced', (parts: string[]) => [parts[0], forge({ sub: 'catalog' }), parts[2]]],
    ['the signature cut short', (parts: string[]) => [parts[0], parts[1], parts[2]?.slice(0, 20)]],
    ['no signature', (parts: string[]) => [parts[0], parts[1], '']],
    ['a signature that is not base64url', (parts: string[]) => [parts[0], parts[1], '***']],
    ['the algorithm none', (parts: string[]) => [header({ alg: 'none' }), parts[1], parts[2]]],
    ['the algorithm HS256', (parts: string[]) => [header({ alg: 'HS256' }), parts[1], parts[2]]],
    ['no algorithm', (parts: string[]) => [header({}), parts[1], parts[2]]],
    ['another algorithm', (parts: string[]) => [header({ alg: 'RS256' }), parts[1], parts[2]]],
    [
      'a critical extension',
      (parts: string[]) => [header({ alg: 'ES256', crit: ['b64'] }), parts[1], parts[2]],
    ],
    ['four parts', (parts: string[]) => [...parts, parts[2]]],
    ['a payload that is no object', (parts: string[]) => [parts[0], forge([1]), parts[2]]],
    ['a payload that is no JSON', (parts: string[]) => [parts[0], 'abcd', parts[2]]],
    ['no payload', (parts: string[]) => [parts[0], '', parts[2]]],
  ])('[AUTH-7] with %s is refused', async (_title, tamper) => {
    const { scaffolder, sign } = await twoBackends();
    const token = tamper((await sign()).split('.')).join('.');

    await expect(scaffolder.authenticate(token)).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: FAILED,
    });
  });

  it('is accepted with clocks up to 60 s apart, and refused beyond', async () => {
    const { scaffolder, sign } = await twoBackends();
    const exp = now() + 100;
    const token = await sign({ exp });
    vi.useFakeTimers({ toFake: ['Date'], now: (exp + 59) * 1000 });
    await expect(scaffolder.authenticate(token)).resolves.toBeDefined();

    vi.setSystemTime((exp + 60) * 1000);

    await expect(scaffolder.authenticate(token)).rejects.toThrow(FAILED);
  });

  it('is remembered until it expires, and then verified again', async () => {
    const { scaffolder, sign, keys } = await twoBackends();
    const exp = now() + 30;
    const token = await sign({ exp });
    await scaffolder.authenticate(token);
    keys.keys = [];

    vi.useFakeTimers({ toFake: ['Date'], now: (exp + 61) * 1000 });

    await expect(scaffolder.authenticate(token)).rejects.toThrow(FAILED);
  });

  it('is not remembered for longer than keys are: one whose key was withdrawn is refused', async () => {
    const { scaffolder, sign, keys } = await twoBackends();
    const token = await sign();
    await scaffolder.authenticate(token);
    keys.keys = [];
    await expect(scaffolder.authenticate(token)).resolves.toBeDefined();

    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 10 * 60_000 });

    await expect(scaffolder.authenticate(token)).rejects.toThrow(FAILED);
  });

  it('that one plugin accepted is still for that one alone', async () => {
    const { process, scaffolder, sign } = await twoBackends();
    const search = await process.plugin('search');
    const token = await sign();
    await scaffolder.authenticate(token);

    await expect(search.authenticate(token)).rejects.toThrow(FAILED);
    expect(process.lines.at(-1)).toMatchObject({
      level: 'warn',
      meta: {
        reason: 'audience_mismatch',
        sourcePluginId: 'catalog',
        targetPluginId: 'search',
        tokenAudience: 'scaffolder',
        correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      },
    });
  });
});

describe('a plugin token that is signed well', () => {
  it('is refused when it asks for an extension that nobody here understands', async () => {
    const { issuer, process, scaffolder } = await twoBackends();
    const claims = { sub: 'catalog', aud: 'scaffolder', iat: now(), exp: now() + 60 };
    const text = `${header({ alg: 'ES256', kid: issuer.kid, crit: ['x'], x: 1 })}.${forge(claims)}`;

    const refusal = scaffolder.authenticate(
      `${text}.${signText(issuer.privateKey, 'ES256', text)}`,
    );

    await expect(refusal).rejects.toThrow('Failed plugin token verification');
    expect(process.reasons()).toEqual(['malformed_token']);
  });

  it.each(['=', '==', ' ', '+', '.'])('is refused with %j appended', async (ending) => {
    const { process, scaffolder, sign } = await twoBackends();

    const refusal = scaffolder.authenticate(`${await sign()}${ending}`);

    await expect(refusal).rejects.toThrow('Failed plugin token verification');
    expect(process.reasons()).toEqual(['malformed_token']);
  });
});

describe('a plugin token within one process', () => {
  it('is verified without any request', async () => {
    const process = await startProcess();
    const catalog = await process.plugin('catalog');
    const scaffolder = await process.plugin('scaffolder');
    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.getOwnServiceCredentials(),
      targetPluginId: 'scaffolder',
    });

    const credentials = await scaffolder.authenticate(token);

    expect(credentials.principal).toEqual({ type: 'service', subject: 'plugin:catalog' });
    expect(process.requests).toEqual([]);
  });

  it('gives what the same token gives in another process', async () => {
    const first = await startProcess();
    const catalog = await first.plugin('catalog');
    const here = await first.plugin('scaffolder');
    const second = await startProcess({ urls: { catalog: `${first.url}/api/catalog` } });
    const there = await second.plugin('scaffolder');
    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.getOwnServiceCredentials(),
      targetPluginId: 'scaffolder',
    });

    expect(await here.authenticate(token)).toEqual(await there.authenticate(token));
    expect(first.requests).toEqual(['/api/catalog/.backstage/auth/v1/jwks.json']);
  });

  it('does not let a plugin speak for another with its own key', async () => {
    const process = await startProcess();
    const forger = await process.plugin('forger', {
      decorate: (handler) => ({
        verifyToken: (token) => handler.verifyToken(token),
        issueToken: (options) => handler.issueToken({ ...options, pluginId: 'catalog' }),
      }),
    });
    await process.plugin('catalog');
    const scaffolder = await process.plugin('scaffolder');
    const { token } = await forger.getPluginRequestToken({
      onBehalfOf: await forger.getOwnServiceCredentials(),
      targetPluginId: 'scaffolder',
    });
    expect(decode(token).payload['sub']).toBe('catalog');

    await expect(scaffolder.authenticate(token)).rejects.toThrow(
      'Failed plugin token verification',
    );
    expect(process.reasons()).toEqual(['unknown_key']);
  });

  it('is verified over HTTP when another process of its plugin issued it', async () => {
    const database = memoryDatabase();
    const first = await startProcess();
    const issuing = await first.plugin('catalog', { database });
    const second = await startProcess();
    await second.plugin('catalog', { database });
    const scaffolder = await second.plugin('scaffolder');
    const { token } = await issuing.getPluginRequestToken({
      onBehalfOf: await issuing.getOwnServiceCredentials(),
      targetPluginId: 'scaffolder',
    });

    const credentials = await scaffolder.authenticate(token);

    expect(credentials.principal).toEqual({ type: 'service', subject: 'plugin:catalog' });
    expect(second.requests).toHaveLength(1);
  });
});

describe('a plugin token on behalf of a user', () => {
  it('[AUTH-8] makes the user the caller and the plugin the actor', async () => {
    const { process, jane } = await withUsers();
    const catalog = await process.plugin('catalog');
    const scaffolder = await process.plugin('scaffolder');
    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.authenticate(jane.token),
      targetPluginId: 'scaffolder',
    });

    const credentials = await scaffolder.authenticate(token);

    expect(credentials).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      expiresAt: new Date(jane.exp * 1000),
      principal: {
        type: 'user',
        userEntityRef: 'user:default/jane',
        actor: { type: 'service', subject: 'plugin:catalog' },
      },
    });
    expect((credentials as { token?: string }).token).toBe(decode(token).payload['obo']);
    expect(String(credentials)).toBe(
      'backstageCredentials{userPrincipal{user:default/jane,actor={servicePrincipal{plugin:catalog}}}}',
    );
  });

  it('[AUTH-8] can be passed on from plugin to plugin', async () => {
    const { process, jane } = await withUsers();
    const catalog = await process.plugin('catalog');
    const scaffolder = await process.plugin('scaffolder');
    const search = await process.plugin('search');
    const first = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.authenticate(jane.token),
      targetPluginId: 'scaffolder',
    });
    const second = await scaffolder.getPluginRequestToken({
      onBehalfOf: await scaffolder.authenticate(first.token),
      targetPluginId: 'search',
    });

    const { principal } = await search.authenticate(second.token);

    expect(principal).toEqual({
      type: 'user',
      userEntityRef: 'user:default/jane',
      actor: { type: 'service', subject: 'plugin:scaffolder' },
    });
  });

  it('[AUTH-13] does not outlive the token of the user', async () => {
    const { process, issueUser } = await withUsers();
    const catalog = await process.plugin('catalog');
    const exp = now() + 300;

    const { token } = await catalog.getPluginRequestToken({
      onBehalfOf: await catalog.authenticate(await issueUser({ exp })),
      targetPluginId: 'scaffolder',
    });

    expect(decode(token).payload['exp']).toBe(exp);
  });

  it.each([
    [
      'another kind of token',
      async () => createIssuer().sign({ sub: 'x' }),
      'Invalid user token in plugin token obo claim',
    ],
    ['no token', async () => 'nonsense', 'Invalid user token in plugin token obo claim'],
    [
      'a user token of another issuer',
      async () => issueUserToken(createIssuer()),
      'Failed user token verification',
    ],
  ])('[AUTH-8] is refused with %s inside', async (_title, makeObo, message) => {
    const { process } = await withUsers();
    const issuer = createIssuer();
    process.urls['foreign'] = (await publishKeys([issuer.jwk])).url;
    const scaffolder = await process.plugin('scaffolder');
    const token = await issuer.sign(
      { sub: 'foreign', aud: 'scaffolder', iat: now(), exp: now() + 60, obo: await makeObo() },
      { typ: 'vnd.backstage.plugin' },
    );

    await expect(scaffolder.authenticate(token)).rejects.toMatchObject({
      name: 'AuthenticationError',
      message,
    });
    expect(process.reasons()).toHaveLength(1);
  });
});

function forge(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function header(fields: object): string {
  return forge({ typ: 'vnd.backstage.plugin', kid: 'x', ...fields });
}

async function withUsers() {
  const issuer = createIssuer();
  const keys = await publishKeys([issuer.jwk]);
  const process = await startProcess({ urls: { auth: keys.url } });
  const issueUser = (claims?: object) => issueUserToken(issuer, { ...claims });
  const exp = now() + 3600;
  return { process, issueUser, jane: { token: await issueUser({ exp }), exp } };
}
