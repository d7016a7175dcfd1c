/**
 * The auditor: the default one, and ways to keep its events elsewhere.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/auditor';
