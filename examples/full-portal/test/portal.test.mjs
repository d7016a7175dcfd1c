import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { eventually, startPortal, startServer } from './running-portal.mjs';

const GUEST = 'user:default/ingrid.hallstrom';

describe('the full portal', () => {
  let portal;
  let elsewhere;
  let cluster;
  let user;
  const service = { authorization: 'Bearer a-token-for-this-test' };

  before(async () => {
    elsewhere = await startServer((request, response) =>
      response.end(JSON.stringify({ asked: request.url, by: request.headers.authorization })),
    );
    cluster = await startServer(answerAsCluster);
    portal = await startPortal({
      proxy_endpoints: { '/elsewhere': { target: elsewhere.url, credentials: 'forward' } },
      kubernetes_clusterLocatorMethods: [
        {
          type: 'config',
          clusters: [
            {
              name: 'north',
              url: cluster.url,
              authProvider: 'serviceAccount',
              serviceAccountToken: 'a-cluster-token',
            },
          ],
        },
      ],
      // At once: a portal that starts fast would be asked before there is an index.
      search_collators_catalog_schedule_initialDelay: { seconds: 0 },
      search_collators_techdocs_schedule_initialDelay: { seconds: 0 },
      search_collators_catalog_schedule_frequency: { minutes: 0, seconds: 2 },
      search_collators_techdocs_schedule_frequency: { minutes: 0, seconds: 2 },
    });
    const { backstageIdentity } = await ask('/api/auth/guest/refresh', { as: {} });
    user = { authorization: `Bearer ${backstageIdentity.token}` };
  });

  after(async () => {
    const code = await portal?.stop();
    elsewhere?.stop();
    cluster?.stop();
    if (portal) assert.equal(code, 0, 'the portal did not end in order');
  });

  it('signs in the guest as somebody of the catalog, with what she owns', async () => {
    const { backstageIdentity } = await ask('/api/auth/guest/refresh', { as: {} });

    assert.equal(backstageIdentity.identity.userEntityRef, GUEST);
    assert.ok(backstageIdentity.identity.ownershipEntityRefs.includes(GUEST));
  });

  it('signs in nobody with GitHub, which has no settings', async () => {
    const { status } = await fetch(`${portal.url}/api/auth/github/start?env=development`);

    assert.equal(status, 404);
  });

  it('refuses who shows no credentials', async () => {
    const { error } = await ask('/api/catalog/entities', { as: {}, status: 401 });

    assert.equal(error.name, 'AuthenticationError');
  });

  it('has all entities of both portals, related to each other', async () => {
    const found = await eventually(async () => {
      const { items } = await ask('/api/catalog/entities/by-query?limit=500');
      return items.length >= 140 && items.every(isRelated) && items;
    });

    const refs = found.map(({ kind, metadata }) => `${kind}:${metadata.name}`);
    assert.ok(refs.includes('Component:handbook'));
    assert.ok(refs.includes('Template:new-service'));
    assert.ok(refs.includes('Component:booking-service'));
  });

  it('knows of no entity that could not be processed', async () => {
    assert.deepEqual((await ask('/api/catalog/entities/unprocessed/failed')).entities, []);
  });

  it('builds the handbook when it is first asked for, and serves its pages', async () => {
    const log = await ask('/api/techdocs/sync/default/component/handbook', { text: true });
    assert.match(log, /event: finish\ndata: \{"updated":true\}/);

    const metadata = await ask('/api/techdocs/metadata/techdocs/default/component/handbook');
    assert.equal(metadata.site_name, 'Engineering handbook');
    const page = await ask(
      '/api/techdocs/static/docs/default/component/handbook/releases/index.html',
      { text: true },
    );
    assert.match(page, /<h1>Releases<\/h1>/);
  });

  it('finds what the catalog holds, and what the handbook says', async () => {
    // Until there is an index, whoever searches gets an error, and so does the log.
    await eventually(
      () =>
        timesSaid('Collating documents for software-catalog succeeded') >
        timesSaid('Index for software-catalog was not created'),
    );
    await eventually(async () => {
      const entities = await search('booking', 'software-catalog');
      return entities.some(({ title }) => title === 'booking-service');
    });
    const inHandbook = await eventually(async () => {
      const pages = await search('snowstorm', 'techdocs');
      return pages.length > 0 && pages;
    });

    assert.equal(inHandbook[0].location, '/docs/default/component/handbook/on-call/');
  });

  it('tries a template without leaving anything behind', async () => {
    const { log, steps, directoryContents } = await ask('/api/scaffolder/v2/dry-run', {
      body: {
        template: await templateEntity(),
        values: { name: 'berth-planner', owner: 'group:default/terminals' },
        directoryContents: await skeletonFiles(),
      },
    });

    assert.deepEqual(
      steps.map(({ id }) => id),
      ['skeleton', 'list', 'tell', 'output'].slice(0, steps.length),
    );
    assert.ok(
      log.some(({ body }) => body.status === 'completed'),
      JSON.stringify(log),
    );
    const readme = directoryContents.find(({ path }) => path === 'README.md');
    assert.match(Buffer.from(readme.base64Content, 'base64').toString(), /^# berth-planner/);
  });

  it('runs a template for somebody, who is told when it is done', async () => {
    const { id } = await ask('/api/scaffolder/v2/tasks', {
      status: 201,
      body: {
        templateRef: 'template:default/new-service',
        values: { name: 'quay-lights', owner: 'group:default/terminals' },
      },
    });
    const status = await eventually(async () => {
      const task = await ask(`/api/scaffolder/v2/tasks/${id}`);
      return !['open', 'processing'].includes(task.status) && task.status;
    });

    assert.equal(status, 'completed');
    const { notifications } = await ask('/api/notifications/notifications');
    assert.ok(notifications.some(({ payload }) => payload.title.startsWith('quay-lights')));
  });

  it('refuses to run a template with values that its schema does not allow', async () => {
    const { errors } = await ask('/api/scaffolder/v2/tasks', {
      status: 400,
      body: { templateRef: 'template:default/new-service', values: { name: 'Not A Name' } },
    });

    assert.ok(errors.length > 0);
  });

  it('delivers a notification at once, over the websocket, and keeps it until it is read', async () => {
    const socket = await openSignals();
    const received = [];
    socket.on('message', (text) => received.push(JSON.parse(text)));
    socket.send(JSON.stringify({ action: 'subscribe', channel: 'notifications' }));

    const title = 'The ore line is closed until noon';
    await eventually(async () => {
      const recipients = { type: 'entity', entityRef: GUEST };
      // The subscription is not acknowledged, so it may come later than the first notification.
      await ask('/api/notifications/notifications', {
        as: service,
        body: { recipients, payload: { title, topic: 'ore-line', scope: 'ore-line' } },
      });
      return received.length > 0;
    });
    socket.close();

    assert.equal(received[0].channel, 'notifications');
    const { notifications } = await ask('/api/notifications/notifications?topic=ore-line');
    assert.deepEqual(
      notifications.map(({ payload }) => payload.title),
      [title],
    );
    await ask('/api/notifications/notifications/update', {
      body: { ids: notifications.map(({ id }) => id), read: true },
    });
    const unread = await ask('/api/notifications/notifications?topic=ore-line&read=false');
    assert.equal(unread.totalCount, 0);
  });

  it('keeps a setting of a user, for that user only', async () => {
    const path = '/api/user-settings/buckets/freight/keys/columns';
    await ask(path, { method: 'PUT', body: { value: ['owner', 'system'] } });

    assert.deepEqual((await ask(path)).value, ['owner', 'system']);
    await ask(path, { as: service, status: 403 });
    await ask(path, { method: 'DELETE', status: 204 });
    await ask(path, { status: 404 });
  });

  it('tells MCP clients its tools, and runs one', async () => {
    const { serverInfo } = await callMcp('initialize', {
      protocolVersion: '2025-03-26',
      capabilities: {},
      clientInfo: { name: 'a test', version: '1' },
    });
    assert.equal(serverInfo.name, 'norrland-freight');

    const { tools } = await callMcp('tools/list', {});
    const names = tools.map(({ name }) => name);
    assert.ok(names.includes('catalog.get-catalog-entity'), names.join(', '));

    const { content } = await callMcp('tools/call', {
      name: 'catalog.get-catalog-entity',
      arguments: { kind: 'component', namespace: 'default', name: 'booking-service' },
    });
    assert.match(content[0].text, /Takes orders/);
  });

  it('passes requests of who is signed in on to somewhere else', async () => {
    const answer = await ask('/api/proxy/elsewhere/berths?free=1');

    assert.equal(answer.asked, '/berths?free=1');
    await ask('/api/proxy/elsewhere/berths', { as: {}, status: 401 });
  });

  it('takes events from webhooks, and hands them to who subscribes', async () => {
    const bus = '/api/events/bus/v1';
    const subscription = `${bus}/subscriptions/a-test`;
    await ask(subscription, {
      as: service,
      method: 'PUT',
      status: 201,
      body: { topics: ['freight.moved'] },
    });
    const event = { topic: 'freight.moved', payload: { booking: 'NF-1' } };
    await ask(`${bus}/events`, { as: service, status: 201, body: { event } });

    const { events } = await ask(`${subscription}/events`, { as: service });
    assert.deepEqual(events, [event]);
    await ask('/api/events/http/freight', { as: {}, status: 202, body: { booking: 'NF-1' } });
  });

  it('asks its policy, which allows everything', async () => {
    const permission = {
      type: 'resource',
      name: 'catalog.entity.delete',
      attributes: { action: 'delete' },
      resourceType: 'catalog-entity',
    };
    const { items } = await ask('/api/permission/authorize', {
      body: { items: [{ id: '1', permission, resourceRef: 'component:default/booking-service' }] },
    });

    assert.deepEqual(items, [{ id: '1', result: 'ALLOW' }]);
  });

  it('shows what runs on a cluster for a component', async () => {
    const { items } = await ask('/api/kubernetes/clusters');
    assert.deepEqual(
      items.map(({ name }) => name),
      ['north'],
    );

    const entity = await ask('/api/catalog/entities/by-name/component/default/booking-service');
    const annotations = { 'backstage.io/kubernetes-id': 'booking' };
    const answer = await ask('/api/kubernetes/services/booking-service', {
      body: { entity: { ...entity, metadata: { ...entity.metadata, annotations } } },
    });
    const pods = answer.items[0].resources.find(({ type }) => type === 'pods');
    assert.equal(pods.resources[0].metadata.name, 'booking-7f9c');
  });

  it('shows its configuration to who looks after it, without the tokens of the backend', async () => {
    assert.deepEqual(await ask('/api/devtools/health'), { status: 'ok' });
    const text = await ask('/api/devtools/config', { text: true });

    assert.equal(JSON.parse(text).config.organization.name, 'Norrland Freight');
    assert.ok(!text.includes('a-token-for-this-test'));
  });

  it('serves the page, whatever the path, and ends at itself what nobody has', async () => {
    const page = await ask('/catalog/default/component/booking-service', { as: {}, text: true });
    assert.match(page, /Norrland Freight Developer Portal/);
    assert.match(await ask('/static/portal.js', { as: {}, text: true }), /The whole frontend/);

    // The gateway sends it where discovery says the plugin is: here.
    const { error } = await ask('/api/no-such-plugin', { status: 508 });
    assert.equal(error.name, 'LoopDetectedError');
  });

  it('tells nothing as an error but what was asked for wrongly', async () => {
    const errors = portal
      .output()
      .split('\n')
      .filter((line) => / error /.test(line));

    assert.deepEqual(errors, []);
  });

  /** Sends a request as the guest, and gives back the answer, which has to have the status. */
  async function ask(path, { as = user, status = 200, text = false, body, method } = {}) {
    const response = await fetch(portal.url + path, {
      method: method ?? (body ? 'POST' : 'GET'),
      headers: { ...as, ...(body ? { 'content-type': 'application/json' } : {}) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(30_000),
    });
    const answer = await response.text();
    assert.equal(response.status, status, `${path}: ${answer}`);
    return text || answer === '' ? answer : JSON.parse(answer);
  }

  function timesSaid(text) {
    return portal.output().split(text).length - 1;
  }

  async function search(term, type) {
    // Not `types=`: asking for a type that has no index yet is an error.
    const { results } = await ask(`/api/search/query?term=${term}`);
    return results.filter((result) => result.type === type).map(({ document }) => document);
  }

  async function callMcp(method, params) {
    const response = await fetch(`${portal.url}/api/mcp-actions/v1`, {
      method: 'POST',
      headers: {
        ...user,
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    const text = await response.text();
    assert.equal(response.status, 200, text);
    return JSON.parse(/^data: (.*)$/m.exec(text)[1]).result;
  }

  /** The plugin listens from the first attempt on, which itself is never answered: so twice. */
  async function openSignals() {
    const token = user.authorization.slice('Bearer '.length);
    const open = () => new WebSocket(`${portal.url.replace('http', 'ws')}/api/signals`, token);
    const first = open();
    first.on('error', () => {});
    await Promise.race([once(first, 'open'), wait(1000)]);
    if (first.readyState === WebSocket.OPEN) return first;
    first.terminate();
    const second = open();
    await once(second, 'open', { signal: AbortSignal.timeout(10_000) });
    return second;
  }

  async function templateEntity() {
    return ask('/api/catalog/entities/by-name/template/default/new-service');
  }
});

const isRelated = ({ kind, relations }) =>
  ['Location', 'User'].includes(kind) || relations?.length > 0;

/** What the API server of a cluster says: one pod, and none of anything else. */
function answerAsCluster(request, response) {
  const { pathname } = new URL(request.url, 'http://cluster');
  const metadata = { name: 'booking-7f9c', namespace: 'north' };
  const pod = { metadata, spec: { containers: [] }, status: {} };
  const known = request.headers.authorization === 'Bearer a-cluster-token';
  response.statusCode = known ? 200 : 401;
  response.setHeader('content-type', 'application/json');
  response.end(
    JSON.stringify({
      kind: 'List',
      apiVersion: 'v1',
      items: pathname.endsWith('/pods') ? [pod] : [],
    }),
  );
}

async function skeletonFiles() {
  const folder = fileURLToPath(new URL('../catalog/new-service/', import.meta.url));
  const names = await readdir(`${folder}skeleton`);
  return Promise.all(
    names.map(async (name) => ({
      path: `skeleton/${name}`,
      base64Content: await readFile(`${folder}skeleton/${name}`, 'base64'),
    })),
  );
}
