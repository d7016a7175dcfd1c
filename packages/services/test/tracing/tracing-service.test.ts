import { context, trace } from '@opentelemetry/api';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { BackstageCredentials } from '@stagewire/plugin-api';
import type { TracingService, TracingServiceContext } from '@stagewire/plugin-api/alpha';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import type { Request } from 'express';
import { describe, expect, it } from 'vitest';
import { tracingServiceFactory } from '../../src/tracing/tracing-service-factory.js';
import { fakeCredentials } from '../support/fake-auth.js';
import { registerTracers, type Told } from '../support/fake-open-telemetry.js';

const request = { headers: {} } as Request;
const user = {
  $$type: '@backstage/BackstageCredentials',
  principal: { type: 'user', userEntityRef: 'user:default/ada' },
} as BackstageCredentials;
const service = fakeCredentials('service', 'plugin:search') as BackstageCredentials;

describe('a span', () => {
  it('[TRC-1] comes from the tracer of the plugin, which is made once', async () => {
    const told = registerTracers();
    const { tracing } = await setUp();

    await tracing.startActiveSpan('a', () => {});
    await tracing.startActiveSpan('b', () => {});

    expect(told.filter(({ what }) => what === 'tracer')).toEqual([
      { what: 'tracer', args: ['backstage-plugin-catalog', undefined, { schemaUrl: undefined }] },
    ]);
  });

  it('[TRC-1] comes from the tracer that is configured for the plugin', async () => {
    const told = registerTracers();
    const tracer = { name: 'my-tracer', version: '1.2.3', schemaUrl: 'https://a.example/schema' };
    const { tracing } = await setUp({ plugin: { catalog: { tracer } } });

    await tracing.startActiveSpan('a', () => {});

    expect(told[0]).toEqual({
      what: 'tracer',
      args: ['my-tracer', '1.2.3', { schemaUrl: 'https://a.example/schema' }],
    });
  });

  it('[TRC-2] tells the plugin, then what the caller says, and its kind', async () => {
    const told = registerTracers();
    const { tracing } = await setUp();

    await tracing.startActiveSpan(
      'a',
      { attributes: { x: 1, y: ['z'] }, kind: 'client' },
      () => {},
    );

    expect(spanOptions(told)).toEqual({
      kind: 2,
      attributes: { 'backstage.plugin.id': 'catalog', x: 1, y: ['z'] },
    });
  });

  it.each([
    ['internal', 0],
    ['server', 1],
    ['client', 2],
    ['producer', 3],
    ['consumer', 4],
  ] as const)('can be of kind %s', async (kind, native) => {
    const told = registerTracers();
    const { tracing } = await setUp();

    await tracing.startActiveSpan('a', { kind }, () => {});

    expect(spanOptions(told)).toMatchObject({ kind: native });
  });

  it('[TRC-2] tells the type of the principal, and who it is only when configured', async () => {
    const told = registerTracers();
    const { tracing: discreet } = await setUp();
    const { tracing: open } = await setUp({ capture: { endUser: true } });

    await discreet.startActiveSpan('a', { credentials: user }, () => {});
    await open.startActiveSpan('a', { credentials: user }, () => {});
    await open.startActiveSpan('a', { credentials: service }, () => {});

    expect(allSpanOptions(told).map(({ attributes }) => attributes)).toEqual([
      { 'backstage.plugin.id': 'catalog', 'backstage.principal.type': 'user' },
      {
        'backstage.plugin.id': 'catalog',
        'backstage.principal.type': 'user',
        'enduser.id': 'user:default/ada',
      },
      {
        'backstage.plugin.id': 'catalog',
        'backstage.principal.type': 'service',
        'enduser.id': 'plugin:search',
      },
    ]);
  });

  it('[TRC-2] reads the principal from the request, unless credentials are given', async () => {
    const told = registerTracers();
    const { tracing, asked } = await setUp({}, async () => user);

    await tracing.startActiveSpan('a', { request }, () => {});
    await tracing.startActiveSpan('a', { request, credentials: service }, () => {});

    expect(
      allSpanOptions(told).map(({ attributes }) => attributes['backstage.principal.type']),
    ).toEqual(['user', 'service']);
    expect(asked).toEqual([request]);
  });

  it('[TRC-3] ends when the work has ended, with its result', async () => {
    const told = registerTracers();
    const { tracing } = await setUp();

    const result = await tracing.startActiveSpan('a', async (span) => {
      await Promise.resolve();
      span.setAttribute('x', 1);
      span.setStatus({ code: 'ok', message: 'fine' });
      span.setStatus({ code: 'unset' });
      return 'done';
    });

    expect(result).toBe('done');
    expect(told.slice(2)).toEqual([
      { what: 'setAttribute', args: ['x', 1] },
      { what: 'setStatus', args: [{ code: 1, message: 'fine' }] },
      { what: 'setStatus', args: [{ code: 0, message: undefined }] },
      { what: 'end', args: [] },
    ]);
  });

  it.each([
    ['rejects', reject],
    ['throws', fail],
  ])('[TRC-3] notes the error when the work %s, and passes it on unchanged', async (_how, work) => {
    const told = registerTracers();
    const { tracing } = await setUp();
    const error = new TypeError('no');

    const span = tracing.startActiveSpan('a', () => work(error));

    await expect(span).rejects.toBe(error);
    expect(told.slice(2)).toEqual([
      { what: 'recordException', args: [error] },
      { what: 'setAttribute', args: ['error.type', 'TypeError'] },
      { what: 'setStatus', args: [{ code: 2, message: 'no' }] },
      { what: 'end', args: [] },
    ]);
  });

  it('is the active one while the work runs', async () => {
    registerTracers();
    const { tracing } = await setUp();
    expect(trace.getActiveSpan()).toBeUndefined();

    await tracing.startActiveSpan('a', async () => {
      await Promise.resolve();
      expect(trace.getActiveSpan()).toBeDefined();
    });
    expect.assertions(2);
  });
});

describe('a tracing context', () => {
  it('carries the baggage that was extracted into the work that it is set for', async () => {
    registerTracers();
    const { tracing } = await setUp();

    const extracted = tracing.propagation.extract(tracing.context.active(), { baggage: 'k=v' });

    expect(tracing.propagation.getActiveBaggage()).toBeUndefined();
    expect(tracing.propagation.getBaggage(extracted)?.getAllEntries()).toEqual([
      ['k', { value: 'v' }],
    ]);
    await tracing.context.with(extracted, async () => {
      await Promise.resolve();
      expect(tracing.propagation.getActiveBaggage()?.getAllEntries()).toEqual([
        ['k', { value: 'v' }],
      ]);
    });
    expect.assertions(3);
  });

  it('is opaque, and only the tracing service can make one', async () => {
    registerTracers();
    const { tracing } = await setUp();

    const active = tracing.context.active();
    expect(Object.entries(active)).toEqual([['$$type', '@backstage/TracingServiceContext']]);
    const foreign = context.active() as unknown as TracingServiceContext;
    await expect(tracing.context.with(foreign, () => {})).rejects.toBeInstanceOf(TypeError);
  });
});

describe('tracing without an SDK', () => {
  it('[TRC-1] runs the work and nothing else', async () => {
    const { tracing } = await setUp();

    const result = await tracing.startActiveSpan('a', { kind: 'server' }, (span) => {
      span.setAttribute('x', 1);
      span.setStatus({ code: 'ok' });
      return 'done';
    });
    const error = new Error('no');

    expect(result).toBe('done');
    await expect(tracing.startActiveSpan('a', () => Promise.reject(error))).rejects.toBe(error);
  });

  it('has contexts that work, and no baggage', async () => {
    const { tracing } = await setUp();

    const extracted = tracing.propagation.extract(tracing.context.active(), { baggage: 'k=v' });

    expect(await tracing.context.with(extracted, () => 'done')).toBe('done');
    expect(tracing.propagation.getBaggage(extracted)).toBeUndefined();
    expect(tracing.propagation.getActiveBaggage()).toBeUndefined();
  });

  it('[TRC-2] refuses the same requests as with one', async () => {
    const refusal = new Error('Invalid token');
    const { tracing } = await setUp({}, () => Promise.reject(refusal));
    await expect(tracing.startActiveSpan('a', { request }, () => {})).rejects.toBe(refusal);

    registerTracers();

    await expect(tracing.startActiveSpan('a', { request }, () => {})).rejects.toBe(refusal);
  });

  it('begins once an SDK is registered', async () => {
    const { tracing } = await setUp();
    await tracing.startActiveSpan('early', () => {});

    const told = registerTracers();
    await tracing.startActiveSpan('late', () => {});

    expect(told.filter(({ what }) => what === 'span').map(({ args }) => args[0])).toEqual(['late']);
  });
});

async function reject(failure: Error): Promise<void> {
  await Promise.resolve();
  throw failure;
}

function fail(failure: Error): void {
  throw failure;
}

type SpanOptions = { kind?: number; attributes: Record<string, unknown> };

function allSpanOptions(told: Told): SpanOptions[] {
  return told.filter(({ what }) => what === 'span').map(({ args }) => args[1] as SpanOptions);
}

function spanOptions(told: Told): SpanOptions | undefined {
  return allSpanOptions(told)[0];
}

async function setUp(
  tracingConfig: JsonObject = {},
  readCredentials: () => Promise<BackstageCredentials> = async () => user,
) {
  const asked: Request[] = [];
  const { factory } = tracingServiceFactory as unknown as ServiceFactoryShape;
  const tracing = (await factory(
    {
      config: new ConfigReader({ backend: { tracing: tracingConfig } }),
      pluginMetadata: { getId: () => 'catalog' },
      httpAuth: {
        credentials(req: Request) {
          asked.push(req);
          return readCredentials();
        },
      },
    },
    undefined,
  )) as TracingService;
  return { tracing, asked };
}
