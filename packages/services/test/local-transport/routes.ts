import type { Request, RequestHandler, Response } from 'express';
import { setTimeout as wait } from 'node:timers/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';

type Route = (req: Request, res: Response) => unknown;

/** Answers in all the ways that a local call has to carry as a network does. */
export const routes: Record<string, Route> = {
  echo: (req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const { method, originalUrl, httpVersion, complete } = req;
      const rawHeaders = withoutEncoding(req.rawHeaders);
      const body = Buffer.concat(chunks).toString('base64');
      res.json({ method, originalUrl, httpVersion, complete, rawHeaders, body });
    });
  },
  json: (_req, res) => res.json({ text: 'häuser 🏠', list: [1, 2, 3] }),
  status: (req, res) => res.status(Number(req.query['code'])).send('body'),
  empty: (_req, res) => res.status(204).end(),
  phrase: (_req, res) => {
    res.writeHead(299, 'Own Phrase', ['x-a', '1', 'x-a', '2', 'content-type', 'text/plain']);
    res.end('phrase');
  },
  cookies: (_req, res) => res.cookie('a', '1').cookie('b', 'x; y').send('cookies'),
  latin: (_req, res) => res.set('x-latin', 'h\xe9').send('latin'),
  surrogate: (_req, res) => res.end(`\ufeff lone \ud800 end`),
  chunks: async (_req, res) => {
    for (const part of ['one ', 'zwölf ', '', '🏠', ' end']) {
      res.write(part);
      await wait(1);
    }
    res.end('.');
  },
  packed: (_req, res) => res.set('content-encoding', 'gzip').end(gzipSync('packed '.repeat(500))),
  brotli: (_req, res) => res.set('content-encoding', 'br').end(brotliCompressSync('packed')),
  packedTwice: (_req, res) =>
    res.set('content-encoding', 'gzip, br').end(brotliCompressSync(gzipSync('packed'))),
  unknownEncoding: (_req, res) => res.set('content-encoding', 'own').end('packed'),
  large: (_req, res) => res.end(Buffer.alloc(1_000_000, 'abcdef')),
  binary: (_req, res) =>
    res.type('application/octet-stream').send(Buffer.from([0, 255, 128, 13, 10])),
  early: (_req, res) => {
    res.writeProcessing();
    res.writeEarlyHints({ link: '</style.css>; rel=preload' });
    res.end('early');
  },
  trailers: (_req, res) => {
    res.writeHead(200, { trailer: 'x-sum' });
    res.write('body');
    res.addTrailers({ 'x-sum': '1' });
    res.end();
  },
  excess: (_req, res) => {
    res.writeHead(200, { 'content-length': 2 });
    res.end('abc');
  },
  destroyed: (_req, res) => res.destroy(),
  'destroyed-with-error': (_req, res) => res.destroy(new Error('mine')),
  cut: (_req, res) => {
    res.write('some');
    setTimeout(() => res.destroy(), 5);
  },
  fails: () => {
    throw new Error('broken');
  },
  refuses: (_req, _res) => {
    throw Object.assign(new Error('no'), { name: 'NotAllowedError' });
  },
  late: async (_req, res) => {
    await wait(5);
    res.json('late');
  },
  redirect: (req, res) => {
    const { code = '302', to } = req.query as Record<string, string>;
    if (to !== undefined) res.set('location', to);
    res.status(Number(code)).end('moved');
  },
  loop: (_req, res) => res.redirect('/loop'),
  socket: (req, res) => {
    const { remoteAddress, destroyed, readable, writable } = req.socket;
    res.json({ remoteAddress, destroyed, readable, writable, ip: req.ip, secure: req.secure });
  },
};

/** All of them, each at its name. */
export const answerRoutes: RequestHandler = (req, res, next) => {
  const route = routes[req.path.slice(1)];
  if (!route) {
    next();
    return undefined;
  }
  return route(req, res);
};

/** What a call within a process asks for differently: nothing is packed for it. */
function withoutEncoding(rawHeaders: string[]): string[] {
  return rawHeaders.filter((_, index) => rawHeaders[index - (index % 2)] !== 'accept-encoding');
}
