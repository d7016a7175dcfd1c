import type { Request } from 'express';
import type { BackstageCredentials } from './auth.js';

/** A value of an attribute of a span. @alpha */
export type TracingServiceAttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** What is told about a span. @alpha */
export interface TracingServiceAttributes {
  [key: string]: TracingServiceAttributeValue | undefined;
}

/** On which side of a call a span is. @alpha */
export type TracingServiceSpanKind = 'internal' | 'server' | 'client' | 'producer' | 'consumer';

/** How the work of a span ended. @alpha */
export interface TracingServiceSpanStatus {
  code: 'unset' | 'ok' | 'error';
  message?: string;
}

/** A piece of work that is being traced. @alpha */
export interface TracingServiceSpan {
  /** Notes one thing about the work; the same key again replaces it. */
  setAttribute(key: string, value: TracingServiceAttributeValue): void;
  /** Notes how the work ended, where that is not by returning or throwing. */
  setStatus(status: TracingServiceSpanStatus): void;
}

/** Settings of a span. @alpha */
export interface TracingServiceSpanOptions {
  attributes?: TracingServiceAttributes;

  /** @defaultValue 'internal' */
  kind?: TracingServiceSpanKind;

  /** Whose work it is; goes before `request`. */
  credentials?: BackstageCredentials;

  /** The request whose work it is. */
  request?: Request<any, any, any, any, any>;
}

/** Traces the work of a plugin. Without an OpenTelemetry SDK in the process, nothing is kept. @alpha */
export interface TracingService {
  /**
   * Runs `fn` in a new span, which ends when `fn` has ended. An error is noted on the span, and
   * thrown on as it is.
   */
  startActiveSpan<T>(name: string, fn: (span: TracingServiceSpan) => T | Promise<T>): Promise<T>;

  /** The same, with settings. */
  startActiveSpan<T>(
    name: string,
    options: TracingServiceSpanOptions,
    fn: (span: TracingServiceSpan) => T | Promise<T>,
  ): Promise<T>;

  /** Which span is the current one. */
  readonly context: TracingServiceContextAPI;

  /** Carries the context over where that does not happen by itself. */
  readonly propagation: TracingServicePropagationAPI;
}

/** Tells and sets the current context. @alpha */
export interface TracingServiceContextAPI {
  /** The current context. */
  active(): TracingServiceContext;

  /** Runs `fn` with this context as the current one. */
  with<T>(context: TracingServiceContext, fn: () => T | Promise<T>): Promise<T>;
}

/** Reads contexts from what carries them, such as HTTP headers. @alpha */
export interface TracingServicePropagationAPI {
  /** The given context with what the carrier says added to it. */
  extract(
    context: TracingServiceContext,
    carrier: Record<string, string | string[] | undefined>,
  ): TracingServiceContext;

  /** The baggage of a context; `undefined` when there is none. */
  getBaggage(context: TracingServiceContext): TracingServiceBaggage | undefined;

  /** The baggage of the current context; `undefined` when there is none. */
  getActiveBaggage(): TracingServiceBaggage | undefined;
}

/** A context, to be passed on and not looked into. @alpha */
export interface TracingServiceContext {
  readonly $$type: '@backstage/TracingServiceContext';
}

/** What travels along with a context. @alpha */
export interface TracingServiceBaggage {
  /** All entries with their keys. */
  getAllEntries(): Array<[string, TracingServiceBaggageEntry]>;
}

/** One entry of a baggage. @alpha */
export interface TracingServiceBaggageEntry {
  value: string;
}
