/**
 * As many plugins as the run asks for, each with a route, a logger and a database; with
 * `BENCH_QUERY=1` each also queries its database before it is ready.
 *
 * @param api - the plugin API to make them with
 */
export function trivialPlugins(api) {
  const count = Number(process.env.BENCH_PLUGINS);
  const query = process.env.BENCH_QUERY === '1';
  return Array.from({ length: count }, (_, index) => trivialPlugin(api, `trivial-${index}`, query));
}

function trivialPlugin({ createBackendPlugin, coreServices }, pluginId, query) {
  return createBackendPlugin({
    pluginId,
    register(env) {
      env.registerInit({
        deps: {
          router: coreServices.httpRouter,
          logger: coreServices.logger,
          database: coreServices.database,
        },
        async init({ router, logger, database }) {
          if (query) await (await database.getClient()).raw('select 1');
          router.use((_request, response) => {
            logger.debug('asked');
            response.json({ pluginId });
          });
        },
      });
    },
  });
}
