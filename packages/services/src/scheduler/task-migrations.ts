import type { Knex } from 'knex';

/** The tasks of a plugin, one row each. */
export const TASKS = 'backstage_backend_tasks__tasks';
/** A sign of life for each run of this scheduler; the ecosystem's own does not have it. */
export const LEASES = 'stagewire_scheduler__leases';

type Migration = { up(client: Knex): Promise<void>; down(client: Knex): Promise<void> };

// Named, and done in these steps, as the databases of the ecosystem know them: one of those may
// have any of them behind it.
const MIGRATIONS: Record<string, Migration> = {
  '20210928160613_init.js': {
    up: async ({ schema }) => {
      await schema.createTable(TASKS, (table) => {
        table.string('id').primary().notNullable();
        table.text('settings_json').notNullable();
        table.dateTime('next_run_start_at').notNullable();
        table.text('current_run_ticket').nullable();
        table.dateTime('current_run_started_at').nullable();
        table.dateTime('current_run_expires_at').nullable();
      });
    },
    down: async ({ schema }) => {
      await schema.dropTable(TASKS);
    },
  },
  '20240712211735_nullable_next_run.js': {
    up: async ({ schema }) => {
      await schema.alterTable(TASKS, (table) => table.setNullable('next_run_start_at'));
    },
    down: async (client) => {
      await client(TASKS).whereNull('next_run_start_at').delete();
      await client.schema.alterTable(TASKS, (table) => table.dropNullable('next_run_start_at'));
    },
  },
  '20250411000000_last_run.js': {
    up: async ({ schema }) => {
      await schema.alterTable(TASKS, (table) => {
        table.dateTime('last_run_ended_at').nullable();
        table.text('last_run_error_json', 'longtext').nullable();
      });
    },
    down: async ({ schema }) => {
      await schema.alterTable(TASKS, (table) => {
        table.dropColumns('last_run_ended_at', 'last_run_error_json');
      });
    },
  },
};

/** What knex needs to make the tables of tasks, or to take them away again. */
export const taskMigrations: Knex.MigratorConfig = {
  tableName: 'backstage_backend_tasks__knex_migrations',
  migrationSource: {
    getMigrations: async () => Object.keys(MIGRATIONS),
    getMigrationName: (name: string) => name,
    getMigration: async (name: string) => MIGRATIONS[name] as Migration,
  },
  // A newer version may have added migrations; those are no reason to refuse the table.
  disableMigrationsListValidation: true,
};

/** Makes the tables of the scheduler, as far as they are not there yet. */
export async function migrateTasks(client: Knex): Promise<void> {
  await client.migrate.latest(taskMigrations);
  // Not a migration of the same list: the ecosystem's own scheduler would refuse to know it.
  if (await client.schema.hasTable(LEASES)) return;
  await client.schema.createTable(LEASES, (table) => {
    table.string('ticket', 64).primary().notNullable();
    table.integer('beat').notNullable();
  });
}
