/**
 * The log of each plugin.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/logger';
