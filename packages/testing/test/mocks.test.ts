import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendPlugin,
  createServiceRef,
  type ServiceFactory,
} from '@stagewire/plugin-api';
import { createSpecializedBackend } from '@stagewire/wiring';
import { createServiceMock, mockCredentials, mockFunction, mockServices } from '../src/index.js';

describe.each(Object.entries(mockServices))('mockServices.%s.mock', (name, { mock }) => {
  it('has mock functions only, and all methods of the service', async () => {
    const made = mock() as unknown as Record<string, unknown>;
    const flat = Object.values(made).flatMap((value) =>
      typeof value === 'function' ? [value] : Object.values(value as object),
    );

    expect(flat.filter((value) => !('_isMockFunction' in value))).toEqual([]);
    expect((made['factory'] as ServiceFactory).service.id.split('.').at(-1)).toBe(
      name === 'events' ? 'service' : name,
    );
  });
});

describe('a mock of a service', () => {
  it('calls and records what the test gives, and keeps what is no function', async () => {
    const knex = { fn: {} } as never;
    const database = mockServices.database.mock({
      getClient: async () => knex,
      migrations: { skip: true },
    });
    const auth = mockServices.auth.mock();
    auth.authenticate.mockResolvedValue(mockCredentials.user());

    expect(await database.getClient()).toBe(knex);
    expect(database.migrations).toEqual({ skip: true });
    expect(database.getClient.mock.calls).toEqual([[]]);
    expect(await auth.authenticate('abc')).toEqual(mockCredentials.user());
    expect(auth.authenticate.mock.calls).toEqual([['abc']]);
  });

  it('is what all plugins of a backend get', async () => {
    const scheduler = mockServices.scheduler.mock();
    const backend = createSpecializedBackend({
      defaultServiceFactories: [
        mockServices.rootConfig.factory(),
        mockServices.rootLogger.mock().factory,
        mockServices.logger.factory(),
        mockServices.rootLifecycle.factory(),
        mockServices.lifecycle.factory(),
      ],
    });
    backend.add(scheduler.factory);
    backend.add(
      createBackendPlugin({
        pluginId: 'todo',
        register(reg) {
          reg.registerInit({
            deps: { scheduler: coreServices.scheduler, logger: coreServices.logger },
            init: async (deps) => void (await deps.scheduler.triggerTask('refresh')),
          });
        },
      }),
    );

    await backend.start();
    await backend.stop();

    expect(scheduler.triggerTask).toHaveBeenCalledWith('refresh');
  });
});

describe('the mock of', () => {
  it('a logger has children that are mocks of their own', () => {
    const logger = mockServices.logger.mock();

    const child = logger.child({ task: 1 });
    child.info('hello');

    expect(logger.child).toHaveBeenCalledWith({ task: 1 });
    expect(child.info).toHaveBeenCalledWith('hello');
    expect(logger.info).not.toHaveBeenCalled();
  });

  it('the auditor has events that can end', async () => {
    const auditor = mockServices.auditor.mock();

    const event = await auditor.createEvent({ eventId: 'a' });
    await event.success({ meta: { a: 1 } });

    expect(event.success).toHaveBeenCalledWith({ meta: { a: 1 } });
  });

  it('metrics has instruments', () => {
    const metrics = mockServices.metrics.mock();

    const counter = metrics.createCounter('runs');
    counter.add(1);

    expect(counter.add).toHaveBeenCalledWith(1);
    metrics.createObservableGauge('size').addCallback(() => {});
  });

  it('tracing runs the work, keeps spans, and knows baggage', async () => {
    const { startActiveSpan, spans, context, propagation } = mockServices.tracing.mock();

    const given = await startActiveSpan('work', { kind: 'client' }, (span) => {
      span.setAttribute('size', 1);
      return 7;
    });
    const extracted = propagation.extract(context.active(), { baggage: 'a=1' });
    const baggage = await context.with(extracted, async () => propagation.getActiveBaggage());

    expect(given).toBe(7);
    expect(spans[0]!.setAttribute).toHaveBeenCalledWith('size', 1);
    expect(startActiveSpan.mock.calls[0]!.slice(0, 2)).toEqual(['work', { kind: 'client' }]);
    expect(baggage?.getAllEntries()).toEqual([['a', { value: '1' }]]);
    propagation.getActiveBaggage.mockReturnValue(undefined);
    expect(propagation.getActiveBaggage()).toBeUndefined();
  });
});

describe('createServiceMock', () => {
  interface Mailer {
    send(to: string): Promise<string>;
    readonly from: string;
  }
  const mailerRef = createServiceRef<Mailer>({ id: 'test.mailer' });

  it('makes mocks of a service of your own', async () => {
    const mockMailer = createServiceMock(mailerRef, () => ({ send: mockFunction(), from: 'me' }));
    const mailer = mockMailer({ send: async (to) => `to ${to}`, from: 'you' });

    expect(await mailer.send('jane')).toBe('to jane');
    expect(mailer.send.mock.calls).toEqual([['jane']]);
    expect([mailer.from, mockMailer().from]).toEqual(['you', 'me']);
    expect(mailer.factory.service).toBe(mailerRef);
    expect(Object.keys(mailer)).not.toContain('factory');
  });
});
