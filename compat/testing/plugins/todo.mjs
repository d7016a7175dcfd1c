// The plugins and modules under test, as an author of a plugin writes them.

import {
  coreServices,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
} from '@backstage/backend-plugin-api';
import { InputError, NotFoundError } from '@backstage/errors';
import express from 'express';
import Router from 'express-promise-router';

/** Lets modules fill a new list. */
export const todoSeedExtensionPoint = createExtensionPoint({ id: 'todo.seed' });

/** Keeps things to do in its database, for whoever is signed in. */
export const todoPlugin = createBackendPlugin({
  pluginId: 'todo',
  register(env) {
    const seeds = [];
    env.registerExtensionPoint(todoSeedExtensionPoint, {
      addSeed: (title) => seeds.push(title),
    });
    env.registerInit({
      deps: {
        database: coreServices.database,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        logger: coreServices.logger,
      },
      async init({ database, httpAuth, httpRouter, logger }) {
        const client = await database.getClient();
        await client.schema.createTable('todos', (table) => {
          table.increments('id');
          table.string('title').notNullable();
          table.string('owner').notNullable();
        });
        for (const title of seeds) await client('todos').insert({ title, owner: 'seed' });
        httpRouter.use(createTodoRouter({ client, httpAuth }));
        httpRouter.addAuthPolicy({ path: '/about', allow: 'unauthenticated' });
        logger.info(`ready with ${seeds.length} seeds`);
      },
    });
  },
});

function createTodoRouter({ client, httpAuth }) {
  const router = Router();
  router.use(express.json());
  router.get('/about', (_req, res) => void res.json({ name: 'todo' }));
  router.get('/items', async (req, res) => {
    await httpAuth.credentials(req);
    res.json({ items: await client('todos').select('title', 'owner').orderBy('id') });
  });
  router.post('/items', async (req, res) => {
    const { principal } = await httpAuth.credentials(req, { allow: ['user'] });
    const { title } = req.body;
    if (typeof title !== 'string' || title === '') throw new InputError('A title is needed');
    await client('todos').insert({ title, owner: principal.userEntityRef });
    res.status(201).json({ title });
  });
  router.get('/items/:id', async (req, res) => {
    const item = await client('todos').where({ id: req.params.id }).first();
    if (!item) throw new NotFoundError(`There is no item ${req.params.id}`);
    res.json(item);
  });
  return router;
}

/** Fills a new list with one thing to do, taken from the configuration. */
export const todoModuleWelcome = createBackendModule({
  pluginId: 'todo',
  moduleId: 'welcome',
  register(env) {
    env.registerInit({
      deps: { seed: todoSeedExtensionPoint, config: coreServices.rootConfig },
      async init({ seed, config }) {
        seed.addSeed(config.getOptionalString('todo.welcome') ?? 'Look around');
      },
    });
  },
});
