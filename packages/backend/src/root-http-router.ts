/**
 * The HTTP server: what every request passes, and how to change it.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/rootHttpRouter';
