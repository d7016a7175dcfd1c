import type { RootHealthService } from '@stagewire/plugin-api';
import { describe, expect, it } from 'vitest';
import { serve } from '../http/harness.js';

const READINESS = '/.backstage/health/v1/readiness';
const LIVENESS = '/.backstage/health/v1/liveness';

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
