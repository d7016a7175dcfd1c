/** Every name of the published alpha entry stands for the same type here. */
import type * as Theirs from '@backstage/backend-plugin-api/alpha';
import type { AnyZodObject } from 'zod/v3';
import type * as Ours from '../../src/alpha.js';
import type { Assert, Interchangeable, Same } from './assert.js';

export type SameTypes = [
  Assert<
    Same<
      Ours.ActionsRegistryActionContext<AnyZodObject>,
      Theirs.ActionsRegistryActionContext<AnyZodObject>
    >
  >,
  Assert<
    Same<
      Ours.ActionsRegistryActionContext<AnyZodObject, AnyZodObject>,
      Theirs.ActionsRegistryActionContext<AnyZodObject, AnyZodObject>
    >
  >,
  Assert<
    Same<
      Ours.ActionsRegistryActionExample<AnyZodObject, AnyZodObject>,
      Theirs.ActionsRegistryActionExample<AnyZodObject, AnyZodObject>
    >
  >,
  Assert<
    Same<
      Ours.ActionsRegistryActionOptions<AnyZodObject, AnyZodObject>,
      Theirs.ActionsRegistryActionOptions<AnyZodObject, AnyZodObject>
    >
  >,
  Assert<
    Same<
      Ours.ActionsRegistryActionOptions<AnyZodObject, AnyZodObject, AnyZodObject>,
      Theirs.ActionsRegistryActionOptions<AnyZodObject, AnyZodObject, AnyZodObject>
    >
  >,
  Assert<Same<Ours.ActionsRegistryService, Theirs.ActionsRegistryService>>,
  Assert<Same<Ours.ActionsService, Theirs.ActionsService>>,
  Assert<Same<Ours.ActionsServiceAction, Theirs.ActionsServiceAction>>,
  Assert<Same<Ours.MetricAdvice, Theirs.MetricAdvice>>,
  Assert<Same<Ours.MetricAttributeValue, Theirs.MetricAttributeValue>>,
  Assert<Same<Ours.MetricAttributes, Theirs.MetricAttributes>>,
  Assert<Same<Ours.MetricOptions, Theirs.MetricOptions>>,
  Assert<Same<Ours.MetricsService, Theirs.MetricsService>>,
  Assert<Same<Ours.MetricsServiceCounter, Theirs.MetricsServiceCounter>>,
  Assert<Same<Ours.MetricsServiceGauge, Theirs.MetricsServiceGauge>>,
  Assert<Same<Ours.MetricsServiceHistogram, Theirs.MetricsServiceHistogram>>,
  Assert<Same<Ours.MetricsServiceObservable, Theirs.MetricsServiceObservable>>,
  Assert<Same<Ours.MetricsServiceObservableCallback, Theirs.MetricsServiceObservableCallback>>,
  Assert<Same<Ours.MetricsServiceObservableCounter, Theirs.MetricsServiceObservableCounter>>,
  Assert<Same<Ours.MetricsServiceObservableGauge, Theirs.MetricsServiceObservableGauge>>,
  Assert<Same<Ours.MetricsServiceObservableResult, Theirs.MetricsServiceObservableResult>>,
  Assert<
    Same<Ours.MetricsServiceObservableUpDownCounter, Theirs.MetricsServiceObservableUpDownCounter>
  >,
  Assert<Same<Ours.MetricsServiceUpDownCounter, Theirs.MetricsServiceUpDownCounter>>,
  Assert<Same<Ours.TracingService, Theirs.TracingService>>,
  Assert<Same<Ours.TracingServiceAttributeValue, Theirs.TracingServiceAttributeValue>>,
  Assert<Same<Ours.TracingServiceAttributes, Theirs.TracingServiceAttributes>>,
  Assert<Same<Ours.TracingServiceBaggage, Theirs.TracingServiceBaggage>>,
  Assert<Same<Ours.TracingServiceBaggageEntry, Theirs.TracingServiceBaggageEntry>>,
  Assert<Same<Ours.TracingServiceContext, Theirs.TracingServiceContext>>,
  Assert<Same<Ours.TracingServiceContextAPI, Theirs.TracingServiceContextAPI>>,
  Assert<Same<Ours.TracingServicePropagationAPI, Theirs.TracingServicePropagationAPI>>,
  Assert<Same<Ours.TracingServiceSpan, Theirs.TracingServiceSpan>>,
  Assert<Same<Ours.TracingServiceSpanKind, Theirs.TracingServiceSpanKind>>,
  Assert<Same<Ours.TracingServiceSpanOptions, Theirs.TracingServiceSpanOptions>>,
  Assert<Same<Ours.TracingServiceSpanStatus, Theirs.TracingServiceSpanStatus>>,
  Assert<Same<Ours.ConnectionRegistration, Theirs.ConnectionRegistration>>,
];

export type Refs = [
  Assert<
    Interchangeable<typeof Ours.actionsRegistryServiceRef, typeof Theirs.actionsRegistryServiceRef>
  >,
  Assert<Interchangeable<typeof Ours.actionsServiceRef, typeof Theirs.actionsServiceRef>>,
  Assert<Interchangeable<typeof Ours.metricsServiceRef, typeof Theirs.metricsServiceRef>>,
  Assert<Interchangeable<typeof Ours.tracingServiceRef, typeof Theirs.tracingServiceRef>>,
];
