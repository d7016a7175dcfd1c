import { Router } from 'express';
import { record } from './journal.mjs';
import { loadLine } from './lines.mjs';

/**
 * One of everything that a plugin API can make, for each given line: `greeter-<line>`, a plugin
 * that shows at `/summary` what its modules, services and loader gave it.
 *
 * @param options - `lines`: ids from lines.mjs
 */
export async function createFeatures(options) {
  const sets = await Promise.all(options.lines.map(loadLine));
  return sets.flatMap(({ api, line }) => greeter(api, line));
}

function greeter(api, line) {
  const refs = createRefs(api, line);
  const module = greetingModule(api, line, refs);
  return [
    greeterPlugin(api, line, refs),
    keeperFactory(api, refs),
    ...(line.has.multitons ? ['first', 'second'].map((name) => bellFactory(api, refs, name)) : []),
    line.has.loaders ? loaderOf(api, line, module) : module,
  ];
}

/** Refs are matched by id, so each set has ids of its own. */
function createRefs(api, { id, has }) {
  const root = api.createServiceRef({
    id: `${id}.root`,
    scope: 'root',
    defaultFactory: async (service) =>
      api.createServiceFactory({
        service,
        deps: { config: api.coreServices.rootConfig },
        factory: ({ config }) => {
          record(`${id}: root service made`);
          return { host: config.getString('backend.listen.host') };
        },
      }),
  });
  const helper = api.createServiceRef({
    id: `${id}.helper`,
    defaultFactory: async (service) =>
      api.createServiceFactory({
        service,
        deps: { root, plugin: api.coreServices.pluginMetadata, logger: api.coreServices.logger },
        factory: ({ root, plugin, logger }) => {
          record(`${id}: helper made for ${plugin.getId()}`);
          logger.info(`helper of ${id}`);
          return { owner: plugin.getId(), host: root.host };
        },
      }),
  });
  return {
    root,
    helper,
    keeper: api.createServiceRef({ id: `${id}.keeper` }),
    bells: has.multitons && api.createServiceRef({ id: `${id}.bells`, multiton: true }),
    greetings: api.createExtensionPoint({ id: `${id}.greetings` }),
    farewells: api.createExtensionPoint({ id: `${id}.farewells` }),
  };
}

/** A service without default factory: what all plugins share is counted in its root context. */
function keeperFactory(api, refs) {
  return api.createServiceFactory({
    service: refs.keeper,
    deps: { plugin: api.coreServices.pluginMetadata, lifecycle: api.coreServices.rootLifecycle },
    createRootContext: () => ({ made: 0 }),
    factory: ({ plugin }, context) => ({ of: plugin.getId(), number: ++context.made }),
  });
}

function bellFactory(api, refs, name) {
  return api.createServiceFactory({ service: refs.bells, deps: {}, factory: () => name });
}

function greeterPlugin(api, line, refs) {
  const { coreServices } = api;
  return api.createBackendPlugin({
    pluginId: `greeter-${line.id}`,
    register(env) {
      const greetings = [];
      env.registerExtensionPoint(refs.greetings, { add: (text) => greetings.push(text) });
      const farewells = registerFarewells(env, line, refs);
      env.registerInit({
        deps: {
          helper: refs.helper,
          keeper: refs.keeper,
          ...(refs.bells ? { bells: refs.bells } : {}),
          router: coreServices.httpRouter,
          httpAuth: coreServices.httpAuth,
          lifecycle: coreServices.lifecycle,
          database: coreServices.database,
        },
        async init({ helper, keeper, bells, router, httpAuth, lifecycle, database }) {
          record(`${line.id}: plugin init`);
          lifecycle.addStartupHook(() => record(`${line.id}: startup hook`));
          lifecycle.addShutdownHook(() => record(`${line.id}: shutdown hook`));

          const routes = Router();
          // Handlers given to the router itself may be async; those of an Express router may not.
          router.use(async (req, res, next) => {
            if (req.path !== '/summary') return next();
            const { principal } = await httpAuth.credentials(req, { allow: ['service'] });
            const client = await database.getClient();
            const { sum } = await client.first(client.raw('1 + 1 as sum'));
            res.json({ greetings, farewells, helper, keeper, bells, principal, sum });
          });
          routes.get('/open', (_req, res) => res.json({ greetings }));
          router.use(routes);
          router.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
        },
      });
    },
  });
}

/** The factory form where the line has it, the form with an instance where it does not. */
function registerFarewells(env, line, refs) {
  const farewells = [];
  const implementation = (user) => ({ add: (text) => farewells.push(`${text} (${user})`) });
  if (line.has.extensionPointFactories) {
    env.registerExtensionPoint({
      extensionPoint: refs.farewells,
      factory: (context) => implementation(typeof context.reportModuleStartupFailure),
    });
  } else {
    env.registerExtensionPoint(refs.farewells, implementation('one for all'));
  }
  return farewells;
}

function greetingModule(api, line, refs) {
  return api.createBackendModule({
    pluginId: `greeter-${line.id}`,
    moduleId: 'polite',
    register(env) {
      env.registerInit({
        deps: { greetings: refs.greetings, farewells: refs.farewells, helper: refs.helper },
        async init({ greetings, farewells, helper }) {
          record(`${line.id}: module init`);
          greetings.add(`welcome from ${helper.owner}`);
          farewells.add('goodbye');
        },
      });
    },
  });
}

/** Loads the module, but only because the configuration has what it looks for. */
function loaderOf(api, line, module) {
  return api.createBackendFeatureLoader({
    deps: { config: api.coreServices.rootConfig },
    *loader({ config }) {
      record(`${line.id}: loader ran`);
      if (config.has('backend.listen.host')) yield Promise.resolve({ default: module });
    },
  });
}
