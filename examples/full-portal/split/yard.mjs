import { NotAllowedError } from '@backstage/errors';
import { coreServices, createBackendPlugin, eventsServiceRef } from '@stagewire/plugin-api';
import Router from 'express-promise-router';
import { askPlugin } from './ask-plugin.mjs';

const PLAN = '<svg xmlns="http://www.w3.org/2000/svg"><title>The yard</title></svg>';

/** Moves containers, in the back; the desk that sells the room is a plugin of the front. */
export const yard = createBackendPlugin({
  pluginId: 'yard',
  register(env) {
    env.registerInit({
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        events: eventsServiceRef,
        httpAuth: coreServices.httpAuth,
        httpRouter: coreServices.httpRouter,
        permissions: coreServices.permissions,
        scheduler: coreServices.scheduler,
        system: coreServices.rootSystemMetadata,
      },
      async init({ httpRouter, events, scheduler, ...services }) {
        const state = { bookings: [], counted: 0 };
        await events.subscribe({
          id: 'bookings',
          topics: ['freight.booked'],
          onEvent: async ({ eventPayload }) => void state.bookings.push(eventPayload.booking),
        });
        await scheduler.scheduleTask({
          id: 'count-containers',
          frequency: { trigger: 'manual' },
          timeout: { minutes: 1 },
          fn: async () => void state.counted++,
        });
        httpRouter.use(callRoutes(services));
        httpRouter.use(stateRoutes(events, state));
        httpRouter.use(planRoutes(services));
        // An <img> sends cookies, but no header of its own.
        httpRouter.addAuthPolicy({ path: '/plan', allow: 'user-cookie' });
      },
    });
  },
});

function callRoutes({ auth, discovery, httpAuth, permissions, system }) {
  const router = Router();

  router.get('/who', async (request, response) => {
    response.json((await httpAuth.credentials(request)).principal);
  });

  router.get('/desk/who', async (request, response) => {
    const as = await httpAuth.credentials(request);
    response.json(await askPlugin({ auth, discovery }, 'desk', '/who', { as }));
  });

  // view and close are what people do with berths; close is what the policy of the front denies.
  router.post('/berth/:action', async (request, response) => {
    const credentials = await httpAuth.credentials(request, { allow: ['user'] });
    const name = `yard.berth.${request.params.action}`;
    const permission = { type: 'basic', name, attributes: { action: 'update' } };
    const [{ result }] = await permissions.authorize([{ permission }], { credentials });
    if (result !== 'ALLOW') throw new NotAllowedError(`not yours to do: ${name}`);
    response.json({ result });
  });

  router.get('/plugins', async (_request, response) => {
    const plugins = await system.getInstalledPlugins();
    response.json(plugins.map(({ pluginId }) => pluginId).sort());
  });

  return router;
}

function stateRoutes(events, state) {
  const router = Router();

  router.post('/moves/:container', async ({ params: { container } }, response) => {
    await events.publish({ topic: 'freight.moved', eventPayload: { container } });
    response.status(201).end();
  });

  router.get('/bookings', (_request, response) => {
    response.json(state.bookings);
  });

  router.get('/counted', (_request, response) => {
    response.json(state.counted);
  });

  return router;
}

function planRoutes({ httpAuth }) {
  const router = Router();

  router.get('/plan/quay.svg', async (request, response) => {
    await httpAuth.credentials(request, { allow: ['user'], allowLimitedAccess: true });
    response.type('svg').send(PLAN);
  });

  return router;
}
