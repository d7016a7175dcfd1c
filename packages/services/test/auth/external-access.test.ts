import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '@stagewire/config';
import type { ExternalTokenHandler } from '@stagewire/plugin-api';
import { SignJWT } from 'jose';
import { createIssuer, now, publishKeys, startProcess } from './support.js';

afterEach(() => {
  vi.useRealTimers();
});

async function withAccess(externalAccess: JsonObject[], auth: JsonObject = {}) {
  const process = await startProcess({ auth: { externalAccess, ...auth } });
  const service = await process.plugin('catalog');
  return { process, service };
}

const staticEntry = (token: string, subject = 'ci', more: JsonObject = {}): JsonObject => ({
  type: 'static',
  options: { token, subject },
  ...more,
});

const SECRET = Buffer.from('the secret of an old backend, which is long').toString('base64');

const legacyEntry = (secret = SECRET, subject = 'old-backend'): JsonObject => ({
  type: 'legacy',
  options: { secret, subject },
});

function legacyToken(claims: JsonObject = {}, secret = SECRET, alg = 'HS256'): Promise<string> {
  return new SignJWT({ sub: 'backstage-server', ...claims })
    .setProtectedHeader({ alg })
    .sign(Buffer.from(secret, 'base64'));
}

const ILLEGAL = { name: 'AuthenticationError', message: 'Illegal token' };

describe('external access by a static token', () => {
  it('[AUTH-16] makes the subject of the entry the caller', async () => {
    const { service } = await withAccess([
      staticEntry('first-token', 'first'),
      staticEntry('second-token', 'second'),
    ]);

    const credentials = await service.authenticate('second-token');

    expect(credentials).toEqual({
      $$type: '@backstage/BackstageCredentials',
      version: 'v1',
      principal: { type: 'service', subject: 'second' },
    });
  });

  it.each(['first-toke', 'first-token2', 'First-token', '', ' first-token', 'first-token.a.b'])(
    '[AUTH-16] is for that text exactly: %j is refused',
    async (token) => {
      const { process, service } = await withAccess([staticEntry('first-token')]);

      await expect(service.authenticate(token)).rejects.toMatchObject(ILLEGAL);
      expect(process.reasons()).toEqual(['no_external_access_rule']);
    },
  );

  it.each([
    [{ token: 'short', subject: 'ci' }, 'Illegal token, must be at least 8 characters length'],
    [
      { token: 'with a space', subject: 'ci' },
      'Illegal token, must be a set of non-space characters',
    ],
    [
      { token: 'long-enough', subject: 'c i' },
      'Illegal subject, must be a set of non-space characters',
    ],
  ])('[AUTH-16] refuses to start with %j', async (options, message) => {
    const process = await startProcess({ auth: { externalAccess: [{ type: 'static', options }] } });

    const error = await process.plugin('catalog').catch((caught: unknown) => caught);

    expect(error).toMatchObject({ code: 'E_AUTH_EXTERNAL_OPTION', message });
  });

  it('[AUTH-6] may look like another kind of token', async () => {
    const token = await createIssuer().sign({ sub: 'x' }, { typ: 'vnd.backstage.plugin' });
    const { service } = await withAccess([staticEntry(token, 'odd')]);

    await expect(service.authenticate(token)).resolves.toMatchObject({
      principal: { subject: 'odd' },
    });
  });
});

describe('external access by a legacy token', () => {
  it('[AUTH-16] makes the subject of the entry whose secret signed it the caller', async () => {
    const other = Buffer.from('another secret, which is long enough too').toString('base64');
    const { service } = await withAccess([legacyEntry(SECRET, 'a'), legacyEntry(other, 'b')]);

    const first = await service.authenticate(await legacyToken({}, SECRET));
    const second = await service.authenticate(await legacyToken({ exp: now() + 100 }, other));

    expect(first.principal).toEqual({ type: 'service', subject: 'a' });
    expect(second.principal).toEqual({ type: 'service', subject: 'b' });
  });

  it.each([
    [
      'signed with an unknown secret',
      () => legacyToken({}, Buffer.from('x'.repeat(40)).toString('base64')),
    ],
    ['of another subject', () => legacyToken({ sub: 'somebody' })],
    ['with an audience', () => legacyToken({ aud: 'catalog' })],
    [
      'signed with another algorithm',
      () => legacyToken({}, Buffer.alloc(64, 1).toString('base64'), 'HS512'),
    ],
    ['with its signature cut off', async () => (await legacyToken()).replace(/[^.]*$/, '')],
  ])('[AUTH-16] falls through when it is %s', async (_title, makeToken) => {
    const { process, service } = await withAccess([legacyEntry()]);

    await expect(service.authenticate(await makeToken())).rejects.toMatchObject(ILLEGAL);
    expect(process.reasons()).toEqual(['no_external_access_rule']);
  });

  it('[AUTH-16] is refused for good when it expired, also if a later rule would take it', async () => {
    const takesAll: ExternalTokenHandler<unknown> = {
      type: 'any',
      initialize: () => undefined,
      verifyToken: async () => ({ subject: 'anybody' }),
    };
    const externalAccess = [legacyEntry(), { type: 'any', options: { a: 1 } }];
    const process = await startProcess({ auth: { externalAccess } });
    const service = await process.plugin('catalog', { handlers: [takesAll] });

    const refusal = service.authenticate(await legacyToken({ exp: now() - 1000 }));

    await expect(refusal).rejects.toMatchObject({
      name: 'AuthenticationError',
      message: '"exp" claim timestamp check failed',
    });
    expect(process.reasons()).toEqual(['invalid_external_token']);
  });

  it('is accepted with clocks up to 60 s apart', async () => {
    const { service } = await withAccess([legacyEntry()]);

    await expect(
      service.authenticate(await legacyToken({ exp: now() - 50 })),
    ).resolves.toBeDefined();
  });

  it('is remembered, and refused once it has expired', async () => {
    const { service } = await withAccess([legacyEntry()]);
    const exp = now() + 100;
    const token = await legacyToken({ exp });
    await service.authenticate(token);
    await service.authenticate(token);

    vi.useFakeTimers({ toFake: ['Date'], now: (exp + 61) * 1000 });

    await expect(service.authenticate(token)).rejects.toThrow('"exp" claim');
  });

  it.each([
    [{ secret: 'a b', subject: 'x' }, 'Illegal secret, must be a valid base64 string'],
    [{ secret: '!!!', subject: 'x' }, 'Illegal secret, must be a valid base64 string'],
    [{ secret: SECRET, subject: 'x y' }, 'Illegal subject, must be a set of non-space characters'],
  ])('[AUTH-16] refuses to start with %j', async (options, message) => {
    const process = await startProcess({ auth: { externalAccess: [{ type: 'legacy', options }] } });

    await expect(process.plugin('catalog')).rejects.toMatchObject({
      code: 'E_AUTH_EXTERNAL_OPTION',
      message,
    });
  });

  it('[AUTH-18] is accepted by the old key, and there is one deprecation warning', async () => {
    const { process, service } = await withAccess([], { keys: [{ secret: SECRET }] });
    await process.plugin('search');

    const { principal } = await service.authenticate(await legacyToken());

    expect(principal).toEqual({ type: 'service', subject: 'external:backstage-plugin' });
    expect(process.lines).toEqual([
      { level: 'warn', message: expect.stringContaining('backend.auth.keys') },
    ]);
    expect(JSON.stringify(process.lines)).not.toContain(SECRET);
  });
});

const jwksEntry = (url: string, subjectPrefix: string): JsonObject => ({
  type: 'jwks',
  options: { url, subjectPrefix },
});

describe('external access by the keys of an issuer', () => {
  it.each([
    [{ subjectPrefix: 'ci' }, 'external:ci:robot'],
    [{}, 'external:robot'],
  ])('[AUTH-16] with %j makes its subject the caller', async (options, subject) => {
    const { service, issuer } = await withIssuer(options);

    const { principal } = await service.authenticate(await issuer.sign({ sub: 'robot' }));

    expect(principal).toEqual({ type: 'service', subject });
  });

  it('[AUTH-16] holds tokens to issuer, audience and algorithm, as text or as lists', async () => {
    const { service, issuer } = await withIssuer({
      issuer: ['https://a', 'https://b'],
      audience: 'one, two',
      algorithm: 'ES256',
    });
    const claims = { sub: 'robot', iss: 'https://b', aud: 'two', exp: now() + 100 };

    await expect(service.authenticate(await issuer.sign(claims))).resolves.toBeDefined();
    for (const wrong of [{ iss: 'https://c' }, { aud: 'three' }, { iss: undefined }]) {
      const token = await issuer.sign({ ...claims, ...wrong });
      await expect(service.authenticate(token)).rejects.toMatchObject(ILLEGAL);
    }
  });

  it('[AUTH-16] falls through on any failure, and tells the reason in the log only', async () => {
    const { process, service, issuer, keys } = await withIssuer({ algorithm: 'ES256' });
    const failing = [
      await issuer.sign({ sub: 'robot', exp: 1000 }),
      await issuer.sign({ sub: 'robot' }, { kid: 'other' }),
      await issuer.sign({}),
      await createIssuer().sign({ sub: 'robot' }, { kid: issuer.kid }),
      'no-token-at-all',
    ];
    for (const token of failing) {
      await expect(service.authenticate(token)).rejects.toMatchObject(ILLEGAL);
    }

    const rules = process.lines.map(({ meta }) => (meta as { rules: string[] }).rules);
    expect(rules).toEqual([
      ['jwks: "exp" claim timestamp check failed'],
      ['jwks: unknown_key'],
      ['jwks: missing_claim'],
      ['jwks: signature verification failed'],
      ['jwks: malformed_token'],
    ]);
    expect(keys.requests).toBeGreaterThan(0);
  });

  it('asks the issuer for nothing when the token cannot be of that kind', async () => {
    const { service, keys } = await withIssuer({});

    for (const token of ['opaque', 'a.b.c', await legacyToken()]) {
      await expect(service.authenticate(token)).rejects.toMatchObject(ILLEGAL);
    }

    expect(keys.requests).toBe(0);
  });

  it('[AUTH-16] [AUTH-6] goes on to the next rule, in the order of the configuration', async () => {
    const issuer = createIssuer();
    const [empty, right] = [await publishKeys([]), await publishKeys([issuer.jwk])];
    const { service } = await withAccess([
      jwksEntry(empty.url, 'a'),
      jwksEntry(right.url, 'b'),
      jwksEntry(right.url, 'c'),
    ]);

    const { principal } = await service.authenticate(await issuer.sign({ sub: 'robot' }));

    expect(principal).toEqual({ type: 'service', subject: 'external:b:robot' });
  });

  it('refuses to start with a URL that is none', async () => {
    const externalAccess = [{ type: 'jwks', options: { url: 'not a url' } }];
    const process = await startProcess({ auth: { externalAccess } });

    await expect(process.plugin('a')).rejects.toMatchObject({ code: 'E_AUTH_EXTERNAL_OPTION' });
  });

  it('[SQ6] is not limited by restrictions inside options: they are checked, and warned of', async () => {
    const { process, service, issuer } = await withIssuer({
      accessRestrictions: [{ plugin: 'search' }],
    });

    await expect(service.authenticate(await issuer.sign({ sub: 'robot' }))).resolves.toMatchObject({
      principal: { subject: 'external:robot' },
    });
    expect(process.lines).toEqual([
      {
        level: 'warn',
        message: expect.stringContaining('externalAccess[0].options.accessRestrictions'),
      },
    ]);
    await expect(withIssuer({ accessRestrictions: [{ plug: 'x' }] })).rejects.toMatchObject({
      code: 'E_AUTH_ACCESS_RESTRICTION',
    });
  });
});

describe('external access by a handler of the installation', () => {
  it('[AUTH-16] is initialised once per entry with its options, and verifies with what it made', async () => {
    const seen: unknown[] = [];
    const handler: ExternalTokenHandler<{ word: string }> = {
      type: 'password',
      initialize: ({ options }) => ({ word: options.getString('word') }),
      async verifyToken(token, context) {
        seen.push([token, context]);
        return token === context.word ? { subject: `by ${context.word}` } : undefined;
      },
    };
    const externalAccess = ['open', 'sesame'].map((word) => ({
      type: 'password',
      options: { word },
    }));
    const process = await startProcess({ auth: { externalAccess } });
    const service = await process.plugin('catalog', { handlers: [handler] });

    const { principal } = await service.authenticate('sesame');

    expect(principal).toEqual({ type: 'service', subject: 'by sesame' });
    expect(seen).toEqual([
      ['sesame', { word: 'open' }],
      ['sesame', { word: 'sesame' }],
    ]);
  });

  it('[AUTH-18] does not bring a deprecation warning for each plugin', async () => {
    const handler: ExternalTokenHandler<null> = {
      type: 'mine',
      initialize: () => null,
      verifyToken: async () => undefined,
    };
    const process = await startProcess({ auth: { keys: [{ secret: SECRET }] } });
    await process.plugin('catalog', { handlers: [handler] });
    await process.plugin('search', { handlers: [handler] });

    expect(process.lines).toHaveLength(1);
  });

  it('[AUTH-16] may replace a built-in type', async () => {
    const handler: ExternalTokenHandler<null> = {
      type: 'static',
      initialize: () => null,
      verifyToken: async (token) => (token === 'other' ? { subject: 'mine' } : undefined),
    };
    const process = await startProcess({ auth: { externalAccess: [staticEntry('the-token')] } });
    const replaced = await process.plugin('catalog', { handlers: [handler] });
    const builtIn = await process.plugin('search');

    await expect(replaced.authenticate('other')).resolves.toMatchObject({
      principal: { subject: 'mine' },
    });
    await expect(replaced.authenticate('the-token')).rejects.toMatchObject(ILLEGAL);
    await expect(builtIn.authenticate('the-token')).resolves.toBeDefined();
  });

  it('[AUTH-16] is refused when another one has the same type', async () => {
    const handler: ExternalTokenHandler<null> = {
      type: 'mine',
      initialize: () => null,
      verifyToken: async () => undefined,
    };
    const process = await startProcess();

    await expect(
      process.plugin('a', { handlers: [handler, { ...handler }] }),
    ).rejects.toMatchObject({
      code: 'E_AUTH_EXTERNAL_HANDLER_DUPLICATE',
      message: "Duplicate external token handler type 'mine', each handler must have a unique type",
    });
  });

  it.each(['magic', '__proto__', 'constructor'])(
    '[AUTH-17] is needed for the type %s',
    async (type) => {
      const handler: ExternalTokenHandler<null> = {
        type: 'mine',
        initialize: () => null,
        verifyToken: async () => undefined,
      };
      const process = await startProcess({
        auth: { externalAccess: [{ type, options: { a: 1 } }] },
      });

      await expect(process.plugin('a')).rejects.toMatchObject({
        code: 'E_AUTH_EXTERNAL_TYPE',
        message: `Unknown type '${type}' in backend.auth.externalAccess, expected one of 'static', 'legacy', 'jwks'`,
      });
      await expect(process.plugin('b', { handlers: [handler] })).rejects.toThrow(
        "expected one of 'static', 'legacy', 'jwks', 'mine'",
      );
    },
  );
});

const restrictedTo = (accessRestrictions: JsonObject[]) =>
  withAccess([staticEntry('the-token', 'ci', { accessRestrictions })]);

describe('access restrictions', () => {
  it('[AUTH-20] keep a token from plugins that are not listed', async () => {
    const { process, service } = await restrictedTo([{ plugin: 'search' }, { plugin: 'todo' }]);

    await expect(service.authenticate('the-token')).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: "This token's access is restricted to plugin(s) 'search', 'todo'",
    });
    expect(process.reasons()).toEqual(['access_restricted']);
  });

  it.each([
    [{}, {}],
    [{ permission: 'a' }, { permissionNames: ['a'] }],
    [{ permission: 'a, b  c' }, { permissionNames: ['a', 'b', 'c'] }],
    [{ permission: ['a', 'b'] }, { permissionNames: ['a', 'b'] }],
    [{ permissionAttribute: { action: 'read' } }, { permissionAttributes: { action: ['read'] } }],
    [
      { permission: 'a', permissionAttribute: { action: ['create', 'delete'] } },
      { permissionNames: ['a'], permissionAttributes: { action: ['create', 'delete'] } },
    ],
  ])('[AUTH-19] [AUTH-20] of %j become %j', async (entry, accessRestrictions) => {
    const { service } = await restrictedTo([{ plugin: 'catalog', ...entry }, { plugin: 'todo' }]);

    const credentials = await service.authenticate('the-token');

    expect(credentials.principal).toEqual({ type: 'service', subject: 'ci', accessRestrictions });
    expect((credentials as { allAccessRestrictions?: unknown }).allAccessRestrictions).toEqual(
      new Map([
        ['catalog', accessRestrictions],
        ['todo', {}],
      ]),
    );
    expect(Object.keys(credentials)).toEqual(['$$type', 'version', 'principal']);
  });

  it.each([
    [
      [{ plugin: 'a', permissions: 'x' }],
      "Invalid key 'permissions' in 'accessRestrictions' config, expected one of 'plugin', 'permission', 'permissionAttribute'",
    ],
    [
      [{ plugin: 'a' }, { plugin: 'a' }],
      "Attempted to declare 'accessRestrictions' twice for plugin 'a', which is not permitted",
    ],
    [
      [{ plugin: 'a', permissionAttribute: { method: 'x' } }],
      "Invalid key 'method' in 'permissionAttribute' config, expected one of 'action'",
    ],
    [
      [{ plugin: 'a', permissionAttribute: { action: 'read, write' } }],
      "Invalid value 'write' at 'action' in 'permissionAttributes' config, valid values are 'create', 'read', 'update', 'delete'",
    ],
  ])('[AUTH-19] refuses to start with %j', async (accessRestrictions, message) => {
    await expect(restrictedTo(accessRestrictions)).rejects.toMatchObject({
      code: 'E_AUTH_ACCESS_RESTRICTION',
      message,
    });
  });

  it.each([
    [[]],
    [[{ plugin: 'a', permission: [] }]],
    [[{ plugin: 'a', permission: ' , ' }]],
    [[{ plugin: 'a', permissionAttribute: {} }]],
    [[{ plugin: 'a', permissionAttribute: { action: [] } }]],
  ])('that are empty would not restrict anything, so %j is refused', async (accessRestrictions) => {
    await expect(restrictedTo(accessRestrictions as JsonObject[])).rejects.toMatchObject({
      code: 'E_AUTH_ACCESS_RESTRICTION',
      message: expect.stringContaining('is empty'),
    });
  });

  it('[AUTH-19] refuses to start without the plugin', async () => {
    await expect(restrictedTo([{ permission: 'x' }])).rejects.toThrow('plugin');
  });
});

async function withIssuer(options: JsonObject) {
  const issuer = createIssuer();
  const keys = await publishKeys([issuer.jwk]);
  const entry = { type: 'jwks', options: { url: keys.url, ...options } };
  return { ...(await withAccess([entry])), issuer, keys };
}
