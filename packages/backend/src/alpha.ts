/**
 * The factories of the services that may still change: actions, metrics and tracing.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/alpha';
