import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { FetchUrlReader } from '../../src/url-reader/fetch-url-reader.js';
import { createTreeResponseFactory } from '../../src/url-reader/tree-response-factory.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger } from '../support/recording-logger.js';

describe('the plain reader', () => {
  it('reads a URL, with its ETag and its date', async () => {
    const { url, reader } = await setUp((_req, res) => {
      res.setHeader('etag', '"v1"').setHeader('last-modified', 'Sat, 01 Aug 2026 00:00:00 GMT');
      res.end('hello');
    });

    const response = await reader.readUrl(`${url}/a`);

    expect({ ...response, body: String(await response.buffer()) }).toMatchObject({
      body: 'hello',
      etag: '"v1"',
      lastModifiedAt: new Date('2026-08-01T00:00:00Z'),
    });
  });

  it('[URL-8] sends the ETag, the date and the token of the caller', async () => {
    const seen: IncomingMessage[] = [];
    const { url, reader } = await setUp((req, res) => {
      seen.push(req);
      res.end();
    });

    const lastModifiedAfter = new Date('2026-08-01T00:00:00Z');
    await reader.readUrl(url, { etag: '"v1"', lastModifiedAfter, token: 't0k' });

    expect(seen[0]?.headers).toMatchObject({
      'if-none-match': '"v1"',
      'if-modified-since': 'Sat, 01 Aug 2026 00:00:00 GMT',
      authorization: 'Bearer t0k',
    });
  });

  it.each([
    [304, { name: 'NotModifiedError' }],
    [404, { name: 'NotFoundError', message: 'could not read <url>, 404 Not Found' }],
    [500, { name: 'Error', message: 'could not read <url>, 500 Internal Server Error' }],
    [303, { name: 'Error', message: 'could not read <url>, 303 See Other' }],
  ])('[URL-4] [URL-8] status %s', async (status, { name, message }: ExpectedError) => {
    const { url, reader } = await setUp((_req, res) => res.writeHead(status).end('body'));

    await expect(reader.readUrl(`${url}/a`)).rejects.toMatchObject({
      name,
      ...(message && { message: message.replace('<url>', `${url}/a`) }),
    });
  });

  it('[URL-8] tells why a host cannot be reached, and keeps the cause', async () => {
    const { reader } = await setUp(() => {});

    await expect(reader.readUrl('http://127.0.0.1:1/a')).rejects.toMatchObject({
      message: expect.stringMatching(/^Unable to read http:\/\/127\.0\.0\.1:1\/a, TypeError/),
      cause: expect.any(Error),
    });
  });

  it('tells no secret that stands in a URL', async () => {
    const { url, reader } = await setUp((_req, res) => res.writeHead(500).end());

    await expect(reader.readUrl(`${url}/a?sig=x9`)).rejects.toThrow(
      `could not read ${url}/a?sig=***, 500 Internal Server Error`,
    );
    await expect(reader.readUrl(url.replace('://', '://me:x9@'))).rejects.toMatchObject({
      code: 'E_URL_CREDENTIALS',
      message: expect.not.stringContaining('x9'),
    });
  });

  it('ends a read that the caller gives up', async () => {
    const { url, reader } = await setUp(() => {});
    const controller = new AbortController();

    const read = reader.readUrl(url, { signal: controller.signal });
    controller.abort();

    await expect(read).rejects.toThrow(`Unable to read ${url}, AbortError`);
  });
});

describe('a redirect', () => {
  it.each([301, 302, 307, 308])('[URL-8] %s is followed', async (status) => {
    const { url, reader } = await setUp((req, res) => {
      if (req.url === '/target') return res.end('found');
      return res.writeHead(status, { location: '/target' }).end();
    });

    const response = await reader.readUrl(`${url}/start`);

    expect(String(await response.buffer())).toBe('found');
  });

  it('[URL-8] is refused when its target is not allowed, without asking the target', async () => {
    let asked = 0;
    const other = await serveLoopback((_req, res) => {
      asked += 1;
      res.end('secret');
    });
    const target = `http://localhost:${other.port}/secret`;
    const { url, reader } = await setUp((_req, res) =>
      res.writeHead(302, { location: target }).end(),
    );

    await expect(reader.readUrl(url)).rejects.toMatchObject({
      name: 'NotAllowedError',
      code: 'E_URL_REDIRECT_NOT_ALLOWED',
      message: `URL not allowed by backend.reading.allow configuration: ${target}`,
    });
    expect(asked).toBe(0);
  });

  it('tells nobody the signature in its target', async () => {
    const { url, reader } = await setUp((_req, res) =>
      res.writeHead(302, { location: 'https://a.example/b?X-Amz-Signature=x9' }).end(),
    );

    await expect(reader.readUrl(url)).rejects.toThrow(/a\.example\/b\?X-Amz-Signature=\*\*\*$/);
  });

  it('[URL-8] is followed at most until the fifth request', async () => {
    let requests = 0;
    const { url, reader } = await setUp((_req, res) => {
      requests += 1;
      res.writeHead(302, { location: `/${requests}` }).end();
    });

    await expect(reader.readUrl(url)).rejects.toThrow(
      `Too many redirects (max 5) when reading ${url}`,
    );
    expect(requests).toBe(5);
  });

  it('takes the token along inside of its origin, and nowhere else', async () => {
    const tokens: Array<string | undefined> = [];
    const other = await serveLoopback((req, res) => {
      tokens.push(req.headers.authorization);
      res.end();
    });
    const { url, reader } = await setUp((req, res) => {
      tokens.push(req.headers.authorization);
      const location = req.url === '/start' ? '/next' : other.url;
      res.writeHead(307, { location }).end();
    });

    await reader.readUrl(`${url}/start`, { token: 't0k' });

    expect(tokens).toEqual(['Bearer t0k', 'Bearer t0k', undefined]);
  });

  it('to something that is no URL is told', async () => {
    const { url, reader } = await setUp((_req, res) =>
      res.writeHead(302, { location: 'http://[' }).end(),
    );

    await expect(reader.readUrl(url)).rejects.toThrow(
      `Unable to read ${url}, it redirects to 'http://[', which is not a URL`,
    );
  });
});

describe('the body of a response', () => {
  it('[URL-5] can be taken as a buffer again, and then not as a stream', async () => {
    const { url, reader } = await setUp((_req, res) => res.end('hello'));

    const { buffer, stream } = await reader.readUrl(url);

    expect([String(await buffer()), String(await buffer())]).toEqual(['hello', 'hello']);
    expect(() => stream?.()).toThrow(conflict);
  });

  it('[URL-5] can be taken as a stream, and then not as a buffer', async () => {
    const { url, reader } = await setUp((_req, res) => res.end('hello'));

    const { buffer, stream } = await reader.readUrl(url);

    expect(await text(stream!())).toBe('hello');
    await expect(buffer()).rejects.toThrow(conflict);
  });

  it('is refused as soon as its announced size is above the limit', async () => {
    const { url, reader } = await setUp((_req, res) => res.end('x'.repeat(11)), {
      maxResponseSize: 10,
    });

    await expect(reader.readUrl(url)).rejects.toMatchObject({ code: 'E_URL_TOO_LARGE' });
  });

  it('is refused when it grows above the limit on the way, or by unpacking', async () => {
    const { url, reader } = await setUp(
      (req, res) => {
        if (req.url === '/packed') {
          res.setHeader('content-encoding', 'gzip').end(gzipSync('x'.repeat(5000)));
        } else {
          res.write('x'.repeat(600));
          res.end('x'.repeat(600));
        }
      },
      { maxResponseSize: 1000 },
    );

    const tooLarge = { code: 'E_URL_TOO_LARGE' };
    const packed = await reader.readUrl(`${url}/packed`);
    await expect(packed.buffer()).rejects.toMatchObject(tooLarge);
    const chunked = await reader.readUrl(`${url}/chunked`);
    await expect(text(chunked.stream!())).rejects.toMatchObject(tooLarge);
  });

  it('is not waited for without end, nor is the response', async () => {
    const { url, reader } = await setUp(
      (req, res) => {
        if (req.url === '/body') res.write('beginning');
      },
      { timeout: { milliseconds: 50 } },
    );

    const timedOut = { code: 'E_URL_TIMEOUT', message: expect.stringContaining('50 ms') };
    await expect(reader.readUrl(`${url}/response`)).rejects.toMatchObject(timedOut);
    const byBuffer = await reader.readUrl(`${url}/body`);
    await expect(byBuffer.buffer()).rejects.toMatchObject(timedOut);
    const byStream = await reader.readUrl(`${url}/body`);
    await expect(text(byStream.stream!())).rejects.toMatchObject(timedOut);
  });

  it('has a limit that makes sense, or the configuration is refused', () => {
    const config = new ConfigReader({ backend: { reading: { maxResponseSize: -1 } } });

    expect(() => createReader(config)).toThrow(
      expect.objectContaining({ code: 'E_URL_MAX_RESPONSE_SIZE' }),
    );
  });
});

describe('trees and searches of plain URLs', () => {
  it('[URL-8] cannot read a tree', async () => {
    const { reader } = await setUp(() => {});

    await expect(reader.readTree('http://127.0.0.1/')).rejects.toMatchObject({
      name: 'NotImplementedError',
    });
  });

  it('[URL-8] find the URL itself', async () => {
    const { url, reader } = await setUp((_req, res) => res.setHeader('etag', 'e1').end('hello'));

    const { files, etag } = await reader.search(`${url}/a.yaml`);

    expect(etag).toBe('e1');
    expect(files.map((file) => file.url)).toEqual([`${url}/a.yaml`]);
    expect(String(await files[0]!.content())).toBe('hello');
  });

  it('find nothing where nothing is', async () => {
    const { url, reader } = await setUp((_req, res) => res.writeHead(404).end());

    expect(await reader.search(url)).toEqual({ files: [], etag: '' });
  });

  it('[URL-4] pass on that nothing has changed', async () => {
    const { url, reader } = await setUp((_req, res) => res.writeHead(304).end());

    await expect(reader.search(url, { etag: 'e1' })).rejects.toMatchObject({
      name: 'NotModifiedError',
    });
  });

  it('[URL-8] refuse patterns', async () => {
    const { url, reader } = await setUp(() => {});

    await expect(reader.search(`${url}/**/a.yaml`)).rejects.toThrow(
      'Unsupported search pattern URL',
    );
  });
});

type ExpectedError = { name: string; message?: string };

const conflict = expect.objectContaining({
  name: 'ConflictError',
  message: 'Cannot use buffer() and stream() from the same ReadUrlResponse',
});

/** A server that may be read by the address 127.0.0.1, and a reader. */
async function setUp(
  handler: (req: IncomingMessage, res: ServerResponse) => unknown,
  reading: JsonObject = {},
) {
  const { url } = await serveLoopback(handler);
  const allow = [{ host: '127.0.0.1:1-65535' }];
  return {
    url,
    reader: createReader(new ConfigReader({ backend: { reading: { allow, ...reading } } })),
  };
}

function createReader(config: ConfigReader) {
  const logger = recordingLogger();
  const treeResponseFactory = createTreeResponseFactory(config);
  const [tuple] = FetchUrlReader.factory({ config, logger, treeResponseFactory });
  return tuple!.reader;
}
