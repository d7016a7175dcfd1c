/**
 * Where plugins are found, in this backend and in others.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/discovery';
