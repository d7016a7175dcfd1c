import {
  coreServices,
  createBackendPlugin,
  eventsServiceRef,
  type AuthService,
  type BackendFeature,
  type EventsService,
} from '@stagewire/plugin-api';
import { actionsRegistryServiceRef } from '@stagewire/plugin-api/alpha';
import { Agent, get, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { findFreePort } from './free-port.js';
import { ask, createCounter, createHosted } from './replaceable-backend.js';

const COUNT = 20;
const isChanged = () => true;

/** A backend that runs, on a port of its own; stopped when the test is over. */
async function start(features: readonly BackendFeature[]) {
  const port = await findFreePort();
  const create = createHosted(port);
  const running = create(features);
  onTestFinished(() => running.stop());
  await running.start();
  const replaceWith = (next: readonly BackendFeature[]) =>
    running.replaceWith(create(next), { isChanged });
  return { port, running, replaceWith };
}

function createAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  onTestFinished(() => agent.destroy());
  return agent;
}

/** Any plugin with dependencies, whose routes everybody may use. */
function plugin(
  pluginId: string,
  // oxlint-disable-next-line typescript/no-explicit-any -- deps of any kind
  deps: Record<string, any>,
  // oxlint-disable-next-line typescript/no-explicit-any -- what the deps above resolve to
  init: (resolved: any) => unknown,
): BackendFeature {
  return createBackendPlugin({
    pluginId,
    register(env) {
      env.registerInit({
        deps: { ...deps, http: coreServices.httpRouter },
        async init(resolved) {
          resolved.http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          await init(resolved);
        },
      });
    },
  });
}

describe('one of twenty plugins that is replaced under load', () => {
  it('fails no request, keeps its database, and leaves the others as they are', async () => {
    const counters = Array.from({ length: COUNT }, (_, n) => createCounter(`p${n}`, 'old'));
    const { port, replaceWith } = await start(counters);
    const visits = async (id: string) => JSON.parse((await ask(port, `/api/${id}/visits`)).body);
    await visits('p0');
    await visits('p1');
    const agent = createAgent();
    let connections = 0;
    const connect = agent.createConnection.bind(agent);
    agent.createConnection = (...args) => (connections++, connect(...args));
    const answers: Array<{ status: number; version?: string }> = [];
    const hammering = new AbortController();
    const hammer = async (id: string) => {
      while (!hammering.signal.aborted && answers.length < 5_000) {
        const { status, body } = await ask(port, `/api/${id}/visits`, agent);
        answers.push({ status, ...(id === 'p0' && { version: JSON.parse(body).version }) });
      }
    };
    const hammers = Promise.all([hammer('p0'), hammer('p1')]);
    while (answers.length < 20) await turn();

    const outcome = await replaceWith([createCounter('p0', 'new'), ...counters.slice(1)]);
    const already = answers.length;
    while (answers.length < already + 20) await turn();
    hammering.abort();
    await hammers;

    expect(outcome).toMatchObject({ replaced: ['p0'], kept: [], diagnostics: [] });
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    const versions = answers.flatMap(({ version }) => version ?? []);
    expect(versions.lastIndexOf('old')).toBeLessThan(versions.indexOf('new'));
    expect(connections).toBe(2);
    const [p0, p1] = [await visits('p0'), await visits('p1')];
    expect(p0).toMatchObject({ version: 'new', visits: versions.length + 2 });
    expect(p0.requests).toBeLessThan(p0.visits);
    expect(p1.requests).toBe(p1.visits);
  });

  it('leaves nothing behind after fifty replacements', async () => {
    const others = Array.from({ length: COUNT - 1 }, (_, n) => createCounter(`p${n + 1}`, 'old'));
    const { port, replaceWith } = await start([createRich(0), ...others]);
    await replaceWith([createRich(1), ...others]);
    await replaceWith([createRich(2), ...others]);
    const before = countHandles();

    for (let n = 3; n < 53; n++) {
      const { replaced } = await replaceWith([createRich(n), ...others]);
      expect(replaced).toEqual(['p0']);
    }

    expect((await ask(port, '/api/p0/version')).body).toBe('52');
    await turn();
    const after = countHandles();
    expect(after.listeners).toEqual(before.listeners);
    expect(after.resources).toBeLessThanOrEqual(before.resources + 2);
  });
});

/** Something that comes to pass once. */
function createMoment<T>() {
  let settle: ((value: T) => void) | undefined;
  const moment = new Promise<T>((resolve) => (settle = resolve));
  return { moment, come: (value: T) => settle!(value) };
}

/** A plugin that uses most of what holds something. */
function createRich(version: number): BackendFeature {
  return plugin(
    'p0',
    {
      scheduler: coreServices.scheduler,
      events: eventsServiceRef,
      rootHttp: coreServices.rootHttpRouter,
      rootLifecycle: coreServices.rootLifecycle,
      database: coreServices.database,
      cache: coreServices.cache,
    },
    async ({ http, scheduler, events, rootHttp, rootLifecycle, database, cache }) => {
      http.use((req: any, res: any, next: any) =>
        req.path === '/version' ? res.send(String(version)) : next(),
      );
      await (await database.getClient()).raw('select 1');
      await cache.set('version', version);
      await events.subscribe({ id: 's', topics: ['t'], async onEvent() {} });
      rootHttp.use('/own', (_: unknown, res: any) => res.send('own'));
      rootLifecycle.addStartupHook(() => {});
      rootLifecycle.addShutdownHook(() => {});
      for (const scope of ['local', 'global']) {
        await scheduler.scheduleTask({
          id: scope,
          scope,
          frequency: { hours: 1 },
          timeout: { seconds: 5 },
          initialDelay: { hours: 1 },
          async fn() {},
        });
      }
    },
  );
}

function countHandles() {
  const listeners = process
    .eventNames()
    .map((name) => `${String(name)} ${process.listenerCount(name)}`);
  return { listeners, resources: process.getActiveResourcesInfo().length };
}

/** A plugin that answers with a name, below `/api` and at the root. */
const createRouted = (name: string, fails = false) =>
  plugin('p', { root: coreServices.rootHttpRouter }, ({ http, root }) => {
    http.use((_: unknown, res: any) => res.send(name));
    root.use('/own', (_: unknown, res: any) => res.send(name));
    if (fails) throw new Error('boom');
  });

/** A plugin that answers with its id at the root. */
const createAt = (id: string, path: string) =>
  plugin(id, { root: coreServices.rootHttpRouter }, ({ root }) =>
    root.use(path, (_: unknown, res: any) => res.send(id)),
  );

describe('the old version of a plugin', () => {
  it('answers the requests that it has, and ends streams', async () => {
    const begun = createMoment<() => void>();
    const version = (name: string) =>
      plugin('p', { lifecycle: coreServices.lifecycle }, ({ http, lifecycle }) => {
        let isStopped = false;
        lifecycle.addShutdownHook(() => void (isStopped = true));
        http.use((req: any, res: any) => {
          if (req.path === '/stream') {
            res.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
          } else if (req.path === '/slow') {
            begun.come(() => res.send(`${name}${isStopped ? ', stopped' : ''}`));
          } else {
            res.send(name);
          }
        });
      });
    const { port, replaceWith } = await start([version('old')]);
    const stream = await open(port, '/api/p/stream');
    const streamEnded = new Promise((resolve) => {
      stream.once('error', resolve).once('end', resolve).resume();
    });
    const slow = ask(port, '/api/p/slow');
    const finish = await begun.moment;

    const replacing = replaceWith([version('new')]);
    while ((await ask(port, '/api/p/')).body !== 'new') await turn();
    finish();

    expect((await slow).body).toBe('old');
    expect((await replacing).replaced).toEqual(['p']);
    await streamEnded;
  });

  it('is gone when the plugin is: its routes answer 404', async () => {
    const own = plugin('p', { root: coreServices.rootHttpRouter }, ({ http, root }) => {
      http.use((_: unknown, res: any) => res.send('api'));
      root.use('/own', (_: unknown, res: any) => res.send('own'));
    });
    const { port, replaceWith } = await start([own]);
    const look = async () => [await ask(port, '/api/p/'), await ask(port, '/own')];
    expect(await look()).toMatchObject([{ body: 'api' }, { body: 'own' }]);

    expect((await replaceWith([])).stopped).toEqual(['p']);
    expect(await look()).toMatchObject([{ status: 404 }, { status: 404 }]);

    expect((await replaceWith([own])).started).toEqual(['p']);
    expect(await look()).toMatchObject([{ body: 'api' }, { body: 'own' }]);
  });

  it('goes on answering when the new one fails, at all its paths', async () => {
    const { port, replaceWith } = await start([createRouted('old')]);

    const outcome = await replaceWith([createRouted('broken', true)]);

    expect(outcome.kept).toMatchObject([
      { pluginId: 'p', diagnostics: [{ code: 'E_INIT_FAILED' }] },
    ]);
    const look = async () => [(await ask(port, '/api/p/')).body, (await ask(port, '/own')).body];
    expect(await look()).toEqual(['old', 'old']);
    await replaceWith([createRouted('new')]);
    expect(await look()).toEqual(['new', 'new']);
  });

  it('keeps its own root path where another plugin wants it', async () => {
    const a = createAt('a', '/own');
    const { port, replaceWith } = await start([a, createAt('b', '/other')]);

    const { kept } = await replaceWith([a, createAt('b', '/own')]);

    expect(kept).toMatchObject([
      { pluginId: 'b', diagnostics: [{ code: 'E_ROOT_PATH_CONFLICT' }] },
    ]);
    expect((await ask(port, '/other')).body).toBe('b');
  });
});

async function open(port: number, path: string): Promise<IncomingMessage> {
  const request = get({ host: '127.0.0.1', port, path, agent: false });
  request.on('error', () => {});
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('tasks of a plugin that is replaced', () => {
  it.each(['local', 'global'])('never run in both versions at once: %s', async (scope) => {
    const runs: string[] = [];
    const version = (name: string) =>
      plugin('p', { scheduler: coreServices.scheduler }, ({ scheduler }) =>
        scheduler.scheduleTask({
          id: 'task',
          scope,
          frequency: { milliseconds: 20 },
          timeout: { seconds: 10 },
          async fn(signal: AbortSignal) {
            runs.push(`${name} begins`);
            await Promise.race([wait(10), once(signal, 'abort')]);
            // Work that takes its time to stop.
            await wait(5);
            runs.push(`${name} ends`);
          },
        }),
      );
    const { replaceWith } = await start([version('old')]);
    while (runs.length < 3) await wait(5);

    await replaceWith([version('new')]);
    while (!runs.includes('new ends')) await wait(5);

    const [first, last] = [runs.indexOf('new begins'), runs.lastIndexOf('old ends')];
    expect(last).toBeLessThan(first);
    expect(runs.slice(0, first).filter((run) => run === 'old begins')).toHaveLength(
      runs.slice(0, first).filter((run) => run === 'old ends').length,
    );
  });
});

describe('events of a plugin that is replaced', () => {
  it('come to one of the versions each, and to the new one in the end', async () => {
    let events: EventsService | undefined;
    const got: string[] = [];
    const publisher = plugin('publisher', { events: eventsServiceRef }, (deps) => {
      events = deps.events;
    });
    const version = (name: string) =>
      plugin('p', { events: eventsServiceRef }, (deps) =>
        deps.events.subscribe({
          id: 's',
          topics: ['t'],
          async onEvent({ eventPayload }: { eventPayload: number }) {
            await turn();
            got.push(`${eventPayload} ${name}`);
          },
        }),
      );
    const { replaceWith } = await start([publisher, version('old')]);
    const publish = (n: number) => events!.publish({ topic: 't', eventPayload: n });
    const done = new AbortController();
    const replacing = replaceWith([publisher, version('new')]).finally(() => done.abort());

    let sent = 0;
    while (!done.signal.aborted || sent < 50) await publish(sent++);
    await replacing;
    await publish(sent++);

    expect(got.map((line) => Number.parseInt(line))).toEqual(
      Array.from({ length: sent }, (_, n) => n),
    );
    expect(got.at(0)).toBe('0 old');
    expect(got.at(-1)).toBe(`${sent - 1} new`);
  });
});

describe('what a plugin has registered', () => {
  it('is that of the new version: actions and permissions', async () => {
    const version = (name: string) =>
      plugin(
        'p0',
        { actions: actionsRegistryServiceRef, permissions: coreServices.permissionsRegistry },
        ({ actions, permissions }) => {
          permissions.addPermissions([{ type: 'basic', name: `p0.${name}`, attributes: {} }]);
          actions.register({
            name,
            title: name,
            description: name,
            schema: { input: (z: any) => z.object({}), output: (z: any) => z.object({}) },
            action: async () => ({ output: {} }),
          });
        },
      );
    let auth: AuthService | undefined;
    const caller = plugin('caller', { auth: coreServices.auth }, (deps) => {
      auth = deps.auth;
    });
    const { port, replaceWith } = await start([version('old'), caller]);

    await replaceWith([version('new'), caller]);

    const { token } = await auth!.getPluginRequestToken({
      onBehalfOf: await auth!.getOwnServiceCredentials(),
      targetPluginId: 'p0',
    });
    const read = async (path: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await fetch(`http://127.0.0.1:${port}/api/p0${path}`, { headers })).json();
    };
    expect(await read('/.backstage/actions/v1/actions')).toMatchObject({
      actions: [{ name: 'new' }],
    });
    expect(await read('/.well-known/backstage/permissions/metadata')).toMatchObject({
      permissions: [{ name: 'p0.new' }],
    });
  });

  it('are the keys that it had: tokens of both versions are of one key', async () => {
    const tokens: string[] = [];
    const version = () =>
      plugin('p', { auth: coreServices.auth }, async ({ auth, http }) => {
        const onBehalfOf = await auth.getOwnServiceCredentials();
        tokens.push((await auth.getPluginRequestToken({ onBehalfOf, targetPluginId: 'q' })).token);
        http.use((_: unknown, res: any) => res.end());
      });
    const { port, replaceWith } = await start([version()]);

    await replaceWith([version()]);

    const { body } = await ask(port, '/api/p/.backstage/auth/v1/jwks.json');
    expect(JSON.parse(body).keys).toHaveLength(1);
    expect(tokens).toHaveLength(2);
  });

  it('are hooks of the root lifecycle too, which run around the stop of that version', async () => {
    const ran: string[] = [];
    const version = (name: string) =>
      plugin(
        'p',
        { root: coreServices.rootLifecycle, lifecycle: coreServices.lifecycle },
        ({ root, lifecycle }) => {
          root.addStartupHook(() => ran.push(`${name} root startup`));
          root.addBeforeShutdownHook(() => ran.push(`${name} before shutdown`));
          root.addShutdownHook(() => ran.push(`${name} root shutdown`));
          lifecycle.addShutdownHook(() => ran.push(`${name} shutdown`));
        },
      );
    const { running, replaceWith } = await start([version('old')]);
    ran.push('|');

    await replaceWith([version('new')]);
    ran.push('|');
    await running.stop();

    expect(ran).toEqual([
      'old root startup',
      '|',
      'old before shutdown',
      'new root startup',
      'old shutdown',
      'old root shutdown',
      '|',
      'new before shutdown',
      'new shutdown',
      'new root shutdown',
    ]);
  });
});
