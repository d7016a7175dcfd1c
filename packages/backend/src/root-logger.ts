/**
 * The log of the backend, and how to write it with winston or pino.
 *
 * @packageDocumentation
 */
export * from '@stagewire/services/rootLogger';
