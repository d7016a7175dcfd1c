import { describe, expect, it } from 'vitest';
import { auditorServiceFactory } from '@stagewire/services/auditor';
import type { AuditorService } from '@stagewire/plugin-api';
import type { MetricsService } from '@stagewire/plugin-api/alpha';
import { metricsServiceFactory, tracingServiceFactory } from '@stagewire/services/alpha';
import { makeFrom } from '../../src/fake.js';
import { mockCredentials, mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

type Audit = { auditor: AuditorService; events(): readonly object[] };

describeBoth<Audit>(
  'auditor',
  {
    // It tells its events to the log only.
    real: async () => {
      const logger = mockServices.logger();
      const auditor = await makeFrom(auditorServiceFactory, {
        config: mockServices.rootConfig(),
        logger,
        auth: mockServices.auth(),
        httpAuth: mockServices.httpAuth(),
        plugin: mockServices.pluginMetadata(),
      });
      const events = () =>
        logger.lines.map(({ fields: { isAuditEvent: _, ...event }, error }) => ({
          ...event,
          ...(error && { error }),
        }));
      return { auditor, events: events as () => object[] };
    },
    fake: () => {
      const auditor = mockServices.auditor();
      return { auditor, events: () => auditor.events };
    },
  },
  (make) => {
    it('AUD-1 AUD-2 records how an event begins and ends', async () => {
      const { auditor, events } = await make();
      const error = new Error('broken');

      const event = await auditor.createEvent({ eventId: 'todo-remove', meta: { id: 1 } });
      await event.success({ meta: { removed: true } });
      await event.fail({ error });

      const common = { plugin: 'test', eventId: 'todo-remove', severityLevel: 'low' };
      expect(events()).toMatchObject([
        { ...common, actor: { actorId: 'plugin:test' }, status: 'initiated', meta: { id: 1 } },
        { ...common, status: 'succeeded', meta: { id: 1, removed: true } },
        { ...common, status: 'failed', error },
      ]);
    });
  },
);

describe('the fake auditor', () => {
  it('AUD-2 knows who made a request', async () => {
    const auditor = mockServices.auditor({ pluginId: 'todo' });
    const request = {
      headers: { authorization: mockCredentials.user.header('user:default/jane') },
      originalUrl: '/api/todo',
      method: 'DELETE',
      get: () => undefined,
    };

    await auditor.createEvent({ eventId: 'remove', request: request as never });

    expect(auditor.events).toMatchObject([
      {
        plugin: 'todo',
        actor: { actorId: 'user:default/jane' },
        request: { url: '/api/todo', method: 'DELETE' },
      },
    ]);
  });
});

const observe = (result: { observe(value: number): void }) => result.observe(7);

describeBoth<MetricsService>(
  'metrics',
  {
    real: () =>
      makeFrom(metricsServiceFactory, {
        config: mockServices.rootConfig(),
        pluginMetadata: mockServices.pluginMetadata(),
      }),
    fake: () => mockServices.metrics(),
  },
  (make) => {
    it('MET-1 has all instruments', async () => {
      const metrics = await make();
      for (const counter of [metrics.createCounter('a'), metrics.createUpDownCounter('b')]) {
        expect(counter.add(1, { of: 'it' })).toBeUndefined();
      }
      for (const instrument of [metrics.createHistogram('c'), metrics.createGauge('d')]) {
        expect(instrument.record(1)).toBeUndefined();
      }
      for (const observable of [
        metrics.createObservableCounter('e'),
        metrics.createObservableUpDownCounter('f'),
        metrics.createObservableGauge('g'),
      ]) {
        expect(observable.addCallback(observe)).toBeUndefined();
        expect(observable.removeCallback(observe)).toBeUndefined();
      }
    });
  },
);

describe('the fake metrics', () => {
  it('keep what is measured and observed', async () => {
    const metrics = mockServices.metrics();
    const counter = metrics.createCounter('runs', { unit: '{run}' });
    const size = metrics.createObservableGauge('size');
    size.addCallback(observe);

    counter.add(1, { task: 'a' });
    counter.add(2);
    await metrics.collect();
    size.removeCallback(observe);
    await metrics.collect();

    expect(metrics.instruments).toEqual([
      { kind: 'counter', name: 'runs', options: { unit: '{run}' } },
      { kind: 'observableGauge', name: 'size' },
    ]);
    expect(metrics.measurements).toEqual([
      { name: 'runs', value: 1, attributes: { task: 'a' } },
      { name: 'runs', value: 2 },
      { name: 'size', value: 7 },
    ]);
  });
});

describeBoth(
  'tracing',
  {
    real: () =>
      makeFrom(tracingServiceFactory, {
        config: mockServices.rootConfig(),
        pluginMetadata: mockServices.pluginMetadata(),
        httpAuth: mockServices.httpAuth(),
      }),
    fake: () => mockServices.tracing(),
  },
  (make) => {
    it('TRC-3 hands on what the work gives or throws', async () => {
      const tracing = await make();
      const error = new Error('broken');

      expect(await tracing.startActiveSpan('work', async () => 1)).toBe(1);
      expect(await tracing.startActiveSpan('work', { kind: 'client' }, () => 2)).toBe(2);
      await expect(tracing.startActiveSpan('work', () => Promise.reject(error))).rejects.toBe(
        error,
      );
    });

    it('TRC-2 refuses the request of somebody with an invalid token', async () => {
      const tracing = await make();
      const request = { headers: { authorization: mockCredentials.user.invalidHeader() } };

      await expect(
        tracing.startActiveSpan('work', { request: request as never }, () => 1),
      ).rejects.toThrow('User token is invalid');
    });

    it('runs work in a context, and refuses those of others', async () => {
      const tracing = await make();
      const foreign = { $$type: '@backstage/TracingServiceContext' } as const;

      expect(await tracing.context.with(tracing.context.active(), () => 1)).toBe(1);
      expect(tracing.propagation.getActiveBaggage()).toBeUndefined();
      await expect(tracing.context.with(foreign, () => 1)).rejects.toThrow(TypeError);
      expect(() => tracing.propagation.getBaggage(foreign)).toThrow(TypeError);
    });
  },
);

describe('the fake tracing', () => {
  it('TRC-2 TRC-3 keeps spans', async () => {
    const tracing = mockServices.tracing();
    const error = new TypeError('broken');
    const credentials = mockCredentials.user();

    await tracing.startActiveSpan('a', { credentials, kind: 'server' }, (span) => {
      span.setAttribute('size', 1);
      span.setStatus({ code: 'ok' });
    });
    await tracing.startActiveSpan('b', () => Promise.reject(error)).catch(() => {});

    expect(tracing.spans).toEqual([
      {
        name: 'a',
        kind: 'server',
        attributes: {
          'backstage.plugin.id': 'test',
          'backstage.principal.type': 'user',
          size: 1,
        },
        status: { code: 'ok' },
        ended: true,
      },
      {
        name: 'b',
        kind: 'internal',
        attributes: { 'backstage.plugin.id': 'test', 'error.type': 'TypeError' },
        status: { code: 'error', message: 'broken' },
        error,
        ended: true,
      },
    ]);
  });

  it('carries baggage', async () => {
    const { context, propagation } = mockServices.tracing();
    const extracted = propagation.extract(context.active(), {
      baggage: 'tenant=a%20b, user = jane;secret',
    });

    const active = await context.with(extracted, async () => propagation.getActiveBaggage());

    const entries = [
      ['tenant', { value: 'a b' }],
      ['user', { value: 'jane' }],
    ];
    expect(active?.getAllEntries()).toEqual(entries);
    expect(propagation.getBaggage(extracted)?.getAllEntries()).toEqual(entries);
    expect(propagation.getActiveBaggage()).toBeUndefined();
    expect(propagation.extract(extracted, {})).toBe(extracted);
  });
});
