import type { EventParams } from '@stagewire/plugin-api';
import { describe, expect, it, vi } from 'vitest';
import { fakeLifecycle } from '../support/fake-lifecycle.js';
import { openAnswer, sendEvents, serveBus, setUpEvents } from './set-up-events.js';

const PUT = 'PUT /subscriptions/catalog.scm';
const GET = 'GET /subscriptions/catalog.scm/events';
const POST = 'POST /events';

describe('publishing to the event bus', () => {
  it.each(['auto', 'always'])('[EV-3] posts the event in mode %s', async (useEventBus) => {
    const bus = await serveBus((_call, res) => res.writeHead(201).end());
    const { createPlugin } = await setUpEvents({ useEventBus, busUrl: bus.url });
    const { events } = await createPlugin('catalog');
    await events.subscribe({ id: 'scm', topics: ['push'], onEvent: async () => {} });

    const metadata = { secret: 'stays' };
    await events.publish({ topic: 'push', eventPayload: { ref: 'main' }, metadata });

    expect(bus.requests).toEqual([
      {
        call: POST,
        token: 'Bearer plugin:catalog->events',
        body: {
          event: { payload: { ref: 'main' }, topic: 'push' },
          notifiedSubscribers: ['catalog.scm'],
        },
      },
    ]);
  });

  it('[EV-3] asks for nothing in mode never', async () => {
    const bus = await serveBus((_call, res) => res.end());
    const { createPlugin } = await setUpEvents({ useEventBus: 'never', busUrl: bus.url });
    const { events, lifecycle } = await createPlugin('catalog');
    await events.subscribe({ id: 'scm', topics: ['push'], onEvent: async () => {} });
    await lifecycle.startup();

    await events.publish({ topic: 'push', eventPayload: 1 });

    expect(bus.requests).toEqual([]);
  });

  it('[EV-4] in mode auto, a 404 switches it off for the plugin, and is told once in a backend', async () => {
    const bus = await serveBus((_call, res) => res.writeHead(404).end());
    const { createPlugin, rootLogger } = await setUpEvents({ busUrl: bus.url });
    const first = await createPlugin('catalog');
    const second = await createPlugin('search');

    for (const { events } of [first, first, second, second]) {
      await events.publish({ topic: 't', eventPayload: 1 });
    }

    expect(bus.calls()).toEqual([POST, POST]);
    expect(rootLogger.lines).toEqual([
      { level: 'info', message: expect.stringContaining('events stay in this process') },
    ]);
    expect([...first.logger.lines, ...second.logger.lines]).toEqual([]);
  });

  it.each([
    ['auto', 500],
    ['always', 404],
  ])('[EV-4] in mode %s, a %s is passed on to the publisher', async (useEventBus, status) => {
    const bus = await serveBus((_call, res) => res.writeHead(status).end());
    const { createPlugin } = await setUpEvents({ useEventBus, busUrl: bus.url });
    const { events } = await createPlugin('catalog');

    await expect(events.publish({ topic: 't', eventPayload: 1 })).rejects.toMatchObject({
      name: 'ResponseError',
      statusCode: status,
    });
  });
});

describe('a subscription at the event bus', () => {
  it('[EV-3] is made once the plugin has started, and polled', async () => {
    const bus = await serveBus((call, res) => {
      if (call === PUT) return res.writeHead(201).end();
      if (bus.calls().filter((made) => made === GET).length > 1) return undefined;
      return sendEvents(res, [
        { topic: 'push', payload: { n: 1 } },
        { topic: 'push', payload: { n: 2 } },
      ]);
    });
    const { plugin, received } = await subscribe(bus.url);
    expect(bus.requests).toEqual([]);

    await plugin.lifecycle.startup();

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET, GET]));
    expect(bus.requests[0]).toMatchObject({
      token: 'Bearer plugin:catalog->events',
      body: { topics: ['push'] },
    });
    expect(received).toEqual([
      { topic: 'push', eventPayload: { n: 1 } },
      { topic: 'push', eventPayload: { n: 2 } },
    ]);
  });

  it('[EV-3] is made at once in a plugin that has started already', async () => {
    const bus = await serveBus((call, res) => (call === PUT ? res.end() : undefined));
    const { createPlugin } = await setUpEvents({ busUrl: bus.url });
    const lifecycle = fakeLifecycle();
    await lifecycle.startup();
    const { events } = await createPlugin('catalog', lifecycle);

    await events.subscribe({ id: 'scm', topics: ['push'], onEvent: async () => {} });

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET]));
  });

  it('[EV-3] waits while a 202 is open, and takes the events when it ends', async () => {
    let notify: (() => void) | undefined;
    const bus = await serveBus((call, res) => {
      const polls = bus.calls().filter((made) => made === GET).length;
      if (call === PUT) res.end();
      else if (polls === 1) notify = openAnswer(res);
      else if (polls === 2) sendEvents(res, [{ topic: 'push', payload: 1 }]);
    });
    const { plugin, received } = await subscribe(bus.url);
    await plugin.lifecycle.startup();

    await vi.waitFor(() => expect(notify).toBeDefined());
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bus.calls()).toEqual([PUT, GET]);
    notify!();

    await vi.waitFor(() => expect(received).toEqual([{ topic: 'push', eventPayload: 1 }]));
  });

  it('[EV-3] is made anew when the bus has lost it', async () => {
    const bus = await serveBus((call, res) => {
      const polls = bus.calls().filter((made) => made === GET).length;
      if (call === PUT) res.end();
      else if (polls === 1) sendEvents(res, [{ topic: 'push', payload: 1 }]);
      else if (polls === 2) res.writeHead(404).end();
    });
    const { plugin } = await subscribe(bus.url);
    await plugin.lifecycle.startup();

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET, GET, PUT, GET]));
    expect(plugin.logger.lines).toEqual([]);
  });

  it('[EV-1] survives a subscriber that fails', async () => {
    const bus = await serveBus((call, res) => {
      const polls = bus.calls().filter((made) => made === GET).length;
      if (call === PUT) res.end();
      else if (polls === 1) sendEvents(res, [{ topic: 'push', payload: 1 }]);
    });
    const { createPlugin } = await setUpEvents({ busUrl: bus.url });
    const { events, lifecycle, logger } = await createPlugin('catalog');
    const failure = new Error('no');
    await events.subscribe({ id: 'scm', topics: ['push'], onEvent: () => Promise.reject(failure) });

    await lifecycle.startup();

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET, GET]));
    expect(logger.lines).toEqual([
      {
        level: 'warn',
        message: 'Subscriber "catalog.scm" failed to process event for topic "push"',
        meta: failure,
      },
    ]);
  });

  it('[EV-4] in mode auto, is given up after a 404, with one line in the log of the backend', async () => {
    const bus = await serveBus((_call, res) => res.writeHead(404).end());
    const { plugin, rootLogger } = await subscribe(bus.url);

    await plugin.lifecycle.startup();

    await vi.waitFor(() => expect(rootLogger.lines).toHaveLength(1));
    await plugin.events.publish({ topic: 'push', eventPayload: 1 });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(bus.calls()).toEqual([PUT]);
    expect(plugin.logger.lines).toEqual([]);
  });

  it('[EV-5] ends with the plugin: the open request, and the wait between two', async () => {
    let closed = 0;
    const bus = await serveBus((call, res, req) => {
      if (call.startsWith('PUT') && call.endsWith('catalog.scm')) res.end();
      else if (call.startsWith('PUT')) res.writeHead(503).end();
      else req.once('close', () => (closed += 1));
    });
    const { plugin } = await subscribe(bus.url);
    await plugin.events.subscribe({ id: 'waits', topics: ['t'], onEvent: async () => {} });
    await plugin.lifecycle.startup();
    await vi.waitFor(() => expect(bus.requests).toHaveLength(3));
    await vi.waitFor(() => expect(plugin.logger.lines).toHaveLength(1));

    await plugin.lifecycle.shutdown();

    await vi.waitFor(() => expect(closed).toBe(1));
    expect(plugin.logger.lines).toHaveLength(1);
    expect(bus.requests).toHaveLength(3);
  });
});

/** A plugin `catalog` with one subscription, not started yet. */
async function subscribe(busUrl: string, useEventBus?: string) {
  const backend = await setUpEvents({ busUrl, useEventBus });
  const plugin = await backend.createPlugin('catalog');
  const received: EventParams[] = [];
  const onEvent = async (event: EventParams) => void received.push(event);
  await plugin.events.subscribe({ id: 'scm', topics: ['push'], onEvent });
  return { ...backend, plugin, received };
}
