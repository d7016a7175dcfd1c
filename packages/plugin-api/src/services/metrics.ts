/** A value of an attribute of a measurement. @alpha */
export type MetricAttributeValue =
  | string
  | number
  | boolean
  | Array<null | undefined | string>
  | Array<null | undefined | number>
  | Array<null | undefined | boolean>;

/** What a measurement is told apart by. @alpha */
export interface MetricAttributes {
  [attributeKey: string]: MetricAttributeValue | undefined;
}

/** Hints for those who collect the metric. @alpha */
export interface MetricAdvice {
  /** The limits between the buckets of a histogram, in the unit of the metric, rising. */
  explicitBucketBoundaries?: number[];
}

/** What is told about a metric. @alpha */
export interface MetricOptions {
  description?: string;
  /** The unit of the values, as in UCUM: `s`, `By`, `{request}`. */
  unit?: string;
  advice?: MetricAdvice;
}

/** Counts up. @alpha */
export interface MetricsServiceCounter<TAttributes extends MetricAttributes = MetricAttributes> {
  /** @param value - 0 or more */
  add(value: number, attributes?: TAttributes): void;
}

/** Counts up and down. @alpha */
export interface MetricsServiceUpDownCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> {
  add(value: number, attributes?: TAttributes): void;
}

/** Collects how values are spread. @alpha */
export interface MetricsServiceHistogram<TAttributes extends MetricAttributes = MetricAttributes> {
  record(value: number, attributes?: TAttributes): void;
}

/** Keeps the last value. @alpha */
export interface MetricsServiceGauge<TAttributes extends MetricAttributes = MetricAttributes> {
  record(value: number, attributes?: TAttributes): void;
}

/** Takes the values that a callback observes. @alpha */
export interface MetricsServiceObservableResult<
  TAttributes extends MetricAttributes = MetricAttributes,
> {
  observe(value: number, attributes?: TAttributes): void;
}

/** Asked for values each time that metrics are collected. @alpha */
export type MetricsServiceObservableCallback<
  TAttributes extends MetricAttributes = MetricAttributes,
> = (observableResult: MetricsServiceObservableResult<TAttributes>) => void | Promise<void>;

/** A metric whose values are asked for. @alpha */
export interface MetricsServiceObservable<TAttributes extends MetricAttributes = MetricAttributes> {
  addCallback(callback: MetricsServiceObservableCallback<TAttributes>): void;
  removeCallback(callback: MetricsServiceObservableCallback<TAttributes>): void;
}

/** Observes a sum that grows. @alpha */
export type MetricsServiceObservableCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> = MetricsServiceObservable<TAttributes>;

/** Observes a sum that grows and shrinks. @alpha */
export type MetricsServiceObservableUpDownCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> = MetricsServiceObservable<TAttributes>;

/** Observes a value. @alpha */
export type MetricsServiceObservableGauge<TAttributes extends MetricAttributes = MetricAttributes> =
  MetricsServiceObservable<TAttributes>;

/**
 * Measures a plugin. Without an OpenTelemetry SDK in the process, nothing is collected.
 *
 * @remarks
 * Names are used as given; by custom `backstage.<scope>.<name of it>.<metric>` in snake case.
 *
 * @alpha
 */
export interface MetricsService {
  createCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceCounter<TAttributes>;

  createUpDownCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceUpDownCounter<TAttributes>;

  createHistogram<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceHistogram<TAttributes>;

  createGauge<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceGauge<TAttributes>;

  createObservableCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableCounter<TAttributes>;

  createObservableUpDownCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableUpDownCounter<TAttributes>;

  createObservableGauge<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableGauge<TAttributes>;
}
