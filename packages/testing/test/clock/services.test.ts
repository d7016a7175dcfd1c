import { generateKeyPairSync, sign } from 'node:crypto';
import { setTimeout as realWait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendPlugin,
  type BackstageCredentials,
  type BackstageUserPrincipal,
  type CacheService,
  type SchedulerServiceTaskScheduleDefinition,
  type ServiceFactory,
} from '@stagewire/plugin-api';
import {
  authServiceFactory,
  cacheServiceFactory,
  httpAuthServiceFactory,
  schedulerServiceFactory,
} from '@stagewire/services';
import {
  fakeClock,
  mockCredentials,
  mockPeer,
  mockServices,
  ServiceFactoryTester,
  startTestBackend,
} from '../../src/index.js';

const start = '2030-01-01T00:00:30.000Z';
const timeout = { minutes: 1 };
const SCHEDULES: Record<string, SchedulerServiceTaskScheduleDefinition> = {
  everyMinute: { frequency: { minutes: 1 }, timeout },
  delayed: { frequency: { minutes: 2 }, timeout, initialDelay: { seconds: 90 } },
  cron: { frequency: { cron: '*/2 * * * *' }, timeout },
  local: { frequency: { seconds: 100 }, timeout, scope: 'local' },
  manual: { frequency: { trigger: 'manual' }, timeout },
};

/** A plugin whose tasks note their name and the time, in seconds since the start. */
function createTasks(ran: string[], run = async () => {}) {
  return createBackendPlugin({
    pluginId: 'todo',
    register(reg) {
      reg.registerInit({
        deps: { scheduler: coreServices.scheduler },
        async init({ scheduler }) {
          for (const [id, schedule] of Object.entries(SCHEDULES)) {
            const fn = async () => {
              ran.push(`${id} ${Math.round((Date.now() - Date.parse(start)) / 1_000)}`);
              await run();
            };
            await scheduler.scheduleTask({ id, fn, ...schedule });
          }
        },
      });
    },
  });
}

function timesOf(ran: string[], id: string): number[] {
  return ran.filter((one) => one.startsWith(`${id} `)).map((one) => Number(one.split(' ')[1]));
}

describe('the real scheduler with a fake clock', () => {
  it('runs tasks as often as they are due', async () => {
    using clock = fakeClock({ now: start });
    const ran: string[] = [];
    await using _backend = await startTestBackend({
      features: [schedulerServiceFactory, createTasks(ran)],
    });

    await clock.advance({ minutes: 6, seconds: 5 });

    const expectNear = (id: string, times: number[]) => {
      const seen = timesOf(ran, id);
      expect([id, seen.length]).toEqual([id, times.length]);
      // The database is asked every few seconds.
      for (const [index, time] of times.entries()) {
        expect(Math.abs(seen[index]! - time)).toBeLessThanOrEqual(5);
      }
    };
    expectNear('everyMinute', [0, 60, 120, 180, 240, 300, 360]);
    expectNear('delayed', [90, 210, 330]);
    expectNear('cron', [90, 210, 330]);
    expect(timesOf(ran, 'local')).toEqual([0, 100, 200, 300]);
    expect(timesOf(ran, 'manual')).toEqual([]);
  });

  it('waits for the requests that a task makes', async () => {
    using clock = fakeClock({ now: start });
    await using catalog = await mockPeer('catalog', (_req, res) => void res.end('{}'));
    const answers: number[] = [];
    const ask = async () => {
      const answer = await fetch(catalog.url);
      await answer.text();
      answers.push(Date.now());
    };
    const ran: string[] = [];
    await using _backend = await startTestBackend({
      features: [schedulerServiceFactory, createTasks(ran, ask)],
    });

    await clock.advance({ minutes: 10 });

    expect(timesOf(ran, 'everyMinute').length).toBeGreaterThanOrEqual(10);
    expect(answers).toHaveLength(ran.length);
  });
});

describe('the fake scheduler with a fake clock', () => {
  it('runs tasks exactly when they are due', async () => {
    using clock = fakeClock({ now: start });
    const ran: string[] = [];
    await using _backend = await startTestBackend({ features: [createTasks(ran)] });

    await clock.advance({ minutes: 6 });

    expect(timesOf(ran, 'everyMinute')).toEqual([0, 60, 120, 180, 240, 300, 360]);
    expect(timesOf(ran, 'delayed')).toEqual([90, 210, 330]);
    expect(timesOf(ran, 'cron')).toEqual([0, 90, 210, 330]);
    expect(timesOf(ran, 'local')).toEqual([0, 100, 200, 300]);
    expect(timesOf(ran, 'manual')).toEqual([]);
  });

  it('leaves out a run while the one before goes on, logs failures, and ends with the backend', async () => {
    using clock = fakeClock({ now: start });
    const logger = mockServices.rootLogger();
    const scheduler = mockServices.scheduler({ logger });
    let count = 0;
    const fn = async () => {
      count += 1;
      if (count === 1) await new Promise((resolve) => setTimeout(resolve, 150_000));
      else throw new Error('broken');
    };
    const ending = new AbortController();
    await scheduler.scheduleTask({
      id: 'a',
      fn,
      ...SCHEDULES['everyMinute']!,
      signal: ending.signal,
    });

    await clock.advance({ minutes: 3 });
    expect(count).toBe(1);
    await clock.advance({ minutes: 2 });
    expect([count, logger.lines.length]).toEqual([3, 2]);
    ending.abort();
    await clock.advance({ hours: 1 });
    expect(count).toBe(3);
  });
});

/** Routes that tell who asks, and issue tokens. */
const whoPlugin = createBackendPlugin({
  pluginId: 'who',
  register(reg) {
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
      },
      async init({ auth, httpAuth, httpRouter }) {
        httpRouter.addAuthPolicy({ path: '/token', allow: 'unauthenticated' });
        httpRouter.use(async (req, res) => {
          if (req.path !== '/token') {
            res.json((await httpAuth.credentials(req)).principal);
            return;
          }
          const onBehalfOf = await auth.getOwnServiceCredentials();
          res.json(await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'who' }));
        });
      },
    });
  },
});

describe('real auth with a fake clock', () => {
  it('refuses tokens that are too old, and issues new ones', async () => {
    using clock = fakeClock();
    const features: ServiceFactory[] = [authServiceFactory, httpAuthServiceFactory];
    await using backend = await startTestBackend({ features: [...features, whoPlugin] });
    const getToken = async () =>
      ((await (await backend.request('/api/who/token')).json()) as { token: string }).token;
    const ask = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await backend.request('/api/who', { headers })).status;
    };

    const token = await getToken();
    expect(await ask(token)).toBe(200);
    await clock.advance({ minutes: 50 });
    expect(await ask(token)).toBe(200);
    await clock.advance({ minutes: 11 });
    expect(await ask(token)).toBe(401);
    expect(await ask(await getToken())).toBe(200);
  });

  it('refuses tokens of users, limited ones too, when they have expired', async () => {
    using clock = fakeClock();
    const { jwk, createUserToken } = createIssuer();
    await using authPlugin = await mockPeer('auth', (_req, res) => {
      res.end(JSON.stringify({ keys: [jwk] }));
    });
    await using tester = ServiceFactoryTester.from(authServiceFactory, {
      dependencies: [mockServices.discovery.factory({ peers: [authPlugin] })],
    });
    const auth = await tester.getSubject();
    const token = createUserToken('user:default/jane', { minutes: 60 });
    const credentials = await auth.authenticate(token);
    const limited = await auth.getLimitedUserToken(
      credentials as BackstageCredentials<BackstageUserPrincipal>,
    );
    const isAccepted = (one: string) =>
      auth.authenticate(one, { allowLimitedAccess: true }).then(
        () => true,
        () => false,
      );

    expect(await Promise.all([token, limited.token].map(isAccepted))).toEqual([true, true]);
    await clock.advance({ minutes: 59 });
    expect(await Promise.all([token, limited.token].map(isAccepted))).toEqual([true, true]);
    await clock.advance({ minutes: 2 });
    expect(await Promise.all([token, limited.token].map(isAccepted))).toEqual([false, false]);
  });
});

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Issues tokens as the auth plugin does, with the proof for a limited one. */
function createIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signText = (text: string) =>
    sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  const signToken = (typ: string, claims: object) => {
    const text = `${encode({ typ, alg: 'ES256', kid: 'one' })}.${encode(claims)}`;
    return [text, signText(text).toString('base64url')] as const;
  };
  return {
    jwk: { ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'ES256' },
    createUserToken(sub: string, { minutes }: { minutes: number }) {
      const iat = Math.floor(Date.now() / 1_000);
      const claims = { sub, iat, exp: iat + minutes * 60 };
      const [, uip] = signToken('vnd.backstage.limited-user', claims);
      const user = { ...claims, ent: [sub], aud: 'backstage', uip };
      return signToken('vnd.backstage.user', user).join('.');
    },
  };
}

describe('the fake auth with a fake clock', () => {
  it('tells when limited tokens expire', async () => {
    using clock = fakeClock({ now: start });
    await clock.advance({ hours: 1 });

    const { expiresAt } = await mockServices.auth().getLimitedUserToken(mockCredentials.user());

    expect(expiresAt.toISOString()).toBe('2030-01-01T02:00:30.000Z');
  });
});

describe.each(Object.entries({ real: cacheServiceFactory, fake: undefined }))(
  'the cache with a fake clock, %s',
  (_which, factory) => {
    it('forgets entries whose time is over', async () => {
      using clock = fakeClock();
      let cache: CacheService | undefined;
      const plugin = createBackendPlugin({
        pluginId: 'todo',
        register(reg) {
          reg.registerInit({
            deps: { cache: coreServices.cache },
            init: async (deps) => void (cache = deps.cache),
          });
        },
      });
      await using _backend = await startTestBackend({
        features: [...(factory ? [factory] : []), plugin],
      });
      await cache!.set('short', 1, { ttl: { minutes: 5 } });
      await cache!.set('long', 1);

      await clock.advance({ minutes: 4, seconds: 59 });
      expect(await cache!.get('short')).toBe(1);
      await clock.advance({ seconds: 2 });

      expect([await cache!.get('short'), await cache!.get('long')]).toEqual([undefined, 1]);
    });
  },
);

describe('a backend with a fake clock', () => {
  it('answers, asks others, and stops', async () => {
    using clock = fakeClock();
    await using catalog = await mockPeer('catalog', (_req, res) => void res.end('here'));
    const backend = await startTestBackend({
      features: [
        mockServices.discovery.factory({ peers: [catalog] }),
        createBackendPlugin({
          pluginId: 'todo',
          register(reg) {
            reg.registerInit({
              deps: {
                database: coreServices.database,
                discovery: coreServices.discovery,
                httpRouter: coreServices.httpRouter,
              },
              async init({ database, discovery, httpRouter }) {
                httpRouter.use(async (_req, res) => {
                  const [row] = await (await database.getClient()).raw('select 1 as one');
                  const answer = await fetch(await discovery.getBaseUrl('catalog'));
                  res.json([row, await answer.text()]);
                });
              },
            });
          },
        }),
      ],
    });
    const url = `http://127.0.0.1:${backend.server.port()}/api/todo`;

    expect(await (await fetch(url)).json()).toEqual([{ one: 1 }, 'here']);
    await clock.advance({ hours: 1 });
    expect(await (await fetch(url)).json()).toEqual([{ one: 1 }, 'here']);
    catalog.slow(60_000);
    const asking = fetch(url);
    await realWait(5);
    await clock.advance({ minutes: 2 });
    expect((await asking).status).toBe(200);
    await backend.stop();
  });
});
