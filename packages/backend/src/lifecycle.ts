/**
 * What a plugin does when it has started, and when it stops.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/lifecycle';
