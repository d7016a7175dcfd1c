/**
 * The requests whose answers are compared, in the order in which they are sent.
 *
 * @param tokens - a token for each name that is used here, see `collectTokens`
 * @returns rows of `{ name, method?, path, headers?, body? }`
 */
export function requests(tokens) {
  return [
    ...health,
    ...routing,
    ...credentials(tokens),
    ...cookies(tokens),
    ...errors(tokens),
    ...bodies(tokens),
    ...express,
    ...crossOrigin,
    ...endpoints(tokens),
    ...services(tokens),
  ];
}

const bearer = (token) => ({ authorization: `Bearer ${token}` });
const json = { 'content-type': 'application/json' };

const health = [
  { name: 'readiness', path: '/.backstage/health/v1/readiness' },
  { name: 'liveness', path: '/.backstage/health/v1/liveness' },
  { name: 'readiness, HEAD', method: 'HEAD', path: '/.backstage/health/v1/readiness' },
  { name: 'readiness, POST', method: 'POST', path: '/.backstage/health/v1/readiness' },
  { name: 'readiness, query and slash', path: '/.backstage/health/v1/readiness/?a=1' },
  { name: 'unknown health route', path: '/.backstage/health/v1/nope' },
];

const routing = [
  { name: 'root', path: '/' },
  { name: 'unknown root path', path: '/nope' },
  { name: 'unknown plugin', path: '/api/nope' },
  { name: 'unknown plugin, POST', method: 'POST', path: '/api/nope/deep', body: 'text' },
  { name: '/api alone', path: '/api' },
  { name: 'root router path', path: '/custom/deeper?x=1' },
  { name: 'root router path itself', path: '/custom' },
  { name: 'root router path as a mere prefix', path: '/customary' },
  { name: 'root router path, upper case', path: '/CUSTOM/a' },
  { name: 'open route', path: '/api/answers/open?list=1&list=2&nested[a]=b' },
  { name: 'open route, trailing slash', path: '/api/answers/open/' },
  { name: 'open route, double slash', path: '/api/answers//open' },
  { name: 'open route, upper case', path: '/API/Answers/OPEN' },
  { name: 'open route, encoded', path: '/api/answers/%6Fpen' },
  { name: 'open route, HEAD', method: 'HEAD', path: '/api/answers/open' },
  { name: 'open route, OPTIONS', method: 'OPTIONS', path: '/api/answers/open' },
  { name: 'below an open route, unknown', path: '/api/answers/open/unknown' },
  { name: 'beside an open route', path: '/api/answers/openness' },
  { name: 'open by pattern', path: '/api/answers/things/7/open' },
  { name: 'open by pattern, encoded', path: '/api/answers/things/a%2Fb/open' },
  { name: 'malformed encoding', path: '/api/answers/things/%E0%A4%A/open' },
  { name: 'not open by pattern', path: '/api/answers/things/7/closed' },
  { name: 'dot segments', path: '/api/answers/open/../whoami' },
  { name: 'plugin that failed', path: '/api/broken/anything' },
  { name: 'plugin root', path: '/api/answers' },
];

const credentials = (tokens) => [
  { name: 'no credentials', path: '/api/answers/whoami' },
  { name: 'static token', path: '/api/answers/whoami', headers: bearer(tokens.static) },
  {
    name: 'static token, odd spacing and case',
    path: '/api/answers/whoami',
    headers: { authorization: `bEaReR   ${tokens.static}` },
  },
  { name: 'unknown token', path: '/api/answers/whoami', headers: bearer('who-is-this') },
  {
    name: 'other scheme',
    path: '/api/answers/whoami',
    headers: { authorization: 'Basic dXNlcjpwYXNz' },
  },
  { name: 'empty bearer', path: '/api/answers/whoami', headers: { authorization: 'Bearer ' } },
  { name: 'restricted token', path: '/api/answers/whoami', headers: bearer(tokens.restricted) },
  {
    name: 'restricted token, other plugin',
    path: '/api/friend/whoami',
    headers: bearer(tokens.restricted),
  },
  ...['user', 'expired', 'without-proof', 'of-unknown-type', 'legacy-user', 'tampered'].map(
    (kind) => ({
      name: `user token: ${kind}`,
      path: '/api/answers/whoami',
      headers: bearer(tokens[kind]),
    }),
  ),
  {
    name: 'user on a route for users',
    path: '/api/answers/user-only',
    headers: bearer(tokens.user),
  },
  {
    name: 'service on a route for users',
    path: '/api/answers/user-only',
    headers: bearer(tokens.static),
  },
  {
    name: 'user on a route for services',
    path: '/api/answers/service-only',
    headers: bearer(tokens.user),
  },
  { name: 'nobody on an open route', path: '/api/answers/open/whoami' },
  {
    name: 'user on an open route',
    path: '/api/answers/open/whoami',
    headers: bearer(tokens.user),
  },
  {
    name: 'unknown token on an open route',
    path: '/api/answers/open/whoami',
    headers: bearer('who-is-this'),
  },
  {
    name: 'user where nobody is allowed',
    path: '/api/answers/open/none-only',
    headers: bearer(tokens.user),
  },
  { name: 'unknown route', path: '/api/answers/unknown', headers: bearer(tokens.static) },
  { name: 'unknown route, no credentials', path: '/api/answers/unknown' },
];

const COOKIE = '/api/answers/.backstage/auth/v1/cookie';

const cookies = (tokens) => {
  const cookie = { cookie: `other=1; backstage-auth=${tokens.limited}` };
  return [
    { name: 'issue a cookie to nobody', path: COOKIE },
    { name: 'issue a cookie to a user', path: COOKIE, headers: bearer(tokens.user) },
    { name: 'issue a cookie to a service', path: COOKIE, headers: bearer(tokens.static) },
    {
      name: 'issue a cookie without identity proof',
      path: COOKIE,
      headers: bearer(tokens['without-proof']),
    },
    {
      name: 'issue a cookie to who has one',
      path: COOKIE,
      headers: { ...cookie, ...bearer(tokens.user) },
    },
    { name: 'cookie route with cookie', path: '/api/answers/with-cookie', headers: cookie },
    { name: 'cookie route without', path: '/api/answers/with-cookie' },
    {
      name: 'cookie route with a wrong cookie',
      path: '/api/answers/with-cookie',
      headers: { cookie: 'backstage-auth=nonsense' },
    },
    {
      name: 'cookie route with a service token',
      path: '/api/answers/with-cookie',
      headers: bearer(tokens.static),
    },
    {
      name: 'cookie route asking for full access',
      path: '/api/answers/with-cookie/full-access',
      headers: cookie,
    },
    { name: 'cookie on another route', path: '/api/answers/whoami', headers: cookie },
    { name: 'cookie alone asks for a cookie', path: COOKIE, headers: cookie },
    {
      name: 'limited token as bearer',
      path: '/api/answers/whoami',
      headers: bearer(tokens.limited),
    },
    { name: 'delete the cookie', method: 'DELETE', path: COOKIE, headers: bearer(tokens.user) },
    { name: 'delete the cookie as nobody', method: 'DELETE', path: COOKIE },
  ];
};

const thrown = [
  'InputError',
  'AuthenticationError',
  'NotAllowedError',
  'NotFoundError',
  'ConflictError',
  'NotModifiedError',
  'NotImplementedError',
  'ServiceUnavailableError',
  'Error',
  'TypeError',
  'with-cause',
  'with-deep-cause',
  'forwarded',
  'with-fields',
  'with-status',
  'with-status-code',
  'with-wrong-status',
  'with-empty-message',
  'DatabaseError',
  'text',
  'nothing',
  'object',
  'error-like',
];

const errors = (tokens) => [
  ...thrown.map((name) => ({
    name: `throws ${name}`,
    path: `/api/answers/throw/${name}?with=query`,
    headers: bearer(tokens.static),
  })),
  {
    name: 'throws after setting a header',
    path: '/api/answers/throw-after-headers',
    headers: bearer(tokens.static),
  },
  { name: 'error given to next', path: '/api/answers/open/next-error' },
];

const bodies = (tokens) => {
  const echo = (name, headers, body, query = '') => ({
    name,
    method: 'POST',
    path: `/api/answers/echo${query}`,
    headers: { ...bearer(tokens.static), ...headers },
    body,
  });
  return [
    echo('JSON body', json, '{"a":[1,2],"b":null}', '?q=1'),
    echo('malformed JSON', json, '{"a":'),
    echo('JSON that is no object', json, '"text"'),
    echo('too large a body', json, JSON.stringify({ text: 'x'.repeat(2000) })),
    echo('empty body', json, ''),
    echo('text body', { 'content-type': 'text/plain' }, 'words'),
    echo('unknown charset', { 'content-type': 'application/json; charset=klingon' }, '{}'),
    echo('unknown encoding', { ...json, 'content-encoding': 'klingon' }, '{}'),
    { name: 'body without credentials', method: 'POST', path: '/api/answers/echo', body: 'x' },
  ];
};

const express = [
  ...['text', 'html', 'buffer', 'large', 'umlaut', 'status', 'send-status', 'empty'].map((name) =>
    open(name),
  ),
  ...['redirect', 'cookie', 'locals', 'stream'].map((name) => open(name)),
  open('accepts', { accept: 'application/json' }),
  open('accepts', { accept: 'image/png' }, ', not acceptable'),
  open('large', { 'accept-encoding': 'gzip' }, ', gzip'),
  open('large', { 'accept-encoding': 'br, deflate' }, ', deflate or brotli'),
  open('text', { 'accept-encoding': 'gzip' }, ', too small for gzip'),
  open('text', { 'if-none-match': 'W/"b-of-another-time"' }, ', other etag'),
  open('text', { 'if-none-match': 'W/"b-8/DC7uKZGxXB5K+3/53Hjf8Tf04"' }, ', same etag'),
  open('text', { 'if-none-match': '*' }, ', any etag'),
  open('locals', { 'x-forwarded-for': '9.9.9.9', 'x-forwarded-proto': 'https' }, ', proxied'),
  { name: 'mounted application', path: '/api/answers/open/sub-app/query?a[b]=1' },
  { name: 'mounted application, unknown', path: '/api/answers/open/sub-app/nope' },
];

function open(name, headers = {}, note = '') {
  return { name: `response: ${name}${note}`, path: `/api/answers/open/${name}`, headers };
}

const preflight = { 'access-control-request-method': 'POST' };
const friendly = { origin: 'http://portal.example.com' };
const foreign = { origin: 'http://elsewhere.test' };

const crossOrigin = [
  { name: 'friendly origin', path: '/api/answers/open', headers: friendly },
  { name: 'foreign origin', path: '/api/answers/open', headers: foreign },
  { name: 'friendly origin, refused', path: '/api/answers/whoami', headers: friendly },
  ...[friendly, foreign].map((origin) => ({
    name: `preflight from ${origin.origin}`,
    method: 'OPTIONS',
    path: '/api/answers/whoami',
    headers: { ...origin, ...preflight, 'access-control-request-headers': 'authorization' },
  })),
];

const ACTIONS = '/api/answers/.backstage/actions/v1/actions';
const PERMISSIONS = '/api/answers/.well-known/backstage/permissions';

const endpoints = (tokens) => {
  const service = bearer(tokens.static);
  return [
    { name: 'keys of a plugin', path: '/api/answers/.backstage/auth/v1/jwks.json' },
    {
      name: 'keys of a plugin, POST',
      method: 'POST',
      path: '/api/answers/.backstage/auth/v1/jwks.json',
    },
    { name: 'keys of a plugin that failed', path: '/api/broken/.backstage/auth/v1/jwks.json' },
    { name: 'permission metadata', path: `${PERMISSIONS}/metadata`, headers: service },
    { name: 'permission metadata for nobody', path: `${PERMISSIONS}/metadata` },
    ...['{"items":[]}', '{"items":[{"id":"1"}]}', 'nonsense'].map((body) => ({
      name: `apply conditions: ${body}`,
      method: 'POST',
      path: `${PERMISSIONS}/apply-conditions`,
      headers: { ...service, ...json },
      body,
    })),
    {
      name: 'apply conditions of an unknown type',
      method: 'POST',
      path: `${PERMISSIONS}/apply-conditions`,
      headers: { ...service, ...json },
      body: JSON.stringify({
        items: [
          {
            id: '1',
            resourceRef: 'a',
            resourceType: 'unknown',
            conditions: { rule: 'R', resourceType: 'unknown', params: {} },
          },
        ],
      }),
    },
    {
      name: 'apply conditions as a user',
      method: 'POST',
      path: `${PERMISSIONS}/apply-conditions`,
      headers: { ...bearer(tokens.user), ...json },
      body: '{"items":[]}',
    },
    { name: 'list actions', path: ACTIONS, headers: service },
    { name: 'list actions as nobody', path: ACTIONS },
    invoke('answers:double', '{"number":4}'),
    invoke('answers:double', '{"number":"four"}'),
    invoke('answers:nope', '{}'),
    {
      name: 'invoke an action through v2',
      method: 'POST',
      path: `${ACTIONS.replace('/v1/', '/v2/')}/answers%3Adouble/invoke`,
      headers: { ...service, ...json },
      body: '{"input":{"number":5}}',
    },
  ];

  function invoke(id, body) {
    return {
      name: `invoke ${id} with ${body}`,
      method: 'POST',
      path: `${ACTIONS}/${encodeURIComponent(id)}/invoke`,
      headers: { ...service, ...json },
      body,
    };
  }
};

const TASKS = '/api/answers/.backstage/scheduler/v1/tasks';

const services = (tokens) => [
  ...[
    'metadata',
    'config',
    'health',
    'database',
    'cache',
    'discovery',
    'auth',
    'friend',
    'friend-as-self',
    'permissions',
    'auditor',
    'scheduler',
    'url-reader',
    'actions',
    'events',
  ].map((name) => probe(name, tokens, 'static')),
  ...['auth', 'friend', 'permissions', 'user-info', 'actions'].map((name) =>
    probe(name, tokens, 'user'),
  ),
  probe('friend', tokens, 'without-proof'),
  probe('friend', tokens, 'restricted'),
  probe('permissions', tokens, 'restricted'),
  probe('user-info', tokens, 'static'),
  probe('user-info', tokens, 'user-without-ownership'),
  { name: 'list tasks', path: TASKS, headers: bearer(tokens.static) },
  { name: 'list tasks as nobody', path: TASKS },
  ...['trigger', 'cancel'].map((verb) => ({
    name: `${verb} an unknown task`,
    method: 'POST',
    path: `${TASKS}/nope/${verb}`,
    headers: bearer(tokens.static),
  })),
  {
    name: 'cancel a task that does not run',
    method: 'POST',
    path: `${TASKS}/probe/cancel`,
    headers: bearer(tokens.static),
  },
  { name: 'readiness at the end', path: '/.backstage/health/v1/readiness' },
];

function probe(service, tokens, kind) {
  return {
    name: `service ${service}, as ${kind}`,
    path: `/api/answers/services/${service}`,
    headers: bearer(tokens[kind]),
  };
}
