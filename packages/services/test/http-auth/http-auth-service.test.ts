import type { AuthService, BackstageCredentials, HttpAuthService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import express, { type Request, type Response } from 'express';
import { describe, expect, it, vi } from 'vitest';
import { DefaultHttpAuthService } from '../../src/http-auth/default-http-auth-service.js';
import { httpAuthServiceFactory } from '../../src/http-auth/http-auth-service-factory.js';
import { createIssuer, issueUserToken, now, publishKeys, startProcess } from '../auth/support.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger } from '../support/recording-logger.js';

const EXTERNAL_URL = 'https://portal.example.com/api/catalog';

/** The plugin `catalog` with real tokens; requests reach `handle` through a real Express app. */
async function withHttp(externalUrl = EXTERNAL_URL) {
  const issuer = createIssuer();
  const keys = await publishKeys([issuer.jwk]);
  const options = { token: 'static-token', subject: 'ci' };
  const process = await startProcess({
    auth: { externalAccess: [{ type: 'static', options }] },
    urls: { auth: keys.url },
  });
  const auth = await process.plugin('catalog');
  const logger = recordingLogger();
  const httpAuth = (await (httpAuthServiceFactory as unknown as ServiceFactoryShape).factory(
    {
      auth,
      logger,
      plugin: { getId: () => 'catalog' },
      discovery: {
        getBaseUrl: async () => 'http://internal',
        getExternalBaseUrl: async (id: string) => externalUrl.replace('catalog', id),
      },
    },
    undefined,
  )) as HttpAuthService;
  const jane = await issueUserToken(issuer);
  const makeLimited = async (token: string) =>
    (await auth.getLimitedUserToken((await auth.authenticate(token)) as never)).token;
  return { auth, httpAuth, logger, issuer, jane, makeLimited, limited: await makeLimited(jane) };
}

/** Sends one request with these headers to a handler, and returns what it made of it. */
async function request<TResult>(
  headers: Record<string, string>,
  handle: (req: Request, res: Response) => Promise<TResult>,
) {
  let outcome: { result?: TResult; error?: unknown } = {};
  const app = express();
  app.use((req, res) => {
    void handle(req, res)
      .then((result) => (outcome = { result }))
      .catch((error: unknown) => (outcome = { error }))
      .finally(() => res.end());
  });
  const { url } = await serveLoopback(app);
  const response = await fetch(url, { headers });
  await response.arrayBuffer();
  return { ...outcome, cookies: response.headers.getSetCookie() };
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const cookie = (token: string) => ({ cookie: `backstage-auth=${token}` });

const wrong = (type: string) => ({
  name: 'NotAllowedError',
  message: `This endpoint does not allow '${type}' credentials`,
});

describe('the credentials of a request', () => {
  it.each([
    ['Bearer static-token', 'service'],
    ['bearer static-token', 'service'],
    ['BEARER    static-token', 'service'],
    ['Basic static-token', 'none'],
    ['Bearer', 'none'],
    ['Bearer  ', 'none'],
    ['Bearer\tstatic-token', 'none'],
    ['Bearer static-token more', 'none'],
    ['Bearer static-token\u00a0more', 'none'],
    ['xBearer static-token', 'none'],
    ['static-token', 'none'],
    ['', 'none'],
  ])('[HA-1] with the header %j are those of a %s', async (authorization, type) => {
    const { httpAuth } = await withHttp();

    const { result } = await request({ authorization }, (req) => httpAuth.credentials(req));

    expect(result?.principal).toMatchObject({ type });
  });

  it('[HA-2] are those of nobody with a cookie, unless limited access is allowed', async () => {
    const { httpAuth, limited } = await withHttp();

    const { result } = await request(cookie(limited), async (req) => [
      (await httpAuth.credentials(req)).principal,
      (await httpAuth.credentials(req, { allowLimitedAccess: true })).principal,
    ]);

    expect(result).toEqual([
      { type: 'none' },
      { type: 'user', userEntityRef: 'user:default/jane' },
    ]);
  });

  it.each([
    ['backstage-auth=', 'none'],
    ['other=1; backstage-auth', 'none'],
    ['xbackstage-auth=TOKEN', 'none'],
    ['a=b;backstage-auth=TOKEN', 'user'],
    ['a=b;   backstage-auth = TOKEN ; c=d', 'user'],
    ['backstage-auth="TOKEN"', 'user'],
    ['backstage-auth=TOKEN; backstage-auth=other', 'user'],
    [';;;=;', 'none'],
  ])('[HA-2] with the cookie header %j are those of a %s', async (header, type) => {
    const { httpAuth, limited } = await withHttp();

    const { result } = await request({ cookie: header.replace('TOKEN', limited) }, (req) =>
      httpAuth.credentials(req, { allowLimitedAccess: true }),
    );

    expect(result?.principal).toMatchObject({ type });
  });

  it.each(['%', '%E0%A4%A', 'a.b.c', '"'])(
    '[HA-2] with the broken cookie %j are refused, not failed over',
    async (value) => {
      const { httpAuth } = await withHttp();

      const { error } = await request(cookie(value), (req) =>
        httpAuth.credentials(req, { allowLimitedAccess: true }),
      );

      expect(error).toMatchObject({ name: 'AuthenticationError', message: 'Illegal token' });
    },
  );

  it('[HA-2] may be a limited token in the header where limited access is allowed', async () => {
    const { httpAuth, limited } = await withHttp();

    const allowed = await request(bearer(limited), (req) =>
      httpAuth.credentials(req, { allowLimitedAccess: true }),
    );
    const refused = await request(bearer(limited), (req) => httpAuth.credentials(req));

    expect(allowed.result?.principal).toMatchObject({ type: 'user' });
    expect(refused.error).toMatchObject({ message: 'Illegal limited user token' });
  });

  it('[HA-3] are those of the header when there is a cookie too', async () => {
    const { httpAuth, limited } = await withHttp();

    const { result } = await request({ ...cookie(limited), ...bearer('static-token') }, (req) =>
      httpAuth.credentials(req, { allowLimitedAccess: true }),
    );

    expect(result?.principal).toMatchObject({ type: 'service', subject: 'ci' });
  });

  it('[HA-3] are refused with a bad token in the header, whatever the cookie is', async () => {
    const { httpAuth, limited } = await withHttp();

    const { error } = await request({ ...cookie(limited), ...bearer('nonsense') }, (req) =>
      httpAuth.credentials(req, { allowLimitedAccess: true }),
    );

    expect(error).toMatchObject({ name: 'AuthenticationError', message: 'Illegal token' });
  });

  it('[HA-4] are read once per request and kind of access, failures included', async () => {
    const { auth, httpAuth, limited } = await withHttp();
    const authenticate = vi.spyOn(auth, 'authenticate');

    await request({ ...cookie(limited), ...bearer('nonsense') }, async (req) => {
      for (let index = 0; index < 3; index += 1) {
        await httpAuth.credentials(req).catch(() => {});
        await httpAuth.credentials(req, { allowLimitedAccess: true }).catch(() => {});
      }
    });

    expect(authenticate.mock.calls).toEqual([
      ['nonsense'],
      ['nonsense', { allowLimitedAccess: true }],
    ]);
  });

  it('[HA-4] do not go over to what is made of a request, and do not show in it', async () => {
    const { httpAuth } = await withHttp();

    const { result } = await request(bearer('static-token'), async (req) => {
      const before = Reflect.ownKeys(req);
      await httpAuth.credentials(req);
      const child = Object.create(req, { headers: { value: {} } }) as Request;
      const copy = { ...req, headers: {} } as Request;
      return {
        added: Reflect.ownKeys(req).filter((key) => !before.includes(key)),
        ofChild: (await httpAuth.credentials(child)).principal,
        ofCopy: (await httpAuth.credentials(copy)).principal,
      };
    });

    const none = { type: 'none' };
    expect(result).toEqual({ added: [], ofChild: none, ofCopy: none });
  });

  it('are read of a frozen request too', async () => {
    const { httpAuth } = await withHttp();
    const req = Object.freeze({ headers: bearer('static-token') }) as unknown as Request;

    expect((await httpAuth.credentials(req)).principal).toMatchObject({ type: 'service' });
    expect((await httpAuth.credentials(req)).principal).toMatchObject({ type: 'service' });
  });

  it('[HA-4] are not those of another request, or of another service instance', async () => {
    const { httpAuth, auth } = await withHttp();
    const discovery = { getBaseUrl: async () => '', getExternalBaseUrl: async () => '' };
    const other = DefaultHttpAuthService.create({
      auth,
      discovery,
      pluginId: 'catalog',
      getTokenFromRequest: () => ({ token: undefined }),
    });

    const { result } = await request(bearer('static-token'), async (req) => [
      (await httpAuth.credentials(req)).principal,
      (await other.credentials(req)).principal,
    ]);

    expect(result).toMatchObject([{ type: 'service' }, { type: 'none' }]);
  });

  const ALL = ['user', 'service', 'none', 'unknown'] as const;
  type Types = Array<(typeof ALL)[number]>;
  const MISSING = { name: 'AuthenticationError', message: 'Missing credentials' };

  it.each<[string, Types, object | undefined]>([
    ['user', ['user'], undefined],
    ['user', ['service', 'user'], undefined],
    ['user', ['service'], wrong('user')],
    ['user', ['none'], wrong('user')],
    ['user', ['unknown'], wrong('user')],
    ['service', ['service'], undefined],
    ['service', ['user'], wrong('service')],
    ['none', ['none'], undefined],
    ['none', ['user', 'none'], undefined],
    ['none', ['user', 'service'], MISSING],
    ['none', ['unknown'], MISSING],
    ['none', [], MISSING],
  ])('[HA-5] of a %s, where %j are allowed: %j', async (type, allow, expected) => {
    const { httpAuth, jane } = await withHttp();
    const headers = { user: bearer(jane), service: bearer('static-token'), none: {} }[type];

    const { error } = await request(headers ?? {}, (req) => httpAuth.credentials(req, { allow }));

    if (expected) expect(error).toMatchObject(expected);
    else expect(error).toBeUndefined();
  });

  it('[HA-5] may be any where nothing is said', async () => {
    const { httpAuth } = await withHttp();

    const { result } = await request({}, (req) => httpAuth.credentials(req));

    expect(result?.principal).toEqual({ type: 'none' });
  });

  it('that are not allowed are logged with a reason and a correlation id', async () => {
    const { httpAuth, logger } = await withHttp();

    const missing = await request({}, (req) => httpAuth.credentials(req, { allow: ['user'] }));
    await request(bearer('static-token'), (req) => httpAuth.credentials(req, { allow: ['user'] }));

    const { correlationId } = missing.error as { correlationId: string };
    expect(logger.lines.map(({ level, meta }) => [level, meta])).toEqual([
      [
        'info',
        {
          reason: 'missing_credentials',
          correlationId,
          pluginId: 'catalog',
          allowed: ['user'],
          message: 'Missing credentials',
        },
      ],
      ['info', expect.objectContaining({ reason: 'wrong_principal' })],
    ]);
  });

  it('[HA-9] may be read from elsewhere', async () => {
    const { auth } = await withHttp();
    const httpAuth = DefaultHttpAuthService.create({
      auth,
      discovery: { getBaseUrl: async () => '', getExternalBaseUrl: async () => '' },
      pluginId: 'catalog',
      getTokenFromRequest: (req) => ({ token: req.get('x-token') }),
    });

    const { result } = await request(
      { 'x-token': 'static-token', authorization: 'Bearer nonsense' },
      (req) => httpAuth.credentials(req, { allow: ['service'] }),
    );

    expect(result?.principal).toMatchObject({ subject: 'ci' });
  });
});

describe('a user cookie', () => {
  it('[HA-6] [HA-8] holds the limited token of the user, for the whole host', async () => {
    const { httpAuth, issuer } = await withHttp();
    const exp = now() + 3600;
    const token = await issueUserToken(issuer, { exp });

    const { result, cookies } = await request(bearer(token), (_req, res) =>
      httpAuth.issueUserCookie(res),
    );

    expect(result).toEqual({ expiresAt: new Date(exp * 1000) });
    expect(cookies).toHaveLength(1);
    const [value, ...attributes] = (cookies[0] ?? '').split('; ');
    expect(value).toMatch(/^backstage-auth=[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(attributes).toEqual([
      'Domain=portal.example.com',
      'Path=/',
      `Expires=${new Date(exp * 1000).toUTCString()}`,
      'HttpOnly',
      'Secure',
      'Priority=High',
      'SameSite=None',
    ]);
  });

  it.each([
    ['http://portal.example.com/api/catalog', 'portal.example.com', false],
    ['http://localhost:7007/api/catalog', 'localhost', true],
    ['https://127.0.0.1/api/catalog', '127.0.0.1', true],
    ['http://127.0.0.1:7007/api/catalog', '127.0.0.1', false],
  ])('[HA-8] for %s is for the host %s, secure: %s', async (url, host, isSecure) => {
    const { httpAuth, jane } = await withHttp(url);

    const { cookies } = await request(bearer(jane), (_req, res) => httpAuth.issueUserCookie(res));

    const attributes = (cookies[0] ?? '').split('; ');
    expect(attributes).toContain(`Domain=${host}`);
    expect(attributes).toContain(isSecure ? 'SameSite=None' : 'SameSite=Lax');
    expect(attributes.includes('Secure')).toBe(isSecure);
  });

  it('[HA-6] opens routes that allow limited access', async () => {
    const { httpAuth, jane } = await withHttp();
    const { cookies } = await request(bearer(jane), (_req, res) => httpAuth.issueUserCookie(res));

    const { result } = await request({ cookie: cookies[0]?.split(';')[0] ?? '' }, (req) =>
      httpAuth.credentials(req, { allow: ['user'], allowLimitedAccess: true }),
    );

    expect(result?.principal).toMatchObject({ userEntityRef: 'user:default/jane' });
  });

  it('[HA-6] may be issued for other credentials than those of the request', async () => {
    const { auth, httpAuth, jane } = await withHttp();
    const credentials = await auth.authenticate(jane);

    const { cookies } = await request({}, (_req, res) =>
      httpAuth.issueUserCookie(res, { credentials }),
    );

    expect(cookies).toHaveLength(1);
  });

  it('[HA-6] is cleared for the credentials of nobody', async () => {
    const { auth, httpAuth } = await withHttp();
    const credentials = await auth.getNoneCredentials();

    const { result, cookies } = await request({}, (_req, res) =>
      httpAuth.issueUserCookie(res, { credentials }),
    );

    expect(cookies).toEqual([
      'backstage-auth=; Domain=portal.example.com; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; HttpOnly; Secure; Priority=High; SameSite=None',
    ]);
    expect(Math.abs((result?.expiresAt.getTime() ?? 0) - Date.now())).toBeLessThan(5_000);
  });

  it.each<
    [string, (auth: AuthService) => Promise<BackstageCredentials> | undefined, object, object]
  >([
    [
      'given credentials of a service',
      (auth) => auth.getOwnServiceCredentials(),
      {},
      { name: 'AuthenticationError', message: 'Refused to issue cookie for non-user principal' },
    ],
    [
      'a request of a service',
      () => undefined,
      bearer('static-token'),
      { name: 'NotAllowedError', message: "This endpoint does not allow 'service' credentials" },
    ],
    [
      'a request of nobody',
      () => undefined,
      {},
      { name: 'AuthenticationError', message: 'Missing credentials' },
    ],
  ])('[HA-6] is refused for %s', async (_title, getCredentials, headers, expected) => {
    const { auth, httpAuth } = await withHttp();
    const credentials = await getCredentials(auth);

    const { error, cookies } = await request(headers as Record<string, string>, (_req, res) =>
      httpAuth.issueUserCookie(res, credentials && { credentials }),
    );

    expect(error).toMatchObject(expected);
    expect(cookies).toEqual([]);
  });

  it('[HA-6] is refused after the headers were sent', async () => {
    const { httpAuth, jane } = await withHttp();

    const { error } = await request(bearer(jane), async (_req, res) => {
      res.write('early');
      return httpAuth.issueUserCookie(res);
    });

    expect((error as Error).message).toBe('Failed to issue user cookie, headers were already sent');
  });

  it('[HA-7] that lives for more than five minutes is kept', async () => {
    const { httpAuth, issuer, jane, makeLimited } = await withHttp();
    const exp = now() + 5 * 60 + 30;
    const existing = await makeLimited(await issueUserToken(issuer, { exp }));

    const { result, cookies } = await request(
      { ...bearer(jane), ...cookie(existing) },
      (_req, res) => httpAuth.issueUserCookie(res),
    );

    expect(cookies).toEqual([]);
    expect(result).toEqual({ expiresAt: new Date(exp * 1000) });
  });

  it.each([
    ['ends within five minutes', { exp: now() + 4 * 60 }],
    ['belongs to another user', { sub: 'user:default/john' }],
  ])('[HA-7] [SQ8] that %s is replaced', async (_title, claims) => {
    const { httpAuth, issuer, jane, makeLimited } = await withHttp();
    const existing = await makeLimited(await issueUserToken(issuer, claims));

    const { cookies } = await request({ ...bearer(jane), ...cookie(existing) }, (_req, res) =>
      httpAuth.issueUserCookie(res),
    );

    expect(cookies).toHaveLength(1);
  });

  it('[HA-7] that is not valid is replaced', async () => {
    const { httpAuth, jane } = await withHttp();

    const { cookies } = await request({ ...bearer(jane), ...cookie('nonsense') }, (_req, res) =>
      httpAuth.issueUserCookie(res),
    );

    expect(cookies).toHaveLength(1);
  });
});
