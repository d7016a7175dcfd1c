import type { Knex } from 'knex';
// @ts-expect-error -- knex has no types for its dialects
import Mysql2 from 'knex/lib/dialects/mysql2/index.js';
import mysql2 from 'mysql2';
import type { KnexDialect } from '../knex-dialect.js';

/** MySQL and MariaDB for knex, with the driver mysql2, whatever the configuration calls it. */
class MysqlDialect extends (Mysql2 as KnexDialect) {
  _driver(): typeof mysql2 {
    return mysql2;
  }
}

// Published plugins compare the name, which is what the configuration says; knex itself keeps the
// class that it was given.
class NamedMysqlDialect extends MysqlDialect {
  constructor(config: Knex.Config) {
    super(config);
    this.config.client = 'mysql';
  }
}

class NamedMysql2Dialect extends MysqlDialect {
  constructor(config: Knex.Config) {
    super(config);
    this.config.client = 'mysql2';
  }
}

/** The dialect that tells plugins the name of the client that is configured. */
export function getMysqlDialect(client: string): KnexDialect {
  return client === 'mysql' ? NamedMysqlDialect : NamedMysql2Dialect;
}
