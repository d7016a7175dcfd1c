import { Router } from 'express';
import { lines, loadLine } from './lines.mjs';

/**
 * For every line a plugin `host-<line>`, and in each of them a module made with every line: all
 * meet through ids alone, as packages do that were built against different releases.
 *
 * @remarks
 * The service `cross.shared` has one factory, made with the line `options.sharedBy`; every plugin
 * asks for it with a ref of its own.
 */
export async function createFeatures(options) {
  const loaded = await Promise.all(lines.map(({ id }) => loadLine(id)));
  const { api } = await loadLine(options.sharedBy);
  return [
    sharedFactory(api, options.sharedBy),
    ...loaded.map((host) => hostPlugin(host)),
    ...loaded.flatMap((host) => loaded.map((guest) => guestModule(host.line, guest))),
  ];
}

const sharedRef = (api) => api.createServiceRef({ id: 'cross.shared' });
const guestsRef = (api, host) => api.createExtensionPoint({ id: `${host.id}.guests` });
const tablesRef = (api, host) => api.createExtensionPoint({ id: `${host.id}.tables` });

function sharedFactory(api, madeWith) {
  return api.createServiceFactory({
    service: sharedRef(api),
    deps: { plugin: api.coreServices.pluginMetadata },
    factory: ({ plugin }) => ({ madeWith, for: plugin.getId() }),
  });
}

function hostPlugin({ api, line }) {
  return api.createBackendPlugin({
    pluginId: `host-${line.id}`,
    register(env) {
      const guests = [];
      const tables = [];
      const takeTable = { take: (name) => tables.push(name) };
      env.registerExtensionPoint(guestsRef(api, line), { add: (name) => guests.push(name) });
      if (line.has.extensionPointFactories) {
        env.registerExtensionPoint({
          extensionPoint: tablesRef(api, line),
          factory: () => takeTable,
        });
      } else {
        env.registerExtensionPoint(tablesRef(api, line), takeTable);
      }
      env.registerInit({
        deps: { router: api.coreServices.httpRouter, shared: sharedRef(api) },
        async init({ router, shared }) {
          const routes = Router();
          // Modules run side by side, so only who came is promised, not who came first.
          routes.get('/', (_req, res) =>
            res.json({ guests: guests.sort(), tables: tables.sort(), shared }),
          );
          router.use(routes);
          router.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
        },
      });
    },
  });
}

function guestModule(host, { api, line }) {
  return api.createBackendModule({
    pluginId: `host-${host.id}`,
    moduleId: `guest-${line.id}`,
    register(env) {
      env.registerInit({
        deps: {
          guests: guestsRef(api, host),
          tables: tablesRef(api, host),
          shared: sharedRef(api),
        },
        async init({ guests, tables, shared }) {
          guests.add(`${line.id} for ${shared.for}`);
          tables.take(line.id);
        },
      });
    },
  });
}
