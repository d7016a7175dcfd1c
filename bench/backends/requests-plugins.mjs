import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { json, Router as createRouter } from 'express';
import PromiseRouter from 'express-promise-router';

/** What each route of `asked` answers: the size of a small entity. */
const answer = { id: '1', kind: 'Component', name: 'x'.repeat(80), ok: true };

/**
 * The plugins that are asked while under load, made as published plugins are: an Express 4 router
 * with `express.json()`. `asked` has the routes, `other` gives out a token and is called by `asked`,
 * `auth` stands for the auth backend: it publishes its key and signs user tokens.
 *
 * @param api - the plugin API to make them with
 */
export function requestPlugins(api) {
  return [askedPlugin(api), otherPlugin(api), authPlugin(api), ...mountedPlugins(api)];
}

function askedPlugin({ createBackendPlugin, coreServices }) {
  const { httpRouter, httpAuth, auth, discovery } = coreServices;
  return createBackendPlugin({
    pluginId: 'asked',
    register(env) {
      env.registerInit({
        deps: { httpRouter, httpAuth, auth, discovery },
        async init(services) {
          services.httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
          services.httpRouter.addAuthPolicy({ path: '/call', allow: 'unauthenticated' });
          const router = PromiseRouter();
          router.use(json());
          router.get('/open/:id', (request, response) => {
            response.json({ ...answer, id: request.params.id });
          });
          router.get('/closed/:id', async (request, response) => {
            await services.httpAuth.credentials(request, { allow: ['user', 'service'] });
            response.json({ ...answer, id: request.params.id });
          });
          router.get('/call/:id', async (request, response) => {
            response.json(await callOther(services, request.params.id));
          });
          services.httpRouter.use(router);
        },
      });
    },
  });
}

/** A call as published plugins make it: discovery, a token for the target, plain `fetch`. */
async function callOther({ auth, discovery }, id) {
  const baseUrl = await discovery.getBaseUrl('other');
  const { token } = await auth.getPluginRequestToken({
    onBehalfOf: await auth.getOwnServiceCredentials(),
    targetPluginId: 'other',
  });
  const response = await fetch(`${baseUrl}/closed/${id}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok) throw new Error(`other answered ${response.status}`);
  return response.json();
}

function otherPlugin({ createBackendPlugin, coreServices }) {
  const { httpRouter, httpAuth, auth } = coreServices;
  return createBackendPlugin({
    pluginId: 'other',
    register(env) {
      env.registerInit({
        deps: { httpRouter, httpAuth, auth },
        async init(services) {
          services.httpRouter.addAuthPolicy({ path: '/token', allow: 'unauthenticated' });
          const router = PromiseRouter();
          router.use(json());
          router.get('/closed/:id', async (request, response) => {
            const { principal } = await services.httpAuth.credentials(request, {
              allow: ['service'],
            });
            response.json({ ...answer, id: request.params.id, caller: principal.subject });
          });
          router.get('/token', async (_request, response) => {
            response.json(
              await services.auth.getPluginRequestToken({
                onBehalfOf: await services.auth.getOwnServiceCredentials(),
                targetPluginId: 'asked',
              }),
            );
          });
          services.httpRouter.use(router);
        },
      });
    },
  });
}

function authPlugin({ createBackendPlugin, coreServices: { httpRouter } }) {
  return createBackendPlugin({
    pluginId: 'auth',
    register(env) {
      env.registerInit({
        deps: { httpRouter },
        async init(services) {
          const issuer = createIssuer();
          services.httpRouter.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          const router = PromiseRouter();
          router.get('/.well-known/jwks.json', (_request, response) => {
            response.json({ keys: [issuer.publicKey] });
          });
          router.get('/token', (_request, response) => {
            response.json({ token: issuer.issueUserToken('user:default/somebody') });
          });
          services.httpRouter.use(router);
        },
      });
    },
  });
}

/** Signs user tokens as the auth backend does, with the proof that limited tokens are made of. */
function createIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const [alg, kid] = ['ES256', randomUUID()];
  const signed = (text) =>
    sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    );
  return {
    publicKey: { ...publicKey.export({ format: 'jwk' }), alg, kid, use: 'sig' },
    issueUserToken(sub) {
      const iat = Math.floor(Date.now() / 1000);
      const exp = iat + 3600;
      const limited = [
        { typ: 'vnd.backstage.limited-user', alg, kid },
        { sub, iat, exp },
      ];
      const uip = signed(limited.map(encode).join('.'));
      const claims = { iss: 'http://portal.example.com/api/auth', sub, ent: [sub] };
      const text = [
        { typ: 'vnd.backstage.user', alg, kid },
        { ...claims, aud: 'backstage', iat, exp, uip },
      ]
        .map(encode)
        .join('.');
      return `${text}.${signed(text)}`;
    },
  };
}

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** As many plugins with one route each as `BENCH_MOUNTED` says: `mounted-0`, `mounted-1`, … */
function mountedPlugins({ createBackendPlugin, coreServices: { httpRouter } }) {
  return Array.from({ length: Number(process.env.BENCH_MOUNTED ?? 0) }, (_, index) =>
    createBackendPlugin({
      pluginId: `mounted-${index}`,
      register(env) {
        env.registerInit({
          deps: { httpRouter },
          async init(services) {
            services.httpRouter.addAuthPolicy({ path: '/open', allow: 'unauthenticated' });
            const router = createRouter();
            router.use(json());
            router.get('/open/:id', (request, response) => {
              response.json({ ...answer, id: request.params.id });
            });
            services.httpRouter.use(router);
          },
        });
      },
    }),
  );
}
