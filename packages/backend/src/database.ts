/**
 * The databases of plugins: SQLite, PostgreSQL or MySQL.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/database';
