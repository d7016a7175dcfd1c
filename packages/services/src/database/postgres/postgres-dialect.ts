import type { Knex } from 'knex';
// @ts-expect-error -- knex has no types for its dialects
import Postgres from 'knex/lib/dialects/postgres/index.js';
import pg from 'pg';
import type { KnexDialect } from '../knex-dialect.js';

/**
 * PostgreSQL for knex, with the driver that comes with this package: knex by itself loads whatever
 * `pg` it finds beside itself.
 */
export class PostgresDialect extends (Postgres as KnexDialect) {
  constructor(config: Knex.Config) {
    super(config);
    // Published plugins compare this text; knex itself keeps the class that it was given.
    this.config.client = 'pg';
  }

  _driver(): typeof pg {
    return pg;
  }
}
