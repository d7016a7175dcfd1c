import type { EventParams } from '@stagewire/plugin-api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fakeLifecycle } from '../support/fake-lifecycle.js';
import { fakeSuccession } from '../support/fake-succession.js';
import { setUpEvents } from './set-up-events.js';

describe('events within one process', () => {
  it('[EV-1] reach the subscribers of all plugins, with all that was published', async () => {
    const backend = await setUpEvents({ useEventBus: 'never' });
    const publisher = await backend.createPlugin('github');
    const subscriber = await backend.createPlugin('catalog');
    const received: EventParams[] = [];
    await subscriber.events.subscribe({
      id: 'scm',
      topics: ['push', 'repository'],
      onEvent: async (event) => void received.push(event),
    });

    const push = { topic: 'push', eventPayload: { ref: 'main' }, metadata: { 'x-event': 'push' } };
    await publisher.events.publish(push);
    await publisher.events.publish({ topic: 'unheard', eventPayload: 1 });
    await publisher.events.publish({ topic: 'repository', eventPayload: 2 });

    expect(received).toEqual([push, { topic: 'repository', eventPayload: 2 }]);
  });

  it('[EV-1] are handled by all subscribers at the same time, and published when all are done', async () => {
    const { createPlugin } = await setUpEvents({ useEventBus: 'never' });
    const { events } = await createPlugin('catalog');
    const steps: string[] = [];
    for (const id of ['a', 'b']) {
      const onEvent = async () => {
        steps.push(`${id} begins`);
        await new Promise(setImmediate);
        steps.push(`${id} ends`);
      };
      await events.subscribe({ id, topics: ['t'], onEvent });
    }

    await events.publish({ topic: 't', eventPayload: {} });

    expect(steps).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
  });

  it('[EV-1] [EV-2] are published even if a subscriber fails, which is logged by its full id', async () => {
    const { createPlugin, rootLogger } = await setUpEvents({ useEventBus: 'never' });
    const { events } = await createPlugin('catalog');
    const received: unknown[] = [];
    const failure = new Error('no');
    await events.subscribe({ id: 'bad', topics: ['t'], onEvent: () => Promise.reject(failure) });
    await events.subscribe({
      id: 'ok',
      topics: ['t'],
      onEvent: async (e) => void received.push(e),
    });

    await events.publish({ topic: 't', eventPayload: 1 });

    expect(received).toHaveLength(1);
    expect(rootLogger.lines).toEqual([
      {
        level: 'warn',
        message: 'Subscriber "catalog.bad" failed to process event for topic "t"',
        meta: failure,
      },
    ]);
  });
});

describe('the events of a plugin that stops', () => {
  it('[EV-5] cannot be published any more', async () => {
    const { createPlugin } = await setUpEvents({ useEventBus: 'never' });
    const { events, lifecycle } = await createPlugin('catalog');

    await lifecycle.shutdown();

    await expect(events.publish({ topic: 't', eventPayload: 1 })).rejects.toThrow(
      'Service is shutting down',
    );
  });

  it('[EV-5] are waited for when they are on their way', async () => {
    const { createPlugin } = await setUpEvents({ useEventBus: 'never' });
    const { events, lifecycle } = await createPlugin('catalog');
    const steps: string[] = [];
    let finish: (() => void) | undefined;
    const onEvent = () => new Promise<void>((resolve) => (finish = resolve));
    await events.subscribe({ id: 's', topics: ['t'], onEvent });

    const published = events
      .publish({ topic: 't', eventPayload: 1 })
      .then(() => steps.push('published'));
    const stopped = lifecycle.shutdown().then(() => steps.push('stopped'));
    await new Promise(setImmediate);
    expect(steps).toEqual([]);
    finish?.();
    await Promise.all([published, stopped]);

    expect(steps).toEqual(['published', 'stopped']);
  });

  it('are waited for ten seconds at most', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { createPlugin } = await setUpEvents({ useEventBus: 'never' });
    const { events, lifecycle, logger } = await createPlugin('catalog');
    await events.subscribe({ id: 'hangs', topics: ['t'], onEvent: forever });

    void events.publish({ topic: 't', eventPayload: 1 });
    const stopped = lifecycle.shutdown();
    await vi.advanceTimersByTimeAsync(10_000);
    await stopped;

    expect(logger.lines).toEqual([
      { level: 'warn', message: 'Stopped without waiting longer for 1 event calls' },
    ]);
  });

  it('do not reach its subscribers any more, while others still get theirs', async () => {
    const { createPlugin } = await setUpEvents({ useEventBus: 'never' });
    const stopping = await createPlugin('catalog');
    const running = await createPlugin('search');
    const received: string[] = [];
    await stopping.events.subscribe({
      id: 's',
      topics: ['t'],
      onEvent: async () => void received.push('catalog'),
    });
    await running.events.subscribe({
      id: 's',
      topics: ['t'],
      onEvent: async () => void received.push('search'),
    });

    await stopping.lifecycle.shutdown();
    await stopping.events.subscribe({
      id: 'late',
      topics: ['t'],
      onEvent: async () => void received.push('late'),
    });
    await running.events.publish({ topic: 't', eventPayload: 1 });

    expect(received).toEqual(['search']);
  });
});

describe('events.useEventBus', () => {
  it('[EV-3] refuses any other word', async () => {
    await expect(setUpEvents({ useEventBus: 'sometimes' })).rejects.toMatchObject({
      code: 'E_EVENT_BUS_MODE',
      message: `Invalid events.useEventBus config, must be one of never, always, auto, got 'sometimes'`,
    });
  });
});

async function forever(): Promise<void> {
  await new Promise(() => {});
}

describe('the events of a plugin whose versions follow each other', () => {
  it('come to one of the versions each; the earlier one finishes what it has', async () => {
    const { createPlugin } = await setUpEvents({ useEventBus: 'never' });
    const publisher = await createPlugin('github');
    const [first, second] = [fakeSuccession('catalog', false), fakeSuccession('catalog')];
    const [old, later] = [
      await createPlugin('catalog', fakeLifecycle(), first.plugin),
      await createPlugin('catalog', fakeLifecycle(), second.plugin),
    ];
    const received: string[] = [];
    let finish: (() => void) | undefined;
    await old.events.subscribe({
      id: 's',
      topics: ['t'],
      async onEvent({ eventPayload }) {
        received.push(`old ${eventPayload}`);
        await new Promise<void>((resolve) => (finish = resolve));
      },
    });
    await later.events.subscribe({
      id: 's',
      topics: ['t'],
      onEvent: async ({ eventPayload }) => void received.push(`later ${eventPayload}`),
    });

    const slow = publisher.events.publish({ topic: 't', eventPayload: 1 });
    let isRetired = false;
    const retired = first.retire().then(() => (isRetired = true));
    second.serve();
    await publisher.events.publish({ topic: 't', eventPayload: 2 });
    expect([received, isRetired]).toEqual([['old 1', 'later 2'], false]);
    await old.events.publish({ topic: 'other', eventPayload: 'still allowed' });
    finish!();
    await Promise.all([slow, retired]);

    expect(received).toEqual(['old 1', 'later 2']);
  });
});
