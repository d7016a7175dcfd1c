/**
 * The permissions, rules and resource types that plugins offer.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/permissionsRegistry';
