import type { Knex } from 'knex';

/** Gives a plugin its own database. @public */
export interface DatabaseService {
  /**
   * The client of the plugin's database. Connects on the first call; all calls share one client.
   *
   * @throws when the database cannot be reached or made
   */
  getClient(): Promise<Knex>;

  /** What the configuration says about migrations; whoever has migrations has to respect it. */
  migrations?: {
    /**
     * Do not run migrations, for example because the connection cannot write.
     *
     * @defaultValue false
     */
    skip?: boolean;
  };
}
