import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.js';
import { makeEsmRepository, toManifest, toProgram } from './esm-repository.js';
import type { LinkedRepository } from './linked-repository.js';
import { getJson, PATIENCE, RunningCli } from './running-cli.js';

/** A plugin that asks another one, as whoever asks it. */
const PLUGIN = `import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';

export default createBackendPlugin({
  pluginId: 'todo',
  register(reg) {
    reg.registerInit({
      deps: {
        auth: coreServices.auth,
        config: coreServices.rootConfig,
        database: coreServices.database,
        discovery: coreServices.discovery,
        httpAuth: coreServices.httpAuth,
        router: coreServices.httpRouter,
      },
      async init({ auth, config, database, discovery, httpAuth, router }) {
        const knex = await database.getClient();
        const hasTable = await knex.schema.hasTable('starts');
        if (!hasTable) await knex.schema.createTable('starts', (table) => table.increments('id'));
        await knex('starts').insert({});
        async function answer(request) {
          const credentials = await httpAuth.credentials(request);
          const { token } = await auth.getPluginRequestToken({ onBehalfOf: credentials, targetPluginId: 'catalog' });
          const response = await fetch((await discovery.getBaseUrl('catalog')) + '/entities', {
            headers: { authorization: 'Bearer ' + token },
          });
          const starts = await knex('starts').count({ count: '*' });
          return {
            version: 'first',
            user: credentials.principal.userEntityRef,
            title: config.getOptionalString('app.title'),
            client: knex.client.config.client,
            starts: Number(starts[0].count),
            catalog: { status: response.status, text: await response.text() },
          };
        }
        router.use((request, response, next) => {
          answer(request).then((body) => response.json(body), next);
        });
      },
    });
  },
});
`;

const PLUGIN_FILE = 'plugins/todo-backend/src/index.ts';

function makeRepositoryOfPlugin(): Promise<LinkedRepository> {
  return makeEsmRepository([], {
    // Its configuration is used, its database is not.
    'app-config.yaml': `app: { title: Ours }
backend:
  baseUrl: https://portal.example.org
  database: { client: pg, connection: { host: db.example.org } }
`,
    'plugins/todo-backend/package.json': toManifest('plugin-todo-backend', {
      role: 'backend-plugin',
      pluginId: 'todo',
    }),
    [PLUGIN_FILE]: PLUGIN,
    'plugins/todo-backend-module-mail/package.json': toManifest('plugin-todo-backend-module-mail', {
      role: 'backend-plugin-module',
      pluginId: 'todo',
    }),
    'plugins/todo-backend-module-mail/src/index.ts': `import { coreServices, createBackendModule } from '@stagewire/plugin-api';
export default createBackendModule({
  pluginId: 'todo',
  moduleId: 'mail',
  register(reg) {
    reg.registerInit({ deps: { logger: coreServices.logger }, async init({ logger }) { logger.info('the mail module is here'); } });
  },
});
`,
  });
}

describe('stagewire dev, on one plugin', { timeout: PATIENCE }, () => {
  let repository: LinkedRepository;
  let other: Server;
  let cli: RunningCli;
  const get = async () => (await getJson(repository.port, '/api/todo/x')).body;

  beforeAll(async () => {
    repository = await makeRepositoryOfPlugin();
    other = createServer((request, response) => {
      response.end(`${request.url} ${request.headers.authorization}`);
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    cli = new RunningCli(
      [
        'dev',
        'plugins/todo-backend',
        `--port=${repository.port}`,
        `--proxy=http://127.0.0.1:${port}`,
        '--token=given',
      ],
      repository.root,
    );
  }, PATIENCE);

  afterAll(async () => {
    await cli[Symbol.asyncDispose]();
    other.close();
    repository[Symbol.dispose]();
  });

  it('runs it with its modules, and says what is not as in a backend', async () => {
    const printed = await cli.until('1 plugin runs');

    expect(printed).toContain('plugins/todo-backend runs alone');
    expect(printed).toContain('database: SQLite in memory');
    expect(printed).toContain('the mail module is here');
  });

  it('fakes what needs others, and takes the configuration as it is', async () => {
    expect(await get()).toMatchObject({
      version: 'first',
      user: 'user:default/mock',
      title: 'Ours',
      client: expect.stringMatching(/sqlite/i),
    });
  });

  it('sends calls to other plugins to the backend that has them, with the token for it', async () => {
    expect(await get()).toMatchObject({
      catalog: { status: 200, text: '/api/catalog/entities Bearer given' },
    });
  });

  it('is replaced when it is saved, and keeps its data', async () => {
    repository.write(PLUGIN_FILE, PLUGIN.replace("'first'", "'second'"));
    await cli.until('replaced todo');

    expect(await get()).toMatchObject({ version: 'second', starts: 2 });
  });
});

describe('stagewire dev, on a plugin without another backend', { timeout: PATIENCE }, () => {
  it('tells who calls another plugin that there is none', async () => {
    using repository = await makeRepositoryOfPlugin();
    await using cli = new RunningCli(
      ['dev', '--port', String(repository.port)],
      `${repository.root}/plugins/todo-backend`,
    );
    expect(await cli.until('1 plugin runs')).toContain('there are no other plugins');

    const { body } = await getJson(repository.port, '/api/todo/x');
    expect(body.catalog.status).toBe(404);
  });

  it('runs the program that the plugin brings for that, when it does', async () => {
    using repository = await makeEsmRepository(['todo'], {
      'plugins/todo-backend/dev/index.ts': toProgram(['todo']),
    });
    await using cli = new RunningCli(['dev', 'plugin-todo-backend'], repository.root);
    await cli.until('1 plugin runs');

    repository.write('plugins/todo-backend/src/answer.ts', `export const answer = 'mine';\n`);
    await cli.until('replaced todo');
    expect((await getJson(repository.port, '/api/todo/x')).body).toMatchObject({ answer: 'mine' });
  });
});

describe('stagewire dev, called with what cannot be', () => {
  it.each([
    [['--proxy', 'portal'], 'E_CLI_DEV_PROXY_URL'],
    [['--port', 'http'], 'E_CLI_DEV_PORT'],
    [['--with', 'plugins/none'], 'E_CLI_UNKNOWN_PACKAGE'],
  ])('refuses %j', async (args, code) => {
    using repository = await makeRepositoryOfPlugin();

    const run = await runCli(['dev', 'plugins/todo-backend', ...args], { cwd: repository.root });

    expect(run).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(code) });
  });
});
