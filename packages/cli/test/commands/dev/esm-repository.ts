import { makeLinkedRepository, type LinkedRepository } from './linked-repository.js';

/** Of packages as `stagewire new` makes them. */
const EXPORTS = {
  '.': {
    '@stagewire/source': './src/index.ts',
    types: './dist/index.d.ts',
    default: './dist/index.js',
  },
  './package.json': './package.json',
};

/** A repository of our own layout, with these plugins, each in a package of its own. */
export function makeEsmRepository(
  pluginIds: readonly string[],
  files: Record<string, unknown> = {},
): Promise<LinkedRepository> {
  return makeLinkedRepository({
    'packages/backend/package.json': toManifest('backend', { role: 'backend' }),
    'packages/backend/src/index.ts': toProgram(pluginIds),
    ...Object.fromEntries(pluginIds.flatMap((id) => Object.entries(toPlugin(id)))),
    ...files,
  });
}

/** A program that starts a backend with these plugins. */
export function toProgram(pluginIds: readonly string[], more = ''): string {
  return `import { createBackend } from '@stagewire/backend';
const backend = createBackend();
${pluginIds.map((id) => `backend.add(import('plugin-${id}-backend'));`).join('\n')}
${more}
await backend.start();
`;
}

export function toManifest(name: string, backstage: Record<string, unknown>) {
  return { name, version: '0.1.0', type: 'module', exports: EXPORTS, backstage };
}

/** The files of a plugin that answers, counts its calls in memory, and keeps them in a database. */
export function toPlugin(id: string): Record<string, unknown> {
  return {
    [`plugins/${id}-backend/package.json`]: toManifest(`plugin-${id}-backend`, {
      role: 'backend-plugin',
      pluginId: id,
    }),
    [`plugins/${id}-backend/src/index.ts`]: `export { default } from './plugin.js';\n`,
    [`plugins/${id}-backend/src/plugin.ts`]: PLUGIN.replace('PLUGIN_ID', id),
    [`plugins/${id}-backend/src/answer.ts`]: toAnswer('first'),
  };
}

export const toAnswer = (answer: string) => `export const answer: string = '${answer}';\n`;

const PLUGIN = `import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';
import { answer } from './answer.js';

let calls = 0;

export default createBackendPlugin({
  pluginId: 'PLUGIN_ID',
  register(reg) {
    reg.registerInit({
      deps: { router: coreServices.httpRouter, database: coreServices.database },
      async init({ router, database }) {
        const knex = await database.getClient();
        if (!(await knex.schema.hasTable('calls'))) {
          await knex.schema.createTable('calls', (table) => table.increments('id'));
        }
        router.use((request, response, next) => {
          calls++;
          knex('calls').insert({})
            .then(() => knex('calls').count({ count: '*' }))
            .then(([row]) => response.json({ answer, calls, rows: Number(row?.['count']), path: request.path }))
            .catch(next);
        });
      },
    });
  },
});
`;
