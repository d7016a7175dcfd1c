/**
 * What a backend does when it has started, and when it stops.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/rootLifecycle';
