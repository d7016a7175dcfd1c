import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { areTestServicesRequired, findTestServices } from '../../../scripts/lib/test-services.mjs';
import { startBackend } from './running-backend.mjs';
import { eventually as lookAgain, startServer } from './running-portal.mjs';

const GUEST = 'user:default/ingrid.hallstrom';
const ALL_PLUGINS = ['auth', 'catalog', 'desk', 'events', 'gateway', 'permission', 'tally', 'yard'];
const QUICKLY_MS = 3_000;
/** For what takes a few seconds, or half a minute at worst: see untilNobodyRuns. */
const LIMIT_MS = 30_000;

const service = { authorization: 'Bearer a-token-for-this-test' };
const { postgres } = await findTestServices({
  tell: (line) => line.startsWith('No PostgreSQL') && console.log(line),
});

describe('two backends, split by hand', () => {
  let data;
  let front;
  let back;
  let user;

  before(async () => {
    data = await mkdtemp(join(tmpdir(), 'stagewire-split-'));
    const places = await findPlaces({ SPLIT_DATA: data });
    [front, back] = await startBoth(places);
    user = await signIn(front.url);
  });

  after(async () => {
    await Promise.all([front?.kill(), back?.kill()]);
    await rm(data, { recursive: true, force: true });
  });

  it('are both alive and ready', async () => {
    for (const { url } of [front, back]) {
      for (const question of ['liveness', 'readiness']) {
        const { status } = await ask(`${url}/.backstage/health/v1/${question}`, { as: {} });
        assert.equal(status, 'ok');
      }
    }
  });

  it('know the plugins of each other', async () => {
    assert.deepEqual(await ask(`${front.url}/api/desk/plugins`), ALL_PLUGINS);
    assert.deepEqual(await ask(`${back.url}/api/yard/plugins`), ALL_PLUGINS);
  });

  for (const [way, entry] of [
    ['at the auth plugin itself', () => front.url],
    ['through a gateway', () => back.url],
  ]) {
    it(`sign in the guest ${way}, with what the catalog of the other knows of her`, async () => {
      const { backstageIdentity } = await eventually(async () => {
        const answer = await ask(`${entry()}/api/auth/guest/refresh`, { as: {} });
        // Until the catalog has read about her, she owns herself only.
        return answer.backstageIdentity.identity.ownershipEntityRefs.length > 1 && answer;
      });

      assert.equal(backstageIdentity.identity.userEntityRef, GUEST);
      const as = { authorization: `Bearer ${backstageIdentity.token}` };
      assert.equal((await ask(`${front.url}/api/desk/who`, { as })).userEntityRef, GUEST);
      assert.equal((await ask(`${back.url}/api/yard/who`, { as })).userEntityRef, GUEST);
    });
  }

  it('call each other on behalf of a user, who stays the one who asks', async () => {
    assert.deepEqual(await ask(`${front.url}/api/desk/yard/who`), through('desk'));
    assert.deepEqual(await ask(`${back.url}/api/yard/desk/who`), through('yard'));
    // By way of the gateway of the other, which changes nothing
    assert.deepEqual(await ask(`${back.url}/api/desk/yard/who`), through('desk'));
    assert.deepEqual(await ask(`${front.url}/api/yard/desk/who`), through('yard'));
  });

  it('call each other in the name of the plugin when no user asks', async () => {
    const as = service;

    assert.deepEqual(await ask(`${front.url}/api/desk/yard/who`, { as }), {
      type: 'service',
      subject: 'plugin:desk',
    });
  });

  it('read the catalog of the other for a user', async () => {
    const found = await eventually(() => ask(`${front.url}/api/desk/components/handbook`));

    assert.equal(found.metadata.title, 'Engineering handbook');
  });

  it('ask the policy of the other what a user may do', async () => {
    const close = { method: 'POST', status: 403 };

    assert.deepEqual(await ask(`${back.url}/api/yard/berth/view`, { method: 'POST' }), {
      result: 'ALLOW',
    });
    const { error } = await ask(`${back.url}/api/yard/berth/close`, close);
    assert.equal(error.message, 'not yours to do: yard.berth.close');
  });

  it('tell each other events, each once', async () => {
    await untilSubscribed();

    await ask(`${front.url}/api/desk/bookings/NF-1`, { method: 'POST', status: 201 });
    await ask(`${back.url}/api/yard/moves/C-1`, { method: 'POST', status: 201 });

    assert.deepEqual(await heardUntil(`${back.url}/api/yard/bookings`, 'NF-1'), ['NF-1']);
    assert.deepEqual(await heardUntil(`${front.url}/api/desk/moves`, 'C-1'), ['C-1']);
  });

  it('trigger a task of the other in the name of a plugin', async () => {
    const counted = await ask(`${back.url}/api/yard/counted`);

    await ask(`${front.url}/api/desk/yard/count`, { method: 'POST', status: 202 });

    await eventually(async () => (await ask(`${back.url}/api/yard/counted`)) === counted + 1);
  });

  for (const [way, entry] of [
    ['directly', () => back.url],
    ['through the gateway', () => front.url],
  ]) {
    it(`give out a cookie ${way} that is enough for a picture, and for nothing else`, async () => {
      const answer = await fetch(`${entry()}/api/yard/.backstage/auth/v1/cookie`, {
        headers: user,
      });
      assert.equal(answer.status, 200, await answer.text());
      const [cookie, ...attributes] = answer.headers.getSetCookie()[0].split('; ');
      assert.ok(attributes.includes('HttpOnly') && attributes.includes('Domain=localhost'));

      const picture = '/api/yard/plan/quay.svg';
      for (const { url } of [front, back]) {
        assert.match(await ask(url + picture, { as: { cookie }, text: true }), /^<svg/);
        await ask(url + picture, { as: {}, status: 401 });
        await ask(`${url}/api/yard/who`, { as: { cookie }, status: 401 });
      }
    });
  }

  it('refuse through the gateway who shows no credentials, or false ones', async () => {
    const forged = { authorization: `${user.authorization.slice(0, -6)}AAAAAA` };
    for (const as of [{}, forged]) {
      const { error } = await ask(`${front.url}/api/yard/who`, { as, status: 401 });
      assert.equal(error.name, 'AuthenticationError');
    }
  });

  it('end soon what asks for a plugin that nobody has', async () => {
    const begun = performance.now();

    // Discovery says that it is at home, where the gateway asks discovery, and so on.
    const { error } = await ask(`${front.url}/api/no-such-plugin/items`, { status: 508 });

    assert.equal(error.name, 'LoopDetectedError');
    assert.ok(performance.now() - begun < QUICKLY_MS);
  });

  it('tell nothing as an error while both are there', () => {
    const lines = `${front.output()}\n${back.output()}`.split('\n');

    assert.deepEqual(
      lines.filter((line) => / error /.test(line)),
      [],
    );
  });

  it('stop in order, and the other says soon that one is gone', async () => {
    assert.equal(await back.stop(), 0, back.output());

    const begun = performance.now();
    // What the published gateway answers for a refused connection
    await ask(`${front.url}/api/yard/who`, { status: 504, text: true });
    await ask(`${front.url}/api/desk/yard/who`, { status: 500 });
    assert.ok(performance.now() - begun < QUICKLY_MS);
    assert.equal((await ask(`${front.url}/api/desk/who`)).userEntityRef, GUEST);

    assert.equal(await front.stop(), 0, front.output());
    for (const { url } of [front, back]) await assert.rejects(fetch(url), { name: 'TypeError' });
  });

  /** Events that come before somebody has subscribed are lost, so one is sent until it is heard. */
  async function untilSubscribed() {
    await eventually(async () => {
      await ask(`${front.url}/api/desk/bookings/trial`, { method: 'POST', status: 201 });
      await ask(`${back.url}/api/yard/moves/trial`, { method: 'POST', status: 201 });
      const bookings = await ask(`${back.url}/api/yard/bookings`);
      return bookings.length > 0 && (await ask(`${front.url}/api/desk/moves`)).length > 0;
    });
  }

  /** Sends a request as the guest, unless told otherwise. */
  function ask(url, options) {
    return request(url, { as: user, ...options });
  }

  /** What was heard but for trials, once the last event has come. */
  async function heardUntil(url, last) {
    const heard = await eventually(async () => {
      const all = await ask(url);
      return all.includes(last) && all;
    });
    return heard.filter((name) => name !== 'trial');
  }
});

describe('two backends that share a PostgreSQL', { skip: skipReason() }, () => {
  const prefix = `stagewire_split_${Math.random().toString(36).slice(2, 10)}_`;
  const as = service;
  let places;
  let front;
  let back;

  before(async () => {
    assert.ok(postgres, 'no PostgreSQL answers, and STAGEWIRE_TEST_SERVICES=required');
    places = await findPlaces({ SPLIT_POSTGRES: postgres, SPLIT_DATABASE_PREFIX: prefix });
    places.configs = ['app-config.postgres.yaml'];
    [front, back] = await startBoth(places);
  });

  after(async () => {
    await Promise.all([front?.kill(), back?.kill()]);
    if (postgres) await dropDatabases(postgres, prefix, 'with (force)');
  });

  it('run a task that both have in one of them at a time', async () => {
    const runs = await eventually(async () => {
      const all = [...(await runsOf(front)), ...(await runsOf(back))];
      return all.length >= 5 && all;
    });

    runs.sort((one, other) => one.startedAt - other.startedAt);
    const overlapping = runs.filter(
      ({ startedAt }, index) => index > 0 && startedAt < runs[index - 1].endedAt,
    );
    assert.deepEqual(overlapping, []);
  });

  it('go on with the task in one when the other is killed', async () => {
    await untilSubscribed();
    await untilNobodyRuns();
    await front.kill();
    const before = await runsOf(back);

    const runs = await eventually(async () => {
      const all = await runsOf(back);
      return all.length >= before.length + 2 && all;
    });

    assert.ok(runs.at(-1).startedAt > runs.at(-2).endedAt);
  });

  it('hear after a restart what was told while they were down', async () => {
    await request(`${back.url}/api/yard/moves/C-2`, { as, method: 'POST', status: 201 });
    // Now only the database can have kept it.
    assert.equal(await back.stop(), 0, back.output());
    [front, back] = await startBoth(places);

    const heard = await eventually(async () => {
      const all = await request(`${front.url}/api/desk/moves`, { as });
      return all.includes('C-2') && all;
    });
    assert.deepEqual(
      heard.filter((name) => name !== 'trial'),
      ['C-2'],
    );
  });

  it('leave no connection to the database behind', async () => {
    assert.equal(await front.stop(), 0, front.output());
    assert.equal(await back.stop(), 0, back.output());

    const dropped = await dropDatabases(postgres, prefix);
    for (const plugin of ['auth', 'catalog', 'events', 'tally']) {
      assert.ok(dropped.includes(prefix + plugin), dropped.join(', '));
    }
  });

  function runsOf({ url }) {
    return request(`${url}/api/tally/runs`, { as });
  }

  async function untilSubscribed() {
    await eventually(async () => {
      await request(`${back.url}/api/yard/moves/trial`, { as, method: 'POST', status: 201 });
      return (await request(`${front.url}/api/desk/moves`, { as })).length > 0;
    });
  }

  /** Just after a run. One that is cut short is taken over too, but that takes half a minute. */
  async function untilNobodyRuns() {
    await eventually(async () => {
      const runs = [...(await runsOf(front)), ...(await runsOf(back))];
      return Math.max(...runs.map(({ endedAt }) => endedAt)) > Date.now() - 300;
    });
  }
});

function through(plugin) {
  return {
    type: 'user',
    userEntityRef: GUEST,
    actor: { type: 'service', subject: `plugin:${plugin}` },
  };
}

function eventually(look) {
  return lookAgain(look, LIMIT_MS);
}

function skipReason() {
  return !postgres && !areTestServicesRequired() && 'no PostgreSQL';
}

/** Two free ports, and the variables that tell both backends of them. */
async function findPlaces(env) {
  const servers = await Promise.all([startServer(() => {}), startServer(() => {})]);
  const [frontPort, backPort] = servers.map(({ url }) => new URL(url).port);
  for (const server of servers) server.stop();
  return {
    frontPort,
    backPort,
    env: {
      SPLIT_FRONT_PORT: frontPort,
      SPLIT_BACK_PORT: backPort,
      STAGEWIRE_DEV_TOKEN: 'a-token-for-this-test',
      ...env,
    },
  };
}

/** Starts front and back side by side; when one fails to start, the other is ended. */
async function startBoth({ frontPort, backPort, ...options }) {
  const outcomes = await Promise.allSettled([
    startBackend('front', { port: frontPort, ...options }),
    startBackend('back', { port: backPort, ...options }),
  ]);
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed) {
    await Promise.all(outcomes.map(({ value }) => value?.kill()));
    throw failed.reason;
  }
  return outcomes.map(({ value }) => value);
}

async function signIn(url) {
  const { backstageIdentity } = await request(`${url}/api/auth/guest/refresh`);
  return { authorization: `Bearer ${backstageIdentity.token}` };
}

/** Sends a request, and gives back the answer, which has to have the status. */
async function request(url, { as = {}, status = 200, text = false, method = 'GET' } = {}) {
  const response = await fetch(url, {
    method,
    headers: as,
    signal: AbortSignal.timeout(15_000),
  });
  const answer = await response.text();
  assert.equal(response.status, status, `${method} ${url}: ${answer}`);
  return text || answer === '' ? answer : JSON.parse(answer);
}

/**
 * Removes the databases of this test; without force, that fails while somebody is connected.
 *
 * @returns the names of those that were there
 */
async function dropDatabases(url, prefix, force = '') {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(
      'select datname from pg_database where starts_with(datname, $1)',
      [prefix],
    );
    for (const { datname } of rows) await client.query(`drop database "${datname}" ${force}`);
    return rows.map(({ datname }) => datname);
  } finally {
    await client.end();
  }
}
