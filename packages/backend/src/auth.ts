/**
 * Tokens between plugins, and how to accept those of others.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/auth';
