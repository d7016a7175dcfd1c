/**
 * Which plugins run where, across all backends of a system.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/rootSystemMetadata';
