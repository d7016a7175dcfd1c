import type { Span, SpanOptions, Tracer } from '@opentelemetry/api';
import { toError } from '@stagewire/errors';
import type { BackstageCredentials, HttpAuthService } from '@stagewire/plugin-api';
import type {
  TracingService,
  TracingServiceAttributes,
  TracingServiceBaggage,
  TracingServiceContext,
  TracingServiceContextAPI,
  TracingServicePropagationAPI,
  TracingServiceSpan,
  TracingServiceSpanKind,
  TracingServiceSpanOptions,
  TracingServiceSpanStatus,
} from '@stagewire/plugin-api/alpha';
import { getOpenTelemetry, loadOpenTelemetry } from '../open-telemetry/open-telemetry-api.js';
import type { InstrumentationScope } from '../open-telemetry/read-scope.js';
import { OpenTelemetryContext } from './tracing-context.js';

type Work<T> = (span: TracingServiceSpan) => T | Promise<T>;

const SPAN_KINDS: Record<TracingServiceSpanKind, number> = {
  internal: 0,
  server: 1,
  client: 2,
  producer: 3,
  consumer: 4,
};

const STATUS_CODES: Record<TracingServiceSpanStatus['code'], number> = {
  unset: 0,
  ok: 1,
  error: 2,
};

/** What work gets as its span where nobody collects. */
const NO_SPAN: TracingServiceSpan = { setAttribute() {}, setStatus() {} };

/** Traces the work of one plugin with the OpenTelemetry SDK of the process, if there is one. */
export class OpenTelemetryTracing implements TracingService {
  readonly #pluginId: string;
  readonly #scope: InstrumentationScope;
  readonly #captureEndUser: boolean;
  readonly #httpAuth: HttpAuthService;
  #tracer: Tracer | undefined;

  constructor(options: {
    pluginId: string;
    scope: InstrumentationScope;
    /** Whether spans may tell who the user is. */
    captureEndUser: boolean;
    httpAuth: HttpAuthService;
  }) {
    this.#pluginId = options.pluginId;
    this.#scope = options.scope;
    this.#captureEndUser = options.captureEndUser;
    this.#httpAuth = options.httpAuth;
  }

  startActiveSpan<T>(name: string, work: Work<T>): Promise<T>;
  startActiveSpan<T>(name: string, options: TracingServiceSpanOptions, work: Work<T>): Promise<T>;
  async startActiveSpan<T>(
    name: string,
    ...rest: [Work<T>] | [TracingServiceSpanOptions, Work<T>]
  ): Promise<T> {
    const [options, work] = rest.length === 1 ? [{}, rest[0]] : rest;
    // Also without an SDK: whether somebody collects must not change who gets through.
    const principal = await this.#readPrincipal(options);
    const tracer = await this.#findTracer();
    if (!tracer) return work(NO_SPAN);
    return tracer.startActiveSpan(name, this.#toSpanOptions(options, principal), (span) =>
      endWithWork(span, work),
    );
  }

  readonly context: TracingServiceContextAPI = {
    active: () => new OpenTelemetryContext(getOpenTelemetry()?.context.active()),
    with: async (context, work) => {
      const native = OpenTelemetryContext.unwrap(context);
      const api = native && getOpenTelemetry();
      return api ? api.context.with(native, work) : work();
    },
  };

  readonly propagation: TracingServicePropagationAPI = {
    extract: (context, carrier) => {
      const api = getOpenTelemetry();
      if (!api) return context;
      const native = OpenTelemetryContext.unwrap(context) ?? api.ROOT_CONTEXT;
      return new OpenTelemetryContext(api.propagation.extract(native, carrier));
    },
    getBaggage,
    getActiveBaggage: () => getBaggage(this.context.active()),
  };

  async #findTracer(): Promise<Tracer | undefined> {
    if (this.#tracer) return this.#tracer;
    const { name, version, schemaUrl } = this.#scope;
    const api = getOpenTelemetry() ?? (await loadOpenTelemetry());
    this.#tracer ??= api?.trace.getTracerProvider().getTracer(name, version, { schemaUrl });
    return this.#tracer;
  }

  async #readPrincipal({
    credentials,
    request,
  }: TracingServiceSpanOptions): Promise<BackstageCredentials['principal']> {
    if (credentials) return credentials.principal;
    return request && (await this.#httpAuth.credentials(request)).principal;
  }

  #toSpanOptions(options: TracingServiceSpanOptions, principal: unknown): SpanOptions {
    return {
      kind: options.kind && SPAN_KINDS[options.kind],
      attributes: {
        'backstage.plugin.id': this.#pluginId,
        ...options.attributes,
        ...this.#principalAttributes(principal as Principal | undefined),
      },
    };
  }

  #principalAttributes(principal: Principal | undefined): TracingServiceAttributes {
    if (!principal) return {};
    const endUser = principal.userEntityRef ?? principal.subject;
    return {
      'backstage.principal.type': principal.type,
      ...(this.#captureEndUser && endUser && { 'enduser.id': endUser }),
    };
  }
}

/** A principal of any type, as plain data. */
type Principal = { type: string; userEntityRef?: string; subject?: string };

async function endWithWork<T>(span: Span, work: Work<T>): Promise<T> {
  try {
    return await work({
      setAttribute: (key, value) => void span.setAttribute(key, value),
      setStatus: ({ code, message }) => void span.setStatus({ code: STATUS_CODES[code], message }),
    });
  } catch (thrown) {
    const error = toError(thrown);
    span.recordException(error);
    span.setAttribute('error.type', error.name);
    span.setStatus({ code: STATUS_CODES.error, message: error.message });
    throw thrown;
  } finally {
    span.end();
  }
}

function getBaggage(context: TracingServiceContext): TracingServiceBaggage | undefined {
  const native = OpenTelemetryContext.unwrap(context);
  const baggage = native && getOpenTelemetry()?.propagation.getBaggage(native);
  return (
    baggage && {
      getAllEntries: () => baggage.getAllEntries().map(([key, { value }]) => [key, { value }]),
    }
  );
}
