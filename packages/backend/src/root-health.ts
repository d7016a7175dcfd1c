/**
 * Whether the backend is alive and ready.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/rootHealth';
