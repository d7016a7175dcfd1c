/**
 * The configuration, and where it comes from.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/rootConfig';
