// The limit: what Node itself takes to write the bytes that the backends answer with.
import { createServer } from 'node:http';

const answer = { id: '1', kind: 'Component', name: 'x'.repeat(80), ok: true };

/** Those of the backends' default configuration; the promise compares before it measures. */
const headers = {
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
  'Content-Type': 'application/json; charset=utf-8',
  Vary: 'Accept-Encoding',
  ETag: 'W/"81-FVlg9wd6Ot38C6oGincejEQz1ec"',
};

const server = createServer((_request, response) => {
  const body = JSON.stringify(answer);
  response.writeHead(200, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(body);
});
server.listen(Number(process.env.APP_CONFIG_backend_listen_port), '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
