/**
 * The fakes of services that are still in the making, by the names that tests of the ecosystem know.
 *
 * @packageDocumentation
 */
import { mockServices } from './mock-services.js';

/** The same as `mockServices.actions`. @public */
export const actionsServiceMock = mockServices.actions;

/** The same as `mockServices.actionsRegistry`. @public */
export const actionsRegistryServiceMock = mockServices.actionsRegistry;

/** The same as `mockServices.metrics`. @public */
export const metricsServiceMock = mockServices.metrics;

/** The same as `mockServices.tracing`. @public */
export const tracingServiceMock = mockServices.tracing;

export type { ServiceMock } from './create-service-mock.js';
export type { TracingServiceMock } from './services/tracing.js';
