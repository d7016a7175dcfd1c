import { describe, expect, it } from 'vitest';
import { serve, type Answer } from '../http/harness.js';

function corsOf({ headers }: Answer) {
  const names = Object.keys(headers).filter((name) => /^access-control|^vary$/.test(name));
  return Object.fromEntries(names.map((name) => [name, headers[name]]));
}

describe('[RHR-16] CORS', () => {
  it('is off without backend.cors', async () => {
    const { request } = await serve();
    const headers = { origin: 'http://a.com', 'access-control-request-method': 'PUT' };

    expect(corsOf(await request({ path: '/', headers }))).toEqual({});
    expect(await request({ method: 'OPTIONS', path: '/', headers })).toMatchObject({ status: 404 });
  });

  it('allows every origin with an empty block', async () => {
    const { request } = await serve({ cors: {} });

    expect(corsOf(await request({ path: '/', headers: { origin: 'http://a.com' } }))).toEqual({
      'access-control-allow-origin': '*',
    });
  });

  it.each([
    ['http://localhost:3000', ['http://localhost:3000'], true],
    ['http://LOCALHOST:3000', ['http://localhost:3000'], true],
    ['http://localhost:3001', ['http://localhost:3000'], false],
    ['http://a.example.com', ['http://*.example.com'], true],
    ['http://a.b.example.com', ['http://*.example.com'], true],
    ['http://example.com', ['http://*.example.com'], false],
    ['https://b.com', ['https://a.com', 'https://{b,c}.com'], true],
    ['http://a/b', ['http://**'], false],
    ['http://a', ['http://**'], true],
  ])('matches the origin %s against the patterns %j', async (origin, patterns, allowed) => {
    const { request } = await serve({ cors: { origin: patterns } });

    expect(corsOf(await request({ path: '/', headers: { origin } }))).toEqual(
      allowed ? { 'access-control-allow-origin': origin, vary: 'Origin' } : {},
    );
  });

  it('matches a missing origin as the empty string', async () => {
    const { request } = await serve({ cors: { origin: 'http://a.com', credentials: true } });

    expect(corsOf(await request('/'))).toEqual({});
  });

  it('takes all its keys, as a string or as an array, and answers a preflight itself', async () => {
    const { request } = await serve({
      cors: {
        origin: 'http://a.com',
        methods: ['GET', 'PUT'],
        allowedHeaders: 'X-A',
        exposedHeaders: ['X-B', 'X-C'],
        credentials: true,
        maxAge: 60,
        optionsSuccessStatus: 200,
      },
    });
    const headers = { origin: 'http://a.com' };
    const preflight = await request({ method: 'OPTIONS', path: '/none', headers });

    expect(preflight.status).toBe(200);
    expect(corsOf(preflight)).toEqual({
      'access-control-allow-origin': 'http://a.com',
      'access-control-allow-methods': 'GET,PUT',
      'access-control-allow-headers': 'X-A',
      'access-control-expose-headers': 'X-B,X-C',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
      vary: 'Origin',
    });
  });

  it('passes a preflight on when it is told to', async () => {
    const { router, request } = await serve({ cors: { preflightContinue: true } });
    router.use('/x', (_req, res) => void res.send('mine'));

    expect((await request({ method: 'OPTIONS', path: '/x' })).body).toBe('mine');
  });

  it('refuses a key of the wrong type at the start', async () => {
    await expect(serve({ cors: { credentials: 'maybe' } })).rejects.toThrow('credentials');
  });
});
