import type { EventParams } from '@stagewire/plugin-api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { EventBusClient } from '../../src/events/event-bus-client.js';
import { SubscriptionPoll } from '../../src/events/subscription-poll.js';
import { fakeAuth } from '../support/fake-auth.js';
import { recordingLogger } from '../support/recording-logger.js';
import { openAnswer, sendEvents, serveBus } from './set-up-events.js';

const PUT = 'PUT /subscriptions/catalog.scm';
const GET = 'GET /subscriptions/catalog.scm/events';

describe('the poll of a subscription', () => {
  it('[EV-4] backs off from one second, doubling, and begins anew after a success', async () => {
    const bus = await serveBus((call, res) => {
      const polls = bus.calls().filter((made) => made === GET).length;
      if (call === PUT) res.end();
      else if (polls === 4) sendEvents(res, [{ topic: 'push', payload: 1 }]);
      else if (polls < 6) res.writeHead(503).end();
    });

    const { pauses, received, lines } = await startPoll(bus.url);

    await vi.waitFor(() => expect(bus.requests).toHaveLength(7));
    expect(pauses).toEqual([1000, 2000, 4000, 1000]);
    expect(received).toEqual([{ topic: 'push', eventPayload: 1 }]);
    expect(lines[0]).toMatchObject({
      level: 'warn',
      message: 'Failed to poll events for subscription "catalog.scm", retrying in 1000ms',
      meta: { name: 'ResponseError', statusCode: 503 },
    });
    // One warning for each outage.
    expect(lines.map(({ level }) => level)).toEqual(['warn', 'debug', 'debug', 'warn']);
  });

  it('[EV-4] waits sixty seconds at most', async () => {
    const bus = await serveBus((call, res) => {
      if (call === PUT) res.end();
      else if (bus.requests.length < 10) res.writeHead(503).end();
    });

    const { pauses } = await startPoll(bus.url);

    await vi.waitFor(() => expect(bus.requests).toHaveLength(10));
    expect(pauses.slice(-4)).toEqual([16_000, 32_000, 60_000, 60_000]);
  });

  it('[EV-3] does not wait longer than the bus told, and one second', async () => {
    const bus = await serveBus((call, res) => {
      if (call === PUT) res.end();
      else if (bus.requests.length < 3) {
        openAnswer(res, { 'backstage-events-notify-timeout': '55000' });
      }
    });

    const { pauses } = await startPoll(bus.url);

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET, GET]));
    expect(pauses).toEqual([56_000]);
  });

  it('[EV-3] waits one minute and one second where the bus tells nothing', async () => {
    const bus = await serveBus((call, res) => {
      if (call === PUT) res.end();
      else if (bus.requests.length < 3) openAnswer(res);
    });

    const { pauses } = await startPoll(bus.url);

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET, GET]));
    expect(pauses).toEqual([61_000]);
  });

  it('does not ask a bus without end that forgets the subscription at once', async () => {
    const bus = await serveBus((call, res) => {
      if (bus.requests.length > 4) return;
      if (call === PUT) res.end();
      else res.writeHead(404).end();
    });

    const { pauses } = await startPoll(bus.url);

    await vi.waitFor(() => expect(bus.calls()).toEqual([PUT, GET, PUT, GET, PUT]));
    expect(pauses).toEqual([1000, 2000]);
  });

  it('does not ask a bus without end that has nothing and does not wait', async () => {
    const bus = await serveBus((call, res) => {
      if (call === PUT) res.end();
      else if (bus.requests.length < 6) sendEvents(res, []);
    });

    const { pauses } = await startPoll(bus.url);

    await vi.waitFor(() => expect(bus.requests).toHaveLength(6));
    expect(pauses).toEqual([1000, 1000, 1000]);
  });
});

/** Runs a poll whose pauses pass at once, until the end of the test. */
async function startPoll(busUrl: string) {
  const stopping = new AbortController();
  const logger = recordingLogger();
  const received: EventParams[] = [];
  const pauses: number[] = [];
  const poll = new SubscriptionPoll({
    subscriber: {
      id: 'catalog.scm',
      topics: ['push'],
      onEvent: async (event) => void received.push(event),
    },
    client: new EventBusClient({
      discovery: {
        getBaseUrl: async (id) => `${busUrl}/api/${id}`,
        getExternalBaseUrl: async (id) => `${busUrl}/api/${id}`,
      },
      auth: fakeAuth('catalog'),
    }),
    logger,
    signal: stopping.signal,
    isPresent: async () => true,
    pause: async (ms) => void pauses.push(ms),
  });
  const done = poll.run();
  onTestFinished(async () => {
    stopping.abort();
    await done;
  });
  return { pauses, received, lines: logger.lines };
}
