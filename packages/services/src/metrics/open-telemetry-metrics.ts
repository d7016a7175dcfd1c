import type { Meter, Observable, ObservableCallback } from '@opentelemetry/api';
import type { PluginMetadataService } from '@stagewire/plugin-api';
import type {
  MetricAttributes,
  MetricOptions,
  MetricsService,
  MetricsServiceCounter,
  MetricsServiceGauge,
  MetricsServiceHistogram,
  MetricsServiceObservable,
  MetricsServiceObservableCounter,
  MetricsServiceObservableGauge,
  MetricsServiceObservableUpDownCounter,
  MetricsServiceUpDownCounter,
} from '@stagewire/plugin-api/alpha';
import { successionOf, type PluginSuccession } from '@stagewire/plugin-api/internal';
import { getOpenTelemetry } from '../open-telemetry/open-telemetry-api.js';
import type { InstrumentationScope } from '../open-telemetry/read-scope.js';

/**
 * Hands measurements to the OpenTelemetry SDK of the process; without one, drops them.
 *
 * @remarks
 * Counters, histograms and gauges that are older than the SDK begin to work once it is there. An
 * observable needs it when its callback is added.
 */
export class OpenTelemetryMetrics implements MetricsService {
  readonly #scope: InstrumentationScope;
  readonly #succession: PluginSuccession;
  #meter: Meter | undefined;

  /** @param plugin - observables are observed while this version of it serves */
  constructor(scope: InstrumentationScope, plugin: PluginMetadataService) {
    this.#scope = scope;
    this.#succession = successionOf(plugin);
  }

  createCounter<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceCounter<TAttributes> {
    const counter = this.#bind((meter) => meter.createCounter<TAttributes>(name, options));
    return { add: (value, attributes) => counter()?.add(value, attributes) };
  }

  createUpDownCounter<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceUpDownCounter<TAttributes> {
    const counter = this.#bind((meter) => meter.createUpDownCounter<TAttributes>(name, options));
    return { add: (value, attributes) => counter()?.add(value, attributes) };
  }

  createHistogram<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceHistogram<TAttributes> {
    const histogram = this.#bind((meter) => meter.createHistogram<TAttributes>(name, options));
    return { record: (value, attributes) => histogram()?.record(value, attributes) };
  }

  createGauge<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceGauge<TAttributes> {
    const gauge = this.#bind((meter) => meter.createGauge<TAttributes>(name, options));
    return { record: (value, attributes) => gauge()?.record(value, attributes) };
  }

  createObservableCounter<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceObservableCounter<TAttributes> {
    return this.#observe((meter) => meter.createObservableCounter<TAttributes>(name, options));
  }

  createObservableUpDownCounter<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceObservableUpDownCounter<TAttributes> {
    return this.#observe((meter) =>
      meter.createObservableUpDownCounter<TAttributes>(name, options),
    );
  }

  createObservableGauge<TAttributes extends MetricAttributes>(
    name: string,
    options?: MetricOptions,
  ): MetricsServiceObservableGauge<TAttributes> {
    return this.#observe((meter) => meter.createObservableGauge<TAttributes>(name, options));
  }

  #observe<TAttributes extends MetricAttributes>(
    create: (meter: Meter) => Observable<TAttributes>,
  ): MetricsServiceObservable<TAttributes> {
    const observable = this.#bind(create);
    const callbacks = new Set<ObservableCallback<TAttributes>>();
    this.#succession.onRetire(() => {
      for (const callback of callbacks) observable()?.removeCallback(callback);
      callbacks.clear();
    });
    return {
      addCallback: (callback) => {
        callbacks.add(callback);
        this.#succession.onServing(() => {
          if (callbacks.has(callback)) observable()?.addCallback(callback);
        });
      },
      removeCallback: (callback) => {
        callbacks.delete(callback);
        observable()?.removeCallback(callback);
      },
    };
  }

  /** Makes the instrument as soon as there is a meter, and remembers it. */
  #bind<TInstrument>(create: (meter: Meter) => TInstrument): () => TInstrument | undefined {
    let instrument: TInstrument | undefined;
    const bound = () => {
      const meter = instrument ? undefined : this.#findMeter();
      if (meter) instrument = create(meter);
      return instrument;
    };
    bound();
    return bound;
  }

  #findMeter(): Meter | undefined {
    const { name, version, schemaUrl } = this.#scope;
    this.#meter ??= getOpenTelemetry()?.metrics.getMeter(name, version, { schemaUrl });
    return this.#meter;
  }
}
