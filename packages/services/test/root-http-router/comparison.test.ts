import compression from 'compression';
import express, { type Router } from 'express';
import PromiseRouter from 'express-promise-router';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createErrorHandler } from '../../src/http/error-handler.js';
import {
  recordingLogger,
  request,
  serve,
  type Answer,
  type RequestOptions,
} from '../http/harness.js';
import { sayThatEncodingMatters } from '../http/vary-reference.js';

/** What changes with time. */
const VOLATILE = ['date', 'connection', 'keep-alive'];
/** What our server adds to an Express application without any middleware. */
const SECURITY = [
  'content-security-policy',
  'referrer-policy',
  'strict-transport-security',
  'x-content-type-options',
  'x-dns-prefetch-control',
  'x-download-options',
  'x-frame-options',
  'x-permitted-cross-domain-policies',
  'x-xss-protection',
];

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'comparison-'));
  await writeFile(join(folder, 'page.html'), '<p>hello</p>');
});
afterAll(() => rm(folder, { recursive: true }));

/** A plugin's router with a bit of everything that Express can do. */
function createRouter(): Router {
  const router = PromiseRouter();
  router.use('/json', express.json(), (req, res) => res.json({ body: req.body as unknown }));
  router.use('/form', express.urlencoded({ extended: true }), (req, res) => res.json(req.body));
  router.use('/text', express.text(), (req, res) => res.send(req.body));
  router.use('/static', express.static(folder));

  router.get('/about', (req, res) =>
    res.json({
      url: req.url,
      path: req.path,
      baseUrl: req.baseUrl,
      originalUrl: req.originalUrl,
      query: req.query,
      params: req.params,
      ip: req.ip,
      ips: req.ips,
      protocol: req.protocol,
      secure: req.secure,
      hostname: req.hostname,
      subdomains: req.subdomains,
      xhr: req.xhr,
      fresh: req.fresh,
      host: req.get('host')?.replace(/:\d+/, ''),
      accepts: req.accepts('html', 'json') as unknown,
      isJson: req.is('json') as unknown,
      range: req.range(100),
      appMatches: req.app === res.app && typeof req.app.get === 'function',
      linked: req.res === res && res.req === req,
      locals: Object.keys(res.locals),
    }),
  );
  router.get('/entity/:kind/:name', (req, res) => res.json({ ...req.params, base: req.baseUrl }));
  router.get('/optional/:id?', (req, res) => res.json(req.params));
  router.get(/^\/expression\/(\d+)$/, (req, res) => res.json(req.params));
  router.get('/star/*', (req, res) => res.json(req.params));
  router.post('/entity', (_req, res) =>
    res.status(201).location('/api/x/entity/1').json({ id: 1 }),
  );
  router.put('/entity', (_req, res) => res.sendStatus(202));
  router.delete('/entity', (_req, res) => res.status(204).end());
  router.patch('/entity', (_req, res) => res.status(204).json({ dropped: true }));

  router.get('/redirect', (_req, res) => res.redirect('/elsewhere?x=ä'));
  router.get('/redirect-307', (_req, res) => res.redirect(307, '../up'));
  router.get('/cookie', (_req, res) =>
    res
      .cookie('a', { b: 1 }, { httpOnly: true, maxAge: 1000, expires: new Date(0) })
      .clearCookie('c')
      .send('set'),
  );
  router.get('/type', (_req, res) => res.type('svg').send('<svg/>'));
  router.get('/format', (_req, res) =>
    res.format({
      text: () => res.send('text'),
      json: () => res.send({ json: true }),
    }),
  );
  router.get('/format-direct', (req, res) => {
    res.locals['seen'] = true;
    res.vary('X-A').append('X-B', ['1', '2']).links({ next: '/2' }).attachment('a b.txt');
    res.send(`${res.locals['seen']} ${String(req.app.get('etag'))}`);
  });
  router.get('/file', (_req, res) => res.sendFile(join(folder, 'page.html')));
  router.get('/file-gone', (_req, res, next) => res.sendFile(join(folder, 'gone.html'), next));
  router.get('/download', (_req, res) => res.download(join(folder, 'page.html'), 'näme.html'));
  router.get('/stream', (_req, res) => {
    res.setHeader('Content-Type', 'text/plain');
    Readable.from(['a', 'b', 'c']).pipe(res);
  });
  router.get('/write-head', (_req, res) => {
    res.writeHead(203, 'Custom Reason', { 'X-Raw': 'yes', 'Content-Type': 'text/plain' });
    res.end('raw');
  });
  router.get('/buffer', (_req, res) => res.send(Buffer.from([1, 2, 3])));
  router.get('/empty', (_req, res) => res.send());
  router.get('/jsonp', (_req, res) => res.jsonp({ a: 1 }));
  router.get('/etag', (_req, res) => res.set('ETag', '"mine"').json({ a: 1 }));
  router.get('/compressed', compression({ threshold: 0 }), (_req, res) =>
    res.json({ long: 'x'.repeat(2000) }),
  );

  router.get('/throw', () => {
    throw new Error('thrown');
  });
  router.get('/throw-named', () => {
    throw Object.assign(new Error('gone for good'), { name: 'NotFoundError', extra: { a: 1 } });
  });
  router.get('/throw-status', () => {
    throw Object.assign(new Error('teapot'), { status: 418 });
  });
  router.get('/reject', async () => {
    throw Object.assign(new Error('later'), { name: 'ConflictError' });
  });
  router.get('/next-error', (_req, _res, next) => next(new Error('passed')));
  router.get(
    '/next-route',
    (_req, _res, next) => next('route'),
    (_req, res) => res.send('skipped'),
  );
  router.get('/next-route', (_req, res) => res.send('second'));
  router.get('/next-router', (_req, _res, next) => next('router'));
  router.get('/late-error', (_req, res) => {
    res.write('begun');
    throw new Error('too late');
  });
  router.get('/rewrite', (req, _res, next) => {
    req.url = '/rewritten?y=2';
    next();
  });
  router.get('/rewritten', (req, res) => res.json({ url: req.url, query: req.query }));
  router.param('checked', (req, _res, next, value) => {
    (req as unknown as { checked: unknown }).checked = `<${String(value)}>`;
    next();
  });
  router.get('/param/:checked', (req, res) =>
    res.send((req as unknown as { checked: string }).checked),
  );

  const nested = express.Router({ mergeParams: true });
  nested.get('/leaf', (req, res) =>
    res.json({ base: req.baseUrl, url: req.url, params: req.params }),
  );
  nested.get('/pass', (_req, _res, next) => next());
  router.use('/nested/:outer', nested);
  router.get('/nested/:outer/pass', (req, res) => res.json({ after: req.url, params: req.params }));

  const app = express();
  app.set('json spaces', 4);
  app.get('/in-app', (req, res) =>
    res.json({ base: req.baseUrl, url: req.url, query: req.query, path: req.path }),
  );
  router.use('/app', app);
  return router;
}

type Case = Omit<RequestOptions, 'agent'>;

const GET_PATHS = [
  '/api/x/about',
  '/api/x/about/',
  '/api/x/about?a=1&b[]=2&b[]=3&c[d]=4',
  '/api/x/about?',
  '/api/x/about?a=%E4%F6&b=%zz',
  '/API/X/About?Case=Kept',
  '/api/x//about',
  '/api//x/about',
  '//api/x/about',
  '/api/x',
  '/api/x/',
  '/api/x?x=1',
  '/api/x/?x=1',
  '/api/xy/about',
  '/api/%78/about',
  '/api/x/%61bout',
  '/api/x/about%2F..',
  '/api/x/../x/about',
  '/api/x/about#frag?x=1',
  '/api/x/about;v=1',
  '/api/x.json',
  '/api/x/entity/Component/a%20b%2Fc',
  '/api/x/entity/Component/%zz',
  '/api/x/entity/component/%E0%A4%A',
  '/api/x/optional',
  '/api/x/optional/7',
  '/api/x/expression/12',
  '/api/x/expression/no',
  '/api/x/star/a/b/c',
  '/api/x/redirect',
  '/api/x/redirect-307',
  '/api/x/cookie',
  '/api/x/type',
  '/api/x/format',
  '/api/x/format-direct',
  '/api/x/file',
  '/api/x/file-gone',
  '/api/x/download',
  '/api/x/static/page.html',
  '/api/x/static/none.html',
  '/api/x/static',
  '/api/x/stream',
  '/api/x/write-head',
  '/api/x/buffer',
  '/api/x/empty',
  '/api/x/jsonp?callback=f',
  '/api/x/etag',
  '/api/x/compressed',
  '/api/x/throw',
  '/api/x/throw-named?x=1',
  '/api/x/throw-status',
  '/api/x/reject',
  '/api/x/next-error',
  '/api/x/next-route',
  '/api/x/next-router',
  '/api/x/rewrite?y=1',
  '/api/x/param/p',
  '/api/x/nested/o/leaf?x=1',
  '/api/x/nested/o/pass',
  '/api/x/app/in-app?a[b]=1',
  '/api/x/app/nothing',
  '/api/x/nothing',
  '/api/y/nothing',
  '/nothing',
  '/',
  '*',
];

const CASES: Case[] = [
  ...GET_PATHS.map((path) => ({ path })),
  ...['/api/x/about', '/api/x/file', '/api/x/throw', '/api/x/stream', '/api/x/nothing'].map(
    (path) => ({ method: 'HEAD', path }),
  ),
  ...['/api/x/entity', '/api/x/about', '/api/x/nothing', '/api/x'].map((path) => ({
    method: 'OPTIONS',
    path,
  })),
  { method: 'POST', path: '/api/x/entity' },
  { method: 'PUT', path: '/api/x/entity' },
  { method: 'DELETE', path: '/api/x/entity' },
  { method: 'PATCH', path: '/api/x/entity' },
  { method: 'POST', path: '/api/x/about' },
  {
    method: 'POST',
    path: '/api/x/json',
    headers: { 'content-type': 'application/json' },
    body: '{"a":["ä",1]}',
  },
  {
    method: 'POST',
    path: '/api/x/json',
    headers: { 'content-type': 'application/json' },
    body: '{"a":',
  },
  {
    method: 'POST',
    path: '/api/x/json',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify('x'.repeat(200_000)),
  },
  {
    method: 'POST',
    path: '/api/x/form',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'a=1&b[c]=2&d=%20',
  },
  { method: 'POST', path: '/api/x/text', headers: { 'content-type': 'text/plain' }, body: 'plain' },
  { path: '/api/x/about', headers: { accept: 'application/json', range: 'bytes=0-5' } },
  { path: '/api/x/about', headers: { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https' } },
  { path: '/api/x/format', headers: { accept: 'application/json' } },
  { path: '/api/x/format', headers: { accept: 'image/png' } },
  { path: '/api/x/file', headers: { range: 'bytes=1-3' } },
  { path: '/api/x/compressed', headers: { 'accept-encoding': 'identity' } },
  { path: '/api/x/etag', headers: { 'if-none-match': '"mine"' } },
  { path: '/api/x/etag', headers: { 'if-none-match': '"other"' } },
  { path: '/api/x/entity/a/b', headers: { 'if-none-match': '*' } },
  { path: '/api/x/entity/a/b', headers: { 'if-none-match': '*', 'cache-control': 'no-cache' } },
  { path: '/api/x/throw', headers: { 'if-none-match': '*' } },
];

function toComparable({ status, headers, body }: Answer, ignored: string[]) {
  const kept = Object.entries(headers).filter(([name]) => !ignored.includes(name));
  return { status, headers: Object.fromEntries(kept), body };
}

/** An Express application as the stock backend sets it up, without its outer middleware. */
async function serveReference(): Promise<number> {
  const app = express();
  app.disable('x-powered-by');
  app.use(sayThatEncodingMatters);
  app.use('/api/x', createRouter());
  app.use((_req, res) => void res.status(404).end());
  app.use(createErrorHandler(recordingLogger()));
  const server: Server = createServer(app);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function expectEqualAnswers(
  ports: { expected: number; actual: number },
  cases: Case[],
  ignored: string[],
): Promise<void> {
  for (const wanted of cases) {
    const [expected, actual] = await Promise.all([
      request(ports.expected, wanted),
      request(ports.actual, wanted),
    ]);
    const name = `${wanted.method ?? 'GET'} ${wanted.path} ${JSON.stringify(wanted.headers ?? {})}`;
    expect({ name, ...toComparable(actual, ignored) }).toEqual({
      name,
      ...toComparable(expected, ignored),
    });
  }
}

describe('an Express router on our server', () => {
  it(`answers ${CASES.length} kinds of requests as it does on an Express application`, async () => {
    const expected = await serveReference();
    const { router, port } = await serve();
    router.use('/api/x', createRouter());

    await expectEqualAnswers({ expected, actual: port }, CASES, [...VOLATILE, ...SECURITY]);
  });

  it('[RHR-6] answers them with all features as the same chain of Express middleware does', async () => {
    const backend = {
      cors: { origin: ['http://*.example.com', 'http://localhost:*'], credentials: true },
      csp: { 'img-src': ["'self'", 'https:'] },
    };
    const chain = await serve(backend, {
      router: { configure: (context) => context.applyDefaults() },
    });
    chain.router.use('/api/x', createRouter());
    const own = await serve(backend);
    own.router.use('/api/x', createRouter());
    const browser = { 'accept-encoding': 'gzip, deflate, br', origin: 'http://a.example.com' };
    const cases: Case[] = [
      ...CASES.map((wanted) => ({ ...wanted, headers: { ...browser, ...wanted.headers } })),
      { path: '/api/x/compressed', headers: { 'accept-encoding': 'gzip' } },
      { path: '/api/x/compressed', headers: { 'accept-encoding': '*' } },
      { path: '/api/x/about', headers: { ...browser, origin: 'http://elsewhere.com' } },
      { method: 'OPTIONS', path: '/api/x/about', headers: { origin: 'http://localhost:3000' } },
      ...['readiness', 'liveness', 'Readiness/', 'none'].flatMap((name) => [
        { path: `/.backstage/health/v1/${name}`, headers: browser },
        { path: `/.backstage/health/v1/${name}`, headers: { ...browser, 'if-none-match': '*' } },
        { method: 'HEAD', path: `/.backstage/health/v1/${name}`, headers: browser },
        { method: 'POST', path: `/.backstage/health/v1/${name}`, headers: browser },
      ]),
    ];

    await expectEqualAnswers({ expected: chain.port, actual: own.port }, cases, VOLATILE);
  });
});
