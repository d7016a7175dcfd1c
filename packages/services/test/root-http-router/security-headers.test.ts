import { ConfigReader } from '@stagewire/config';
import express, { type RequestHandler } from 'express';
import { createServer, type OutgoingHttpHeader } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  canInjectHeaders,
  createMessageClasses,
  type MessageContext,
} from '../../src/root-http-router/http-messages.js';
import {
  readSecurityHeaders,
  SecurityHeaders,
} from '../../src/root-http-router/security-headers.js';
import { request, serve } from '../http/harness.js';

const DEFAULTS = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "base-uri 'self'",
    "font-src 'self' https: data:",
    "frame-ancestors 'self'",
    "img-src 'self' data:",
    "object-src 'none'",
    "script-src 'self' 'unsafe-eval'",
    "script-src-attr 'none'",
    "style-src 'self' https: 'unsafe-inline'",
    'upgrade-insecure-requests',
  ].join(';'),
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=15552000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-DNS-Prefetch-Control': 'off',
  'X-Download-Options': 'noopen',
  'X-Frame-Options': 'SAMEORIGIN',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'X-XSS-Protection': '0',
};

async function read(backend: ConstructorParameters<typeof ConfigReader>[0]) {
  const { entries } = await readSecurityHeaders(new ConfigReader({ backend }));
  return Object.fromEntries(entries);
}

describe('[RHR-15] the security headers', () => {
  it('are those of helmet, without the ones that break portals', async () => {
    expect(await read({})).toEqual(DEFAULTS);
  });

  it('can be changed by backend.csp, directive by directive and in either spelling', async () => {
    const csp = {
      'img-src': ["'self'", 'https:'],
      connectSrc: ["'self'", 'ws:'],
      'script-src': false,
      upgradeInsecureRequests: false,
      'form-action': ["'self'"],
      'object-src': [],
    };
    const policy = (await read({ csp }))['Content-Security-Policy']?.split(';');

    expect(policy).toContain("img-src 'self' https:");
    expect(policy).toContain("connect-src 'self' ws:");
    expect(policy).toContain("form-action 'self'");
    expect(policy).toContain('object-src');
    expect(policy?.filter((entry) => /^(script-src |upgrade)/.test(entry))).toEqual([]);
  });

  it('can be changed by backend.referrer', async () => {
    const headers = await read({ referrer: { policy: ['same-origin', 'strict-origin'] } });

    expect(headers['Referrer-Policy']).toBe('same-origin,strict-origin');
  });

  it.each([
    [{ csp: { 'img-src': 'self' } }],
    [{ csp: { 'img-src': ['self'] } }],
    [{ csp: { 'default-src': false } }],
    [{ referrer: { policy: ['sometimes'] } }],
  ])('are refused at the start when they cannot be made from %j', async (backend) => {
    await expect(serve(backend)).rejects.toThrow(
      expect.objectContaining({ code: 'E_SECURITY_HEADERS' }),
    );
  });
});

/** What handlers may do with the security headers, and what then has to be sent. */
const TOUCHES: Array<[string, RequestHandler, Record<string, OutgoingHttpHeader | undefined>]> = [
  ['leave them alone', (_req, res) => res.send('x'), {}],
  [
    'set one',
    (_req, res) => res.set('X-Frame-Options', 'DENY').send('x'),
    { 'x-frame-options': 'DENY' },
  ],
  [
    'set one in lower case',
    (_req, res) => void res.setHeader('x-frame-options', 'DENY').end(),
    { 'x-frame-options': 'DENY' },
  ],
  [
    'remove one',
    (_req, res) => {
      res.removeHeader('Content-Security-Policy');
      res.end();
    },
    { 'content-security-policy': undefined },
  ],
  [
    'read one',
    (_req, res) => res.set('X-Seen', String(res.get('Referrer-Policy'))).send('x'),
    { 'x-seen': 'no-referrer' },
  ],
  [
    'ask for one',
    (_req, res) => res.set('X-Seen', String(res.hasHeader('referrer-policy'))).send('x'),
    { 'x-seen': 'true' },
  ],
  [
    'list them',
    (_req, res) => {
      const both = [res.getHeaderNames(), Object.keys(res.getHeaders())];
      res.set('X-Seen', both.map((names) => names.filter((name) => name.startsWith('x-'))).join());
      res.end();
    },
    {
      'x-seen': Object.keys(DEFAULTS)
        .filter((name) => name.startsWith('X-'))
        .map((name) => name.toLowerCase())
        .join()
        .replace(/^(.*)$/, '$1,$1'),
    },
  ],
  [
    'append to one',
    (_req, res) => void res.appendHeader('Referrer-Policy', 'origin').end(),
    { 'referrer-policy': 'no-referrer, origin' },
  ],
  [
    'write the head with one',
    (_req, res) => void res.writeHead(200, { 'X-Frame-Options': 'DENY', 'X-Own': '1' }).end(),
    { 'x-frame-options': 'DENY', 'x-own': '1' },
  ],
  [
    'write the head with a reason and a list',
    (_req, res) => void res.writeHead(200, 'Fine', ['X-Frame-Options', 'DENY', 'X-Own', '1']).end(),
    { 'x-frame-options': 'DENY', 'x-own': '1' },
  ],
  ['write the head without headers', (_req, res) => void res.writeHead(201).end(), {}],
  ['answer without a body', (_req, res) => void res.status(304).end(), {}],
  ['fail', (_req, _res, next) => next(new Error('x')), {}],
];

function inApp(handler: RequestHandler): RequestHandler {
  const app = express();
  app.disable('x-powered-by');
  app.use(handler);
  return app;
}

async function expectSecurityHeaders(
  ask: (path: string) => ReturnType<typeof request>,
  path: string,
  changes: Record<string, OutgoingHttpHeader | undefined>,
) {
  const { rawHeaders, headers } = await ask(path);
  const expected: Record<string, OutgoingHttpHeader | undefined> = {};
  for (const [name, value] of Object.entries(DEFAULTS)) expected[name.toLowerCase()] = value;
  for (const [name, value] of Object.entries({ ...expected, ...changes })) {
    expect({ name, value: headers[name] }).toEqual({ name, value });
  }
  const sent = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const once = sent.filter((name) => name in expected && name !== 'referrer-policy');
  expect(once.length).toBe(new Set(once).size);
}

describe('the security headers of a response', () => {
  it.each(TOUCHES)('are right when handlers %s', async (_, handler, changes) => {
    const { router, request } = await serve();
    router.use('/x', handler);

    await expectSecurityHeaders(request, '/x', changes);
  });

  it.each(TOUCHES.filter(([what]) => what !== 'fail'))(
    'are right when handlers in a whole Express application %s',
    async (_, handler, changes) => {
      const { router, request } = await serve();
      router.use('/x', inApp(handler));

      await expectSecurityHeaders(request, '/x', changes);
    },
  );

  it.each(TOUCHES.filter(([what]) => !/remove|read|ask|list|append|fail/.test(what)))(
    'are right when handlers in an application within a router %s',
    async (_, handler, changes) => {
      const { router, request } = await serve();
      const nested = express.Router().use(inApp(handler));
      router.use('/x', nested);

      await expectSecurityHeaders(request, '/x', changes);
    },
  );

  it('are right without any handler', async () => {
    const { request } = await serve();

    await expectSecurityHeaders(request, '/none', {});
    await expectSecurityHeaders(request, '/.backstage/health/v1/liveness', {});
  });

  it('are set one by one on a Node whose header writer cannot be used', async () => {
    const security = new SecurityHeaders([
      ['X-A', '1'],
      ['X-B', '2'],
    ]);
    const drain = { active: true };
    const context: MessageContext = { security, injects: false, drain, express: undefined };
    const server = createServer(createMessageClasses(context), (_req, res) => {
      res.removeHeader('x-a');
      res.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { headers } = await request((server.address() as AddressInfo).port, '/');
      expect(headers).toMatchObject({ 'x-b': '2', connection: 'close' });
      expect(headers['x-a']).toBeUndefined();
    } finally {
      server.close();
    }
  });

  it('are written as text by this Node', () => {
    expect(canInjectHeaders()).toBe(true);
  });
});
