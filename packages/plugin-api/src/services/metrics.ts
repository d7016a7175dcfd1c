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
  /**
   * Adds to the count.
   *
   * @param value - 0 or more
   */
  add(value: number, attributes?: TAttributes): void;
}

/** Counts up and down. @alpha */
export interface MetricsServiceUpDownCounter<
  TAttributes extends MetricAttributes = MetricAttributes,
> {
  /** Adds to the count; a negative value takes away from it. */
  add(value: number, attributes?: TAttributes): void;
}

/** Collects how values are spread. @alpha */
export interface MetricsServiceHistogram<TAttributes extends MetricAttributes = MetricAttributes> {
  /** Adds one value to the spread. */
  record(value: number, attributes?: TAttributes): void;
}

/** Keeps the last value. @alpha */
export interface MetricsServiceGauge<TAttributes extends MetricAttributes = MetricAttributes> {
  /** Puts a value in place of the last one. */
  record(value: number, attributes?: TAttributes): void;
}

/** Takes the values that a callback observes. @alpha */
export interface MetricsServiceObservableResult<
  TAttributes extends MetricAttributes = MetricAttributes,
> {
  /** Tells the value at this moment. */
  observe(value: number, attributes?: TAttributes): void;
}

/** Asked for values each time that metrics are collected. @alpha */
export type MetricsServiceObservableCallback<
  TAttributes extends MetricAttributes = MetricAttributes,
> = (observableResult: MetricsServiceObservableResult<TAttributes>) => void | Promise<void>;

/** A metric whose values are asked for. @alpha */
export interface MetricsServiceObservable<TAttributes extends MetricAttributes = MetricAttributes> {
  /** Asks this function as well, from the next collection on. */
  addCallback(callback: MetricsServiceObservableCallback<TAttributes>): void;
  /** Asks this function no more. */
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
  /** Makes a metric that counts up, such as requests. */
  createCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceCounter<TAttributes>;

  /** Makes a metric that counts up and down, such as open connections. */
  createUpDownCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceUpDownCounter<TAttributes>;

  /** Makes a metric of how values are spread, such as how long requests take. */
  createHistogram<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceHistogram<TAttributes>;

  /** Makes a metric that keeps the last value, such as a temperature. */
  createGauge<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceGauge<TAttributes>;

  /** Makes a metric that asks for a sum that grows, each time that metrics are collected. */
  createObservableCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableCounter<TAttributes>;

  /** Makes a metric that asks for a sum that grows and shrinks. */
  createObservableUpDownCounter<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableUpDownCounter<TAttributes>;

  /** Makes a metric that asks for a value. */
  createObservableGauge<TAttributes extends MetricAttributes = MetricAttributes>(
    name: string,
    opts?: MetricOptions,
  ): MetricsServiceObservableGauge<TAttributes>;
}
