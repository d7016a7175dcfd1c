import express from 'express';
import { throwers } from './throwers.mjs';
import { serviceProbes, serviceRefs } from './service-probes.mjs';

/** A plugin whose routes cover what the ecosystem's plugins do with requests and services. */
export function answersPlugin(api, errors) {
  return api.createBackendPlugin({
    pluginId: 'answers',
    register(env) {
      env.registerInit({
        deps: serviceRefs(api),
        async init(services) {
          addPolicies(services.httpRouter);
          addAsyncRoutes(services, errors);
          services.httpRouter.use(expressRoutes());
          services.rootHttpRouter.use('/custom', (req, res) =>
            res.json({ url: req.url, baseUrl: req.baseUrl, originalUrl: req.originalUrl }),
          );
        },
      });
    },
  });
}

function addPolicies(router) {
  router.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
  router.addAuthPolicy({ path: '/things/:id/open', allow: 'unauthenticated' });
  router.addAuthPolicy({ path: '/with-cookie', allow: 'user-cookie' });
}

/** Handlers given to the plugin's router directly may return promises, and these may reject. */
function addAsyncRoutes(services, errors) {
  const { httpRouter, httpAuth } = services;
  const probes = serviceProbes(services);
  const failures = throwers(errors);
  const principalOf = async (req, options) => (await httpAuth.credentials(req, options)).principal;
  const routes = {
    '/whoami': (req) => principalOf(req),
    '/user-only': (req) => principalOf(req, { allow: ['user'] }),
    '/service-only': (req) => principalOf(req, { allow: ['service'] }),
    '/open/whoami': (req) => principalOf(req, { allow: ['none', 'user', 'service'] }),
    '/open/none-only': (req) => principalOf(req, { allow: ['none'] }),
    '/with-cookie': (req) => principalOf(req, { allow: ['user'], allowLimitedAccess: true }),
    '/with-cookie/full-access': (req) => principalOf(req),
  };
  httpRouter.use(async (req, res, next) => {
    const [, kind, name] = req.path.split('/');
    if (Object.hasOwn(routes, req.path)) res.json(await routes[req.path](req));
    else if (kind === 'services' && Object.hasOwn(probes, name)) res.json(await probes[name](req));
    else if (kind === 'throw' && Object.hasOwn(failures, name)) throw failures[name]();
    else if (kind === 'throw-after-headers') {
      res.setHeader('x-set-before', 'the error');
      throw failures.InputError();
    } else next();
  });
}

/** What plugins bring along themselves: an Express router with parsers, streams and redirects. */
function expressRoutes() {
  const routes = express.Router();
  routes.use('/echo', express.json({ limit: '1kb' }), express.text());
  routes.post('/echo', (req, res) => res.json({ body: req.body, query: req.query }));
  routes.get('/open', (req, res) =>
    res.json({ path: req.path, baseUrl: req.baseUrl, url: req.originalUrl, query: req.query }),
  );
  routes.get('/open/text', (_req, res) => res.send('plain words'));
  routes.get('/open/html', (_req, res) => res.send('<p>words</p>'));
  routes.get('/open/buffer', (_req, res) => res.send(Buffer.from([0, 1, 254, 255])));
  routes.get('/open/large', (_req, res) => res.json({ text: 'words '.repeat(2000) }));
  routes.get('/open/umlaut', (_req, res) => res.json({ text: 'Grüße, 世界' }));
  routes.get('/open/status', (_req, res) => res.status(201).json({ created: true }));
  routes.get('/open/send-status', (_req, res) => res.sendStatus(418));
  routes.get('/open/empty', (_req, res) => res.status(204).end());
  routes.get('/open/redirect', (_req, res) => res.redirect('../elsewhere'));
  routes.get('/open/cookie', (_req, res) => res.cookie('flavour', 'nuts', { path: '/x' }).end());
  routes.get('/open/locals', (req, res) => {
    res.locals.word = 'kept';
    res.json({ ip: req.ip, protocol: req.protocol, hostname: req.hostname, locals: res.locals });
  });
  routes.get('/open/stream', (_req, res) => {
    res.type('text/plain').write('one ');
    setImmediate(() => res.end('two'));
  });
  routes.get('/open/accepts', (req, res) =>
    res.format({ 'text/plain': () => res.send('text'), 'application/json': () => res.json({}) }),
  );
  routes.get('/things/:id/open', (req, res) => res.json(req.params));
  routes.get('/open/next-error', (_req, _res, next) => next(new Error('given to next')));
  routes.use('/open/sub-app', subApp());
  return routes;
}

/** A complete application, as some plugins mount one: it swaps the prototypes of what it gets. */
function subApp() {
  const app = express();
  app.set('query parser', 'simple');
  app.get('/query', (req, res) => res.json({ query: req.query, baseUrl: req.baseUrl }));
  return app;
}
