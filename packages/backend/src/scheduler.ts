/**
 * Recurring tasks.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/scheduler';
