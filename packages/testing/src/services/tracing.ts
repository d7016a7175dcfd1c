import { AsyncLocalStorage } from 'node:async_hooks';
import { toError } from '@stagewire/errors';
import type { BackstageCredentials, HttpAuthService } from '@stagewire/plugin-api';
import {
  tracingServiceRef,
  type TracingService,
  type TracingServiceAttributes,
  type TracingServiceBaggage,
  type TracingServiceContext,
  type TracingServiceContextAPI,
  type TracingServicePropagationAPI,
  type TracingServiceSpan,
  type TracingServiceSpanKind,
  type TracingServiceSpanOptions,
  type TracingServiceSpanStatus,
} from '@stagewire/plugin-api/alpha';
import { tracingServiceFactory } from '@stagewire/services/alpha';
import type { ServiceMock } from '../create-service-mock.js';
import { defineFake, type FakeService } from '../fake.js';
import { mockFunction, type MockFunction } from '../mock-function.js';
import { fakeHttpAuth } from './http-auth.js';

/** Whose work is traced. @public */
export type FakeTracingOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** Asked who makes a request. `@default` a fake one */
  httpAuth?: HttpAuthService;
};

/** A span as it was traced. @public */
export type FakeSpan = {
  name: string;
  kind: TracingServiceSpanKind;
  attributes: TracingServiceAttributes;
  status: TracingServiceSpanStatus;
  /** What the work threw. */
  error?: Error;
  /** Whether the work has settled. */
  ended: boolean;
};

/** Tracing that keeps its spans. @public */
export interface FakeTracing extends TracingService {
  /** In the order of their beginning. */
  readonly spans: readonly FakeSpan[];
}

/** A mock of tracing, which runs the work that is traced. @public */
export interface TracingServiceMock extends ServiceMock<TracingService> {
  /** Those of all `startActiveSpan`, in order. */
  readonly spans: Array<{
    setAttribute: MockFunction<TracingServiceSpan['setAttribute']>;
    setStatus: MockFunction<TracingServiceSpan['setStatus']>;
  }>;
  readonly context: Mocked<TracingServiceContextAPI>;
  readonly propagation: Mocked<TracingServicePropagationAPI>;
}

type Mocked<TApi> = {
  [Key in keyof TApi]: TApi[Key] extends (...args: any[]) => any ? MockFunction<TApi[Key]> : never;
};

/**
 * `alpha.core.tracing` that keeps spans, and of what is propagated the baggage only. In a backend, it
 * is the real one, which keeps nothing unless an OpenTelemetry SDK is registered.
 */
export const fakeTracing = defineFake({
  service: tracingServiceRef,
  create: (options: FakeTracingOptions = {}): FakeTracing => new RecordingTracing(options),
  factory: () => tracingServiceFactory,
  mock: mockTracing,
}) as FakeService<TracingService, 'plugin', FakeTracing, FakeTracingOptions, TracingServiceMock>;

/** The work runs, with a span that records; who makes a request is not looked up. */
function mockTracing() {
  const { context, propagation } = new RecordingTracing({});
  const spans: TracingServiceMock['spans'] = [];
  return {
    spans,
    startActiveSpan: mockFunction(async (_name: string, ...rest: unknown[]) => {
      const span = {
        setAttribute: mockFunction<TracingServiceSpan['setAttribute']>(),
        setStatus: mockFunction<TracingServiceSpan['setStatus']>(),
      };
      spans.push(span);
      return (rest.at(-1) as Work<unknown>)(span);
    }),
    context: {
      active: mockFunction(context.active),
      with: mockFunction<(...args: any[]) => any>(context.with), // of its type, only a generic one would do
    },
    propagation: {
      extract: mockFunction(propagation.extract),
      getBaggage: mockFunction(propagation.getBaggage),
      getActiveBaggage: mockFunction(propagation.getActiveBaggage),
    },
  };
}

type Work<T> = (span: TracingServiceSpan) => T | Promise<T>;
type Principal = { type: string };

class RecordingTracing implements FakeTracing {
  readonly spans: FakeSpan[] = [];
  readonly #pluginId: string;
  readonly #httpAuth: HttpAuthService;
  readonly #active = new AsyncLocalStorage<BaggageContext>();

  constructor({ pluginId = 'test', httpAuth = fakeHttpAuth({ pluginId }) }: FakeTracingOptions) {
    this.#pluginId = pluginId;
    this.#httpAuth = httpAuth;
  }

  startActiveSpan<T>(name: string, work: Work<T>): Promise<T>;
  startActiveSpan<T>(name: string, options: TracingServiceSpanOptions, work: Work<T>): Promise<T>;
  async startActiveSpan<T>(
    name: string,
    ...rest: [Work<T>] | [TracingServiceSpanOptions, Work<T>]
  ): Promise<T> {
    const [options, work] = rest.length === 1 ? [{}, rest[0]] : rest;
    const principal = await this.#readPrincipal(options);
    const span: FakeSpan = {
      name,
      kind: options.kind ?? 'internal',
      attributes: {
        'backstage.plugin.id': this.#pluginId,
        ...options.attributes,
        ...(principal && { 'backstage.principal.type': principal.type }),
      },
      status: { code: 'unset' },
      ended: false,
    };
    this.spans.push(span);
    return endWithWork(span, work);
  }

  readonly context: TracingServiceContextAPI = {
    active: () => this.#active.getStore() ?? new BaggageContext([]),
    with: async (context, work) => this.#active.run(BaggageContext.assert(context), work),
  };

  readonly propagation: TracingServicePropagationAPI = {
    extract: (context, carrier) => BaggageContext.from(carrier) ?? context,
    getBaggage,
    getActiveBaggage: () => getBaggage(this.context.active()),
  };

  async #readPrincipal(options: TracingServiceSpanOptions): Promise<Principal | undefined> {
    const { credentials, request } = options;
    const found: BackstageCredentials | undefined =
      credentials ?? (request && (await this.#httpAuth.credentials(request)));
    return found?.principal as Principal | undefined;
  }
}

async function endWithWork<T>(span: FakeSpan, work: Work<T>): Promise<T> {
  try {
    return await work({
      setAttribute: (key, value) => void (span.attributes[key] = value),
      setStatus: (status) => void (span.status = status),
    });
  } catch (thrown) {
    const error = toError(thrown);
    span.error = error;
    span.attributes['error.type'] = error.name;
    span.status = { code: 'error', message: error.message };
    throw thrown;
  } finally {
    span.ended = true;
  }
}

type Entries = Array<[string, { value: string }]>;

class BaggageContext implements TracingServiceContext {
  readonly $$type = '@backstage/TracingServiceContext';

  constructor(readonly entries: Entries) {}

  /** @throws TypeError for contexts that another tracing service made */
  static assert(context: TracingServiceContext): BaggageContext {
    if (context instanceof BaggageContext) return context;
    throw new TypeError('Expected a context that was made by this tracing service');
  }

  /** Reads the header `baggage: key=value,key=value;property`; undefined when it is not there. */
  static from(carrier: Record<string, string | string[] | undefined>): BaggageContext | undefined {
    const header = Object.entries(carrier).find(([name]) => name.toLowerCase() === 'baggage')?.[1];
    if (header === undefined) return undefined;
    const members = String(header).split(',');
    return new BaggageContext(
      members.flatMap((member): Entries => {
        const [, key, value] = /^\s*([^=;\s]+)\s*=\s*([^;\s]*)/.exec(member) ?? [];
        return key === undefined ? [] : [[key, { value: decodeURIComponent(value ?? '') }]];
      }),
    );
  }
}

function getBaggage(context: TracingServiceContext): TracingServiceBaggage | undefined {
  const { entries } = BaggageContext.assert(context);
  return entries.length > 0 ? { getAllEntries: () => entries } : undefined;
}
