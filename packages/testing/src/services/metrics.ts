import {
  metricsServiceRef,
  type MetricAttributes,
  type MetricOptions,
  type MetricsService,
  type MetricsServiceObservable,
  type MetricsServiceObservableCallback,
} from '@stagewire/plugin-api/alpha';
import { metricsServiceFactory } from '@stagewire/services/alpha';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/** A value that was measured. @public */
export type FakeMeasurement = { name: string; value: number; attributes?: MetricAttributes };

/** The kinds of instrument. @public */
export type FakeInstrumentKind =
  | 'counter'
  | 'upDownCounter'
  | 'histogram'
  | 'gauge'
  | 'observableCounter'
  | 'observableUpDownCounter'
  | 'observableGauge';

/** Metrics that keep what they are told. @public */
export interface FakeMetrics extends MetricsService {
  /** What was made to measure with, in order. */
  readonly instruments: ReadonlyArray<{
    kind: FakeInstrumentKind;
    name: string;
    options?: MetricOptions;
  }>;
  /** What was measured, in order. */
  readonly measurements: readonly FakeMeasurement[];
  /** Asks the callbacks of observables, as an SDK does from time to time. */
  collect(): Promise<void>;
}

/**
 * `alpha.core.metrics` that keeps each measurement as it came, without adding up. In a backend, it is
 * the real one, which drops them unless an OpenTelemetry SDK is registered.
 */
export const fakeMetrics = defineFake({
  service: metricsServiceRef,
  create: (_options?: Record<string, never>): FakeMetrics => new RecordingMetrics(),
  factory: () => metricsServiceFactory,
  mock: () => ({
    createCounter: mockFunction(() => ({ add: mockFunction() })),
    createUpDownCounter: mockFunction(() => ({ add: mockFunction() })),
    createHistogram: mockFunction(() => ({ record: mockFunction() })),
    createGauge: mockFunction(() => ({ record: mockFunction() })),
    createObservableCounter: mockFunction(mockObservable),
    createObservableUpDownCounter: mockFunction(mockObservable),
    createObservableGauge: mockFunction(mockObservable),
  }),
});

function mockObservable() {
  return { addCallback: mockFunction(), removeCallback: mockFunction() };
}

type Callback = MetricsServiceObservableCallback<any>;

class RecordingMetrics implements FakeMetrics {
  readonly instruments: Array<FakeMetrics['instruments'][number]> = [];
  readonly measurements: FakeMeasurement[] = [];
  readonly #observers: Array<{ name: string; callbacks: Set<Callback> }> = [];

  createCounter(name: string, options?: MetricOptions) {
    return { add: this.#create('counter', name, options) };
  }

  createUpDownCounter(name: string, options?: MetricOptions) {
    return { add: this.#create('upDownCounter', name, options) };
  }

  createHistogram(name: string, options?: MetricOptions) {
    return { record: this.#create('histogram', name, options) };
  }

  createGauge(name: string, options?: MetricOptions) {
    return { record: this.#create('gauge', name, options) };
  }

  createObservableCounter(name: string, options?: MetricOptions) {
    return this.#observe('observableCounter', name, options);
  }

  createObservableUpDownCounter(name: string, options?: MetricOptions) {
    return this.#observe('observableUpDownCounter', name, options);
  }

  createObservableGauge(name: string, options?: MetricOptions) {
    return this.#observe('observableGauge', name, options);
  }

  async collect(): Promise<void> {
    for (const { name, callbacks } of this.#observers) {
      const observe = this.#recorder(name);
      await Promise.all([...callbacks].map((callback) => callback({ observe })));
    }
  }

  #create(kind: FakeInstrumentKind, name: string, options?: MetricOptions) {
    this.instruments.push({ kind, name, ...(options && { options }) });
    return this.#recorder(name);
  }

  #recorder(name: string) {
    return (value: number, attributes?: MetricAttributes): void => {
      this.measurements.push({ name, value, ...(attributes && { attributes }) });
    };
  }

  #observe(
    kind: FakeInstrumentKind,
    name: string,
    options?: MetricOptions,
  ): MetricsServiceObservable<any> {
    this.#create(kind, name, options);
    const callbacks = new Set<Callback>();
    this.#observers.push({ name, callbacks });
    return {
      addCallback: (callback) => void callbacks.add(callback),
      removeCallback: (callback) => void callbacks.delete(callback),
    };
  }
}
