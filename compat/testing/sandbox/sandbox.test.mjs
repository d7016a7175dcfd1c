// What tests under Jest take for granted: that a package lives in the scope of the test file.

import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { authServiceFactory } from '@stagewire/services/auth';
import * as testing from '@stagewire/testing';
import { createHmac } from 'node:crypto';

const { fakeClock, mockServices, startTestBackend, TestDatabases } = testing;

describe('what comes out of a service', () => {
  it('has the classes of the test', async () => {
    const config = mockServices.rootConfig({ data: { a: { b: [1] } } });

    expect(config.get('a')).toStrictEqual({ b: [1] });
    expect(() => config.getString('missing')).toThrow(Error);
    await expect(startTestBackend({ features: [{}] })).rejects.toBeInstanceOf(Error);
  });

  it('can be replaced by a spy', () => {
    const spy = jest.spyOn(testing, 'startTestBackend').mockReturnValue('a spy');

    expect(testing.startTestBackend()).toBe('a spy');

    spy.mockRestore();
  });
});

describe('time', () => {
  afterEach(() => jest.useRealTimers());

  it('is moved for services by the timers of Jest', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] });
    const cache = mockServices.cache();
    await cache.set('count', 1, { ttl: 1000 });

    await jest.advanceTimersByTimeAsync(2000);

    expect(await cache.get('count')).toBe(undefined);
  });

  it('is moved for the test by the clock of Stagewire', async () => {
    const clock = fakeClock({ now: '2030-01-01T00:00:00Z' });
    const fired = jest.fn();
    setTimeout(fired, 60_000);

    await clock.advance({ minutes: 2 });
    const now = new Date().toISOString();
    clock.restore();

    expect([fired.mock.calls.length, now]).toEqual([1, '2030-01-01T00:02:00.000Z']);
  });
});

describe('what a package loads when it needs it', () => {
  const databases = TestDatabases.create({ ids: ['SQLITE_3'] });

  it('is a package that Jest can require', async () => {
    const knex = await databases.init('SQLITE_3');

    expect(await knex.raw('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('is a library that has no CommonJS', async () => {
    const secret = Buffer.alloc(40, 'secret').toString('base64');
    const externalAccess = [{ type: 'legacy', options: { secret, subject: 'old-script' } }];
    const { request, stop } = await startTestBackend({
      features: [
        whoAmI,
        mockServices.rootConfig.factory({ data: { backend: { auth: { externalAccess } } } }),
        authServiceFactory,
      ],
    });

    const authorization = `Bearer ${signToken(secret)}`;
    const answer = await request('/api/who/am-i', { headers: { authorization } });

    expect(await answer.json()).toMatchObject({ subject: 'old-script' });
    await stop();
  });
});

const whoAmI = createBackendPlugin({
  pluginId: 'who',
  register: (env) =>
    env.registerInit({
      deps: { httpAuth: coreServices.httpAuth, httpRouter: coreServices.httpRouter },
      init: async ({ httpAuth, httpRouter }) =>
        httpRouter.use(async (req, res) => {
          res.json((await httpAuth.credentials(req)).principal);
        }),
    }),
});

function signToken(secret) {
  const expires = Math.floor(Date.now() / 1000) + 3600;
  const signed = `${encode({ alg: 'HS256' })}.${encode({ sub: 'backstage-server', exp: expires })}`;
  const key = Buffer.from(secret, 'base64');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

function encode(value) {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
