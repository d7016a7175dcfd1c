import express, { type RequestHandler } from 'express';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { request, serve, type Answer, type RequestOptions } from '../http/harness.js';
import { sayThatEncodingMatters } from '../http/vary-reference.js';

const VALUES: Record<string, unknown> = {
  string: 'text',
  'empty string': '',
  umlauts: 'äöü € 😀 \u2028',
  number: 42,
  fraction: -0.5,
  'not a number': Number.NaN,
  yes: true,
  no: false,
  null: null,
  nothing: undefined,
  'a function': () => {},
  'an object': { a: 1, b: { c: [1, 2, { d: null }] }, e: undefined },
  'an empty object': {},
  'an array': [1, 'two', [3]],
  'a date': new Date(0),
  'with toJSON': { toJSON: () => ({ own: true }) },
  'a buffer': Buffer.from('abc'),
  'a long text': 'ä'.repeat(5000),
  'a long list': Array.from({ length: 3000 }, (_, index) => ({ index })),
};

/** How a handler may answer with JSON, beside the plain `res.json(value)`. */
const WAYS: Record<string, RequestHandler> = {
  status: (_req, res) => res.status(201).json({ a: 1 }),
  'no content': (_req, res) => res.status(204).json({ a: 1 }),
  'reset content': (_req, res) => res.status(205).json({ a: 1 }),
  'not modified': (_req, res) => res.status(304).json({ a: 1 }),
  'server error': (_req, res) => res.status(500).json({ a: 1 }),
  'own type': (_req, res) => res.type('application/vnd.own+json').json({ a: 1 }),
  'own charset': (_req, res) => res.set('Content-Type', 'text/plain; charset=latin1').json('ä'),
  'own entity tag': (_req, res) => res.set('ETag', '"own"').json({ a: 1 }),
  'last modified': (_req, res) => res.set('Last-Modified', new Date(0).toUTCString()).json(1),
  'own send': (_req, res) => {
    const send = res.send.bind(res);
    res.send = (body) => send(`[${String(body)}]`);
    res.json({ a: 1 });
  },
  'own end': (_req, res) => {
    const end = res.end.bind(res);
    res.end = ((chunk: string, encoding: BufferEncoding) =>
      end(`${chunk} `.trim(), encoding)) as typeof res.end;
    res.json({ a: 1 });
  },
  'own setHeader': (_req, res) => {
    const setHeader = res.setHeader.bind(res);
    res.setHeader = (name, value) => {
      if (name === 'ETag') setHeader('X-A', 'seen');
      return setHeader(name, value);
    };
    res.json({ a: 1 });
  },
  'own writeHead': (_req, res) => {
    const { writeHead } = res;
    res.writeHead = function write(this: typeof res, ...args: Parameters<typeof writeHead>) {
      this.setHeader(
        'X-A',
        ['Content-Type', 'content-length', 'ETag'].map((name) => this.get(name)!),
      );
      this.removeHeader('ETag');
      return writeHead.apply(this, args);
    } as typeof writeHead;
    res.json({ a: 1 });
  },
  'through send': (_req, res) => res.send({ a: 1 }),
  'status in front': (_req, res) => (res.json as (...args: unknown[]) => typeof res)(202, { a: 1 }),
  'status behind': (_req, res) => (res.json as (...args: unknown[]) => typeof res)({ a: 1 }, 203),
  'more headers': (_req, res) => res.set({ 'X-A': '1', Vary: 'Accept' }).cookie('a', 'b').json([]),
  twice: (_req, res, next) => {
    res.json(1);
    try {
      res.json(2);
    } catch (error) {
      next((error as { code: string }).code === 'ERR_HTTP_HEADERS_SENT' ? undefined : error);
    }
  },
  circular: (_req, res) => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    try {
      res.json(value);
    } catch (error) {
      res
        .status(400)
        .json({ thrown: (error as Error).name, type: String(res.get('Content-Type')) });
    }
  },
};

function createRouter() {
  const router = express.Router();
  for (const [name, value] of Object.entries(VALUES)) {
    router.all(`/value/${encodeURIComponent(name)}`, (_req, res) => void res.json(value));
  }
  for (const [name, handler] of Object.entries(WAYS)) {
    router.all(`/way/${encodeURIComponent(name)}`, handler);
  }
  return router;
}

const PATHS = [
  ...Object.keys(VALUES).map((name) => `/api/x/value/${encodeURIComponent(name)}`),
  ...Object.keys(WAYS).map((name) => `/api/x/way/${encodeURIComponent(name)}`),
];
const HEADERS: Record<string, string>[] = [
  {},
  { 'if-none-match': '*' },
  { 'if-none-match': 'W/"7-n4nHQM60bXQYySSnisV5QdXpZSA"' }, // of {"a":1}
  { 'if-modified-since': new Date().toUTCString() },
];
const CASES: RequestOptions[] = PATHS.flatMap((path) =>
  HEADERS.flatMap((headers) =>
    ['GET', 'HEAD', 'POST'].map((method) => ({ method, path, headers })),
  ),
);

function toComparable({ status, rawHeaders, body }: Answer) {
  const headers = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : [],
  );
  return {
    status,
    headers: headers.filter((line) => !/^(Date|Connection)|^X-(?!A)|-Policy|^Strict/.test(line)),
    body,
  };
}

async function serveReference(): Promise<number> {
  const app = express();
  app.use(sayThatEncodingMatters);
  app.disable('x-powered-by');
  if (process.env['NODE_ENV'] === 'development') app.set('json spaces', 2);
  app.use('/api/x', createRouter());
  const server = createServer(app);
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function expectEqualAnswers(cases: RequestOptions[]) {
  const reference = await serveReference();
  const { router, port } = await serve();
  router.use('/api/x', createRouter());

  for (const wanted of cases) {
    const [expected, actual] = await Promise.all([
      request(reference, wanted),
      request(port, wanted),
    ]);
    expect({ ...wanted, ...toComparable(actual) }).toEqual({
      ...wanted,
      ...toComparable(expected),
    });
  }
}

// Express tells of the forms with a status by this event, and on stderr where nobody listens.
const silence = () => {};
beforeAll(() => void process.on('deprecation' as 'warning', silence));
afterAll(() => void process.off('deprecation' as 'warning', silence));

describe('res.json on our server', () => {
  it(`sends the bytes, headers and entity tags of Express in ${CASES.length} cases`, async () => {
    await expectEqualAnswers(CASES);
  });

  it('leaves headers that can be read when the response is sent', async () => {
    const { router, request } = await serve();
    const seen: unknown[] = [];
    router.use('/x', (_req, res) => {
      res.on('finish', () => {
        seen.push(res.get('content-length'), res.hasHeader('Vary'), res.hasHeader('constructor'));
        seen.push(res.getHeaderNames(), { ...res.getHeaders() });
      });
      res.json({ a: 1 });
    });
    await request('/x');

    expect(seen).toEqual([
      '7',
      true,
      false,
      ['content-type', 'content-length', 'etag', 'vary'],
      {
        'content-type': 'application/json; charset=utf-8',
        'content-length': '7',
        etag: 'W/"7-n4nHQM60bXQYySSnisV5QdXpZSA"',
        vary: 'Accept-Encoding',
      },
    ]);
  });

  it('[RHR-8] sends them in development as well, indented by 2', async () => {
    vi.stubEnv('NODE_ENV', 'development');
    onTestFinished(() => void vi.unstubAllEnvs());
    await expectEqualAnswers(PATHS.map((path) => ({ path })));

    const { router, request } = await serve();
    router.use('/x', (_req, res) => void res.json({ a: 1 }));
    expect((await request('/x')).body).toBe('{\n  "a": 1\n}');
  });

  it.each<[string, unknown, string]>([
    ['json spaces', 1, '{\n "a": "<"\n}'],
    ['json escape', true, '{"a":"\\u003c"}'],
    ['json replacer', () => 'replaced', '"replaced"'],
  ])('follows the setting %s, also when a plugin changes it later', async (name, value, body) => {
    const { router, request } = await serve();
    router.use('/change', (req, res) => {
      req.app.set(name, value);
      res.json({ a: '<' });
    });

    expect((await request('/change')).body).toBe(body);
  });

  it('follows the setting for entity tags', async () => {
    const { router, request } = await serve();
    router.use('/change', (req, res) => {
      req.app.set('etag', 'strong');
      res.json({ a: 1 });
    });

    expect((await request('/change')).headers.etag).toBe('"7-n4nHQM60bXQYySSnisV5QdXpZSA"');
  });
});
