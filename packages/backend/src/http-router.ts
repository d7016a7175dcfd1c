/**
 * The HTTP routes of plugins, and who may pass.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/httpRouter';
