import { loadLine } from '../lines.mjs';
import { answersPlugin } from './answers-plugin.mjs';
import { authPlugin } from './auth-plugin.mjs';

const errorPackages = { stagewire: '@stagewire/errors', published: '@backstage/errors' };

/**
 * Plugins that use what a backend offers and show over HTTP what they got.
 *
 * @param options - `line`: id from lines.mjs that all of them are made with
 */
export async function createFeatures(options) {
  const { api } = await loadLine(options.line);
  const errors = await import(errorPackages[options.line] ?? errorPackages.published);
  return [answersPlugin(api, errors), friendPlugin(api), brokenPlugin(api), authPlugin(api)];
}

/** Another plugin, to be called by the first: tells who it thinks is asking. */
function friendPlugin(api) {
  return api.createBackendPlugin({
    pluginId: 'friend',
    register(env) {
      env.registerInit({
        deps: { router: api.coreServices.httpRouter, httpAuth: api.coreServices.httpAuth },
        async init({ router, httpAuth }) {
          router.use(async (req, res, next) => {
            if (req.path !== '/whoami') return next();
            res.json((await httpAuth.credentials(req)).principal);
          });
        },
      });
    },
  });
}

/** Fails; the configuration says that the backend starts all the same. */
function brokenPlugin(api) {
  return api.createBackendPlugin({
    pluginId: 'broken',
    register(env) {
      env.registerInit({
        deps: { router: api.coreServices.httpRouter },
        async init({ router }) {
          router.use((_req, res) => res.send('never'));
          throw new Error('broken on purpose');
        },
      });
    },
  });
}
