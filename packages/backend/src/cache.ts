/**
 * The cache, as memory or on a server that replicas share.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/cache';
