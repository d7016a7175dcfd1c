/**
 * Who makes a request, and how to read tokens from elsewhere than the header.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/httpAuth';
