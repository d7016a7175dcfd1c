import { CatalogClient } from '@backstage/catalog-client';
import { coreServices, createBackendPlugin, eventsServiceRef } from '@stagewire/plugin-api';
import Router from 'express-promise-router';
import { askPlugin } from './ask-plugin.mjs';

/** Takes bookings, in the front; the yard that they are for is a plugin of the back. */
export const desk = createBackendPlugin({
  pluginId: 'desk',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        system: coreServices.rootSystemMetadata,
      },
      async init({ httpRouter, events, ...services }) {
        const moves = [];
        await events.subscribe({
          id: 'moves',
          topics: ['freight.moved'],
          onEvent: async ({ eventPayload }) => void moves.push(eventPayload.container),
        });
        httpRouter.use(callRoutes(services));
        httpRouter.use(eventRoutes(events, moves));
      },
    });
  },
});

function callRoutes({ auth, discovery, httpAuth, system }) {
  const catalog = new CatalogClient({ discoveryApi: discovery });
  const router = Router();

  router.get('/who', async (request, response) => {
    response.json((await httpAuth.credentials(request)).principal);
  });

  router.get('/yard/who', async (request, response) => {
    const as = await httpAuth.credentials(request);
    response.json(await askPlugin({ auth, discovery }, 'yard', '/who', { as }));
  });

  router.get('/components/:name', async (request, response) => {
    const { token } = await auth.getPluginRequestToken({
      onBehalfOf: await httpAuth.credentials(request, { allow: ['user'] }),
      targetPluginId: 'catalog',
    });
    const ref = { kind: 'component', namespace: 'default', name: request.params.name };
    response.json((await catalog.getEntityByRef(ref, { token })) ?? null);
  });

  // Whoever may ask the desk may have the containers counted: in the name of the desk itself.
  router.post('/yard/count', async (_request, response) => {
    const as = await auth.getOwnServiceCredentials();
    const trigger = '/.backstage/scheduler/v1/tasks/count-containers/trigger';
    await askPlugin({ auth, discovery }, 'yard', trigger, { as, method: 'POST' });
    response.status(202).end();
  });

  router.get('/plugins', async (_request, response) => {
    const plugins = await system.getInstalledPlugins();
    response.json(plugins.map(({ pluginId }) => pluginId).sort());
  });

  return router;
}

function eventRoutes(events, moves) {
  const router = Router();

  router.post('/bookings/:booking', async ({ params: { booking } }, response) => {
    await events.publish({ topic: 'freight.booked', eventPayload: { booking } });
    response.status(201).end();
  });

  router.get('/moves', (_request, response) => {
    response.json(moves);
  });

  return router;
}
