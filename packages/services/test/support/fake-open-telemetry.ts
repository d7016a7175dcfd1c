import { AsyncLocalStorage } from 'node:async_hooks';
import {
  context,
  metrics,
  propagation,
  ROOT_CONTEXT,
  trace,
  type Context,
  type ContextManager,
  type MeterProvider,
  type Span,
  type TextMapPropagator,
  type TracerProvider,
} from '@opentelemetry/api';
import { onTestFinished } from 'vitest';

/** What a fake SDK was told, in order. */
export type Told = Array<{ what: string; args: unknown[] }>;

/** Registers meters that keep what is measured, until the end of the test. */
export function registerMeters() {
  const told: Told = [];
  const callbacks = new Set<(result: unknown) => void>();
  const instrument = (kind: string) => (name: string, options?: unknown) => {
    told.push({ what: kind, args: [name, options] });
    const record = (...args: unknown[]) => void told.push({ what: `${kind} ${name}`, args });
    return {
      add: record,
      record,
      addCallback: (callback: () => void) => void callbacks.add(callback),
      removeCallback: (callback: () => void) => void callbacks.delete(callback),
    };
  };
  const meter = {
    createCounter: instrument('counter'),
    createUpDownCounter: instrument('upDownCounter'),
    createHistogram: instrument('histogram'),
    createGauge: instrument('gauge'),
    createObservableCounter: instrument('observableCounter'),
    createObservableUpDownCounter: instrument('observableUpDownCounter'),
    createObservableGauge: instrument('observableGauge'),
  };
  const provider = {
    getMeter(...args: unknown[]) {
      told.push({ what: 'meter', args });
      return meter;
    },
  } as unknown as MeterProvider;
  metrics.setGlobalMeterProvider(provider);
  onTestFinished(() => metrics.disable());
  const observe = (...args: unknown[]) => void told.push({ what: 'observed', args });
  const collect = () => {
    for (const callback of callbacks) callback({ observe });
  };
  return { told, collect };
}

/** Registers tracers that keep what spans are told, until the end of the test. */
export function registerTracers() {
  const told: Told = [];
  const tell = (what: string) =>
    function tellSpan(this: Span, ...args: unknown[]) {
      told.push({ what, args });
      return this;
    };
  const createSpan = () =>
    ({
      setAttribute: tell('setAttribute'),
      setStatus: tell('setStatus'),
      recordException: tell('recordException'),
      end: tell('end'),
    }) as unknown as Span;
  const tracer = {
    startActiveSpan(name: string, options: unknown, work: (span: Span) => unknown) {
      told.push({ what: 'span', args: [name, options] });
      const span = createSpan();
      return context.with(trace.setSpan(context.active(), span), () => work(span));
    },
  };
  const provider = {
    getTracer(...args: unknown[]) {
      told.push({ what: 'tracer', args });
      return tracer;
    },
  } as unknown as TracerProvider;
  trace.setGlobalTracerProvider(provider);
  context.setGlobalContextManager(createContextManager());
  propagation.setGlobalPropagator(createPropagator());
  onTestFinished(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });
  return told;
}

function createContextManager(): ContextManager {
  const storage = new AsyncLocalStorage<Context>();
  const manager: ContextManager = {
    active: () => storage.getStore() ?? ROOT_CONTEXT,
    with: (active, work, self, ...args) => storage.run(active, () => work.call(self!, ...args)),
    bind: (_active, target) => target,
    enable: () => manager,
    disable: () => manager,
  };
  return manager;
}

/** Reads one entry of baggage from the header `baggage: key=value`. */
function createPropagator(): TextMapPropagator {
  return {
    inject() {},
    extract(active, carrier, getter) {
      const [key, value] = String(getter.get(carrier, 'baggage')).split('=');
      const baggage = propagation.createBaggage({ [key!]: { value: value! } });
      return propagation.setBaggage(active, baggage);
    },
    fields: () => ['baggage'],
  };
}
