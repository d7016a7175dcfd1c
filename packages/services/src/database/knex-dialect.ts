import type { Knex } from 'knex';

/** The parts of a dialect of knex that every dialect here relies on; knex has no types for them. */
export type KnexDialect = new (config: Knex.Config) => Knex.Client & { config: Knex.Config };
