import { coreServices, createBackendPlugin, decorateService } from '@stagewire/plugin-api';

/** A plugin that tells what its cache says, and a decorator of that cache. */
export function createFeatures() {
  const plugin = createBackendPlugin({
    pluginId: 'asker',
    register(env) {
      env.registerInit({
        deps: { cache: coreServices.cache, httpRouter: coreServices.httpRouter },
        async init({ cache, httpRouter }) {
          httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          httpRouter.use(async (_request, response) => {
            response.json({ value: await cache.get('anything') });
          });
        },
      });
    },
  });
  const decorator = decorateService({
    service: coreServices.cache,
    decorate: () => ({ get: async () => 'decorated' }),
  });
  return [plugin, decorator];
}
