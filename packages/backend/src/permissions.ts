/**
 * Asking what somebody may do.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/permissions';
