import { generateKeyPairSync, sign } from 'node:crypto';

const HOUR = 3600;

/**
 * Stands in for the auth backend: publishes a key, and mints at `/mint/<kind>` the user tokens that
 * the ecosystem's auth backend would issue.
 */
export function authPlugin(api) {
  return api.createBackendPlugin({
    pluginId: 'auth',
    register(env) {
      env.registerInit({
        deps: { router: api.coreServices.httpRouter },
        async init({ router }) {
          const issuer = createIssuer();
          router.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          router.use((req, res, next) => {
            const [, first, kind] = req.path.split('/');
            if (req.path === '/.well-known/jwks.json') res.json({ keys: [issuer.publicKey] });
            else if (req.path === '/v1/userinfo') res.json(userInfo);
            else if (first === 'mint' && kind in kinds) res.send(issuer.mint(kinds[kind]()));
            else next();
          });
        },
      });
    },
  });
}

const userInfo = { claims: { sub: 'user:default/sam', ent: ['group:default/looked-up'] } };

const now = () => Math.floor(Date.now() / 1000);
const user = (changes = {}) => ({
  typ: 'vnd.backstage.user',
  iss: 'compat',
  sub: 'user:default/sam',
  ent: ['user:default/sam', 'group:default/testers'],
  aud: 'backstage',
  iat: now(),
  exp: now() + HOUR,
  ...changes,
});

const kinds = {
  user: () => user(),
  'user-without-ownership': () => user({ ent: undefined }),
  expired: () => user({ iat: now() - 2 * HOUR, exp: now() - HOUR }),
  'without-proof': () => user({ proof: false }),
  'of-unknown-type': () => user({ typ: 'vnd.backstage.other' }),
  'legacy-user': () => user({ typ: undefined }),
};

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function createIssuer() {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = 'compat-key';
  const signed = (text) =>
    sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString(
      'base64url',
    );
  return {
    publicKey: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
    mint({ typ, proof = true, ...claims }) {
      const { sub, iat, exp } = claims;
      // The user identity proof signs the limited token that services make of this one.
      const limited = `${encode({ typ: 'vnd.backstage.limited-user', alg: 'ES256', kid })}.${encode({ sub, iat, exp })}`;
      const header = encode({ typ, alg: 'ES256', kid });
      const payload = encode({ ...claims, ...(proof ? { uip: signed(limited) } : {}) });
      return `${header}.${payload}.${signed(`${header}.${payload}`)}`;
    },
  };
}
