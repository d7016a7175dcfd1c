import type { RootHealthService } from '@stagewire/plugin-api';
import { describe, expect, it } from 'vitest';
import { serve } from '../http/harness.js';

const READINESS = '/.backstage/health/v1/readiness';
const LIVENESS = '/.backstage/health/v1/liveness';

const applyDefaults = (context: { applyDefaults(): void }) => context.applyDefaults();

describe('[HEALTH-3] the health routes', () => {
  it('follow the life of the backend', async () => {
    const { request, lifecycle } = await serve();

    expect(await request(LIVENESS)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expect(await request(READINESS)).toMatchObject({
      status: 503,
      body: '{"message":"Backend has not started yet","status":"error"}',
    });
    await lifecycle.startup();
    expect(await request(READINESS)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    await lifecycle.beforeShutdown();
    expect(await request(READINESS)).toMatchObject({
      status: 503,
      body: '{"message":"Backend is shutting down","status":"error"}',
    });
  });

  it('stand before all other routes', async () => {
    const { router, request } = await serve();
    router.use('/.backstage', (_req, res) => void res.send('other'));

    expect((await request(LIVENESS)).body).toBe('{"status":"ok"}');
    expect((await request('/.backstage/health/v1/more')).body).toBe('other');
    expect((await request({ method: 'POST', path: LIVENESS })).body).toBe('other');
  });

  it.each(['our own chain', 'the chain of Express'])(
    'are there at /healthcheck too, before the index, but not where somebody answers: %s',
    async (chain) => {
      const router = chain === 'our own chain' ? {} : { configure: applyDefaults };
      const { router: routes, request, lifecycle } = await serve({}, { router });
      routes.use('/api/app', (_req, res) => void res.send('index'));
      routes.use('/api/:pluginId', (_req, _res, next) => next());
      const answer = async (path = '/healthcheck') => {
        const { status, body } = await request(path);
        return [status, body];
      };

      expect((await answer())[0]).toBe(503);
      await lifecycle.startup();
      expect(await answer()).toEqual([200, '{"status":"ok"}']);
      expect(await answer('/HealthCheck/?a=b')).toEqual([200, '{"status":"ok"}']);
      expect(await answer('/healthcheck/more')).toEqual([200, 'index']);
      expect(await answer('/help')).toEqual([200, 'index']);
      routes.use('/healthcheck', (_req, res) => void res.send('my own'));
      expect(await answer()).toEqual([200, 'my own']);
    },
  );

  it.each(['/:anything', '/health*', '/healthcheck/:part?'])(
    'leave /healthcheck to a pattern that may match it: %s',
    async (pattern) => {
      const { router, request } = await serve();
      router.use(pattern, (_req, res) => void res.send('pattern'));

      expect((await request('/healthcheck')).body).toBe('pattern');
    },
  );

  it('answer what another health service says, also nothing', async () => {
    const health: RootHealthService = {
      getLiveness: async () => ({ status: 204 }),
      getReadiness: async () => ({ status: 418, payload: ['tea'] }),
    };
    const { request } = await serve({}, { health });

    expect(await request(LIVENESS)).toMatchObject({ status: 204, body: '' });
    expect(await request(READINESS)).toMatchObject({ status: 418, body: '["tea"]' });
  });

  it('answer 500 when the health service fails', async () => {
    const health = {
      getLiveness: () => Promise.reject(new Error('dead')),
      getReadiness: () => Promise.reject(new Error('dead')),
    };
    const { request } = await serve({}, { health });

    expect(await request(LIVENESS)).toMatchObject({ status: 500 });
  });

  it('[HEALTH-4] carry the headers from backend.health.headers, and no other route does', async () => {
    const { request } = await serve({ health: { headers: { 'x-own': 'yes' } } });

    expect((await request(LIVENESS)).headers['x-own']).toBe('yes');
    expect((await request(READINESS)).headers['x-own']).toBe('yes');
    expect((await request('/none')).headers['x-own']).toBeUndefined();
  });

  it.each([[''], [1], [true], [['a']]])('[HEALTH-4] refuse the header value %j', async (value) => {
    await expect(serve({ health: { headers: { 'x-own': value } } })).rejects.toThrow(
      expect.objectContaining({
        code: 'E_HEALTH_HEADER',
        message: 'Invalid header value in at backend.health.headers, must be a non-empty string',
      }),
    );
  });
});
