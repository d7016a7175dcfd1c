import { createServer } from 'node:http';
import { once } from 'node:events';

/**
 * What a plugin does with each service for the first time: the ref that it depends on, and a use
 * that goes all the way (a query, an entry, a token), as far as one process can. `register` is what
 * it has to register before.
 *
 * @param api - `@stagewire/plugin-api`, with the refs of its alpha
 */
export function serviceUses(api) {
  const { coreServices } = api;
  return {
    nothing: {},
    actions: {
      service: api.actionsServiceRef,
      use: async ({ service, auth }) =>
        service.list({ credentials: await auth.getOwnServiceCredentials() }),
    },
    actionsRegistry: {
      service: api.actionsRegistryServiceRef,
      use: ({ service }) =>
        service.register({
          name: 'greet',
          title: 'Greet',
          description: 'Says hello',
          schema: {
            input: (z) => z.object({ name: z.string() }),
            output: (z) => z.object({ greeting: z.string() }),
          },
          action: async ({ input }) => ({ output: { greeting: `Hello ${input.name}` } }),
        }),
    },
    auditor: {
      service: coreServices.auditor,
      use: async ({ service }) => {
        const event = await service.createEvent({ eventId: 'first-use' });
        await event.success();
      },
    },
    auth: {
      service: coreServices.auth,
      use: async ({ service }) =>
        service.getPluginRequestToken({
          onBehalfOf: await service.getOwnServiceCredentials(),
          targetPluginId: 'other',
        }),
    },
    cache: {
      service: coreServices.cache,
      use: async ({ service }) => {
        await service.set('key', 'value');
        return service.get('key');
      },
    },
    connections: {
      service: api.connectionsServiceRef,
      register: (env) => api.declareConnection(env, { type: 'github' }),
      use: ({ service }) =>
        service.find({ type: 'github', query: { url: 'https://github.com/owner/repository' } }),
    },
    database: {
      service: coreServices.database,
      use: async ({ service }) => (await service.getClient()).raw('select 1'),
    },
    discovery: {
      service: coreServices.discovery,
      use: ({ service }) => service.getBaseUrl('other'),
    },
    events: {
      service: api.eventsServiceRef,
      use: async ({ service }) => {
        await service.subscribe({ id: 'first-use', topics: ['topic'], onEvent: async () => {} });
        await service.publish({ topic: 'topic', eventPayload: {} });
      },
    },
    httpAuth: {
      service: coreServices.httpAuth,
      use: ({ service }) => service.credentials({ headers: {} }, { allow: ['none'] }),
    },
    httpRouter: {
      service: coreServices.httpRouter,
      use: ({ service }) => service.use((_request, response) => response.json({})),
    },
    lifecycle: {
      service: coreServices.lifecycle,
      use: ({ service }) => service.addShutdownHook(() => {}),
    },
    logger: { service: coreServices.logger, use: ({ service }) => service.info('first use') },
    metrics: {
      service: api.metricsServiceRef,
      use: ({ service }) => service.createCounter('first_use').add(1),
    },
    permissions: {
      service: coreServices.permissions,
      use: async ({ service, auth }) =>
        service.authorize([{ permission: { type: 'basic', name: 'first.use', attributes: {} } }], {
          credentials: await auth.getOwnServiceCredentials(),
        }),
    },
    permissionsRegistry: {
      service: coreServices.permissionsRegistry,
      use: ({ service }) =>
        service.addPermissions([{ type: 'basic', name: 'first.use', attributes: {} }]),
    },
    scheduler: {
      service: coreServices.scheduler,
      use: ({ service }) =>
        service.scheduleTask({
          id: 'first-use',
          frequency: { hours: 1 },
          timeout: { minutes: 1 },
          fn: async () => {},
        }),
    },
    tracing: {
      service: api.tracingServiceRef,
      use: ({ service }) => service.startActiveSpan('first-use', async () => {}),
    },
    urlReader: {
      service: coreServices.urlReader,
      use: async ({ service }) => {
        const server = createServer((_request, response) => response.end('text'));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address();
        const read = await service.readUrl(`http://127.0.0.1:${port}/file`);
        await read.buffer();
        server.close();
      },
    },
    userInfo: { service: coreServices.userInfo, use: () => {} },
  };
}
