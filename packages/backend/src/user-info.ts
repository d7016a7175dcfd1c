/**
 * Looking up who a user is.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/userInfo';
