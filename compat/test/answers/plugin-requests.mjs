const json = { 'content-type': 'application/json' };
const mcp = { ...json, accept: 'application/json, text/event-stream' };
const entityPath = 'component/default/berth-planner';
const ours = 'filter=relations.ownedBy=group:default/harbour';
const basic = { type: 'basic', name: 'quay.open', attributes: {} };

/**
 * What published plugins are asked: for each package, rows of `{ name, as?, method?, path, headers?,
 * body? }`. `as` says who asks: `user` (the guest), `service` (a static token), `nobody` or
 * `stranger` (a token that nobody has issued); `user` by default. A body that is no text is sent as
 * JSON.
 */
export const pluginRequests = {
  'app-backend': [
    { name: 'a page', as: 'nobody', path: '/catalog' },
    { name: 'a file', as: 'nobody', path: '/static/portal.css' },
    { name: 'a file that is not there', as: 'nobody', path: '/static/none.js' },
  ],
  'auth-backend': [
    { name: 'keys', as: 'nobody', path: '/api/auth/.well-known/jwks.json' },
    { name: 'discovery', as: 'nobody', path: '/api/auth/.well-known/openid-configuration' },
    { name: 'user info', path: '/api/auth/v1/userinfo' },
    { name: 'user info of nobody', as: 'nobody', path: '/api/auth/v1/userinfo' },
    { name: 'an unknown provider', as: 'nobody', path: '/api/auth/none/start?env=production' },
  ],
  'auth-backend-module-guest-provider': [
    { name: 'signing in', as: 'nobody', path: '/api/auth/guest/refresh' },
    { name: 'starting', as: 'nobody', path: '/api/auth/guest/start?env=production' },
  ],
  ...providers('github', 'gitlab', 'google', 'microsoft', 'oauth2', 'okta'),
  'catalog-backend': [
    {
      name: 'entities',
      path: `/api/catalog/entities/by-query?${ours}&orderField=metadata.name,asc`,
    },
    {
      name: 'entities for a service',
      as: 'service',
      path: `/api/catalog/entities?${ours},kind=API`,
    },
    { name: 'entities for nobody', as: 'nobody', path: '/api/catalog/entities' },
    { name: 'entities for a stranger', as: 'stranger', path: '/api/catalog/entities' },
    { name: 'an entity', path: `/api/catalog/entities/by-name/${entityPath}` },
    { name: 'an unknown entity', path: '/api/catalog/entities/by-name/component/default/none' },
    { name: 'facets', path: `/api/catalog/entity-facets?facet=kind&${ours}` },
    { name: 'facets of nothing', path: '/api/catalog/entity-facets' },
    { name: 'ancestry', path: `/api/catalog/entities/by-name/${entityPath}/ancestry` },
    {
      name: 'several by reference',
      path: '/api/catalog/entities/by-refs',
      body: { entityRefs: ['component:default/berth-planner', 'api:default/none'] },
    },
    { name: 'a body that is no JSON', path: '/api/catalog/entities/by-refs', body: '{"entity' },
    { name: 'locations', path: '/api/catalog/locations' },
    {
      name: 'a location that may not be',
      path: '/api/catalog/locations?dryRun=true',
      body: { type: 'url', target: 'ftp://127.0.0.1/catalog-info.yaml' },
    },
    {
      name: 'validating an entity',
      path: '/api/catalog/validate-entity',
      body: { entity: { kind: 'Component' }, location: 'url:http://127.0.0.1:9/a.yaml' },
    },
    { name: 'actions', as: 'service', path: '/api/catalog/.backstage/actions/v1/actions' },
    {
      name: 'rules',
      as: 'service',
      path: '/api/catalog/.well-known/backstage/permissions/metadata',
    },
    { name: 'an unknown route', path: '/api/catalog/none' },
  ],
  'catalog-backend-module-backstage-openapi': [
    {
      name: 'its entity',
      path: '/api/catalog/entities?filter=kind=API&fields=metadata.name,spec.type,spec.owner&order=asc:metadata.name',
    },
  ],
  'catalog-backend-module-unprocessed': [
    { name: 'what failed', path: '/api/catalog/entities/unprocessed/failed' },
    { name: 'what waits', path: '/api/catalog/entities/unprocessed/pending' },
    {
      name: 'what failed, to nobody',
      as: 'nobody',
      path: '/api/catalog/entities/unprocessed/failed',
    },
  ],
  'devtools-backend': [
    { name: 'health', as: 'nobody', path: '/api/devtools/health' },
    { name: 'external dependencies', path: '/api/devtools/external-dependencies' },
    { name: 'configuration for nobody', as: 'nobody', path: '/api/devtools/config' },
  ],
  'events-backend': [
    { name: 'a webhook', as: 'nobody', path: '/api/events/http/freight', body: { booking: 1 } },
    { name: 'a webhook nobody knows', as: 'nobody', path: '/api/events/http/none', body: {} },
    {
      name: 'subscribing',
      as: 'service',
      method: 'PUT',
      path: '/api/events/bus/v1/subscriptions/compat',
      body: { topics: ['quay'] },
    },
    {
      name: 'publishing',
      as: 'service',
      path: '/api/events/bus/v1/events',
      body: { event: { topic: 'quay', payload: { open: true } } },
    },
    {
      name: 'reading',
      as: 'service',
      path: '/api/events/bus/v1/subscriptions/compat/events',
    },
    { name: 'reading as a user', path: '/api/events/bus/v1/subscriptions/compat/events' },
  ],
  'gateway-backend': [{ name: 'a plugin that is nowhere', path: '/api/none/at/all' }],
  'kubernetes-backend': [
    { name: 'clusters', path: '/api/kubernetes/clusters' },
    { name: 'clusters for nobody', as: 'nobody', path: '/api/kubernetes/clusters' },
    { name: 'a component', path: '/api/kubernetes/services/berth-planner', body: { entity: {} } },
    { name: 'the proxy', path: '/api/kubernetes/proxy/api/v1/pods' },
  ],
  'mcp-actions-backend': [
    {
      name: 'initialize',
      as: 'service',
      path: '/api/mcp-actions/v1',
      headers: mcp,
      body: {
        jsonrpc: '2.0',
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-03-26', capabilities: {}, clientInfo: client('compat') },
      },
    },
    {
      name: 'tools',
      as: 'service',
      path: '/api/mcp-actions/v1',
      headers: mcp,
      body: { jsonrpc: '2.0', id: 2, method: 'tools/list' },
    },
    {
      name: 'tools for nobody',
      as: 'nobody',
      path: '/api/mcp-actions/v1',
      headers: mcp,
      body: { jsonrpc: '2.0', id: 3, method: 'tools/list' },
    },
    { name: 'GET', as: 'service', path: '/api/mcp-actions/v1' },
  ],
  'notifications-backend': [
    {
      name: 'sending',
      as: 'service',
      path: '/api/notifications/notifications',
      body: {
        recipients: { type: 'entity', entityRef: 'user:default/maja' },
        payload: { title: 'Fog', scope: 'quay' },
      },
    },
    {
      name: 'sending nothing',
      as: 'service',
      path: '/api/notifications/notifications',
      body: {},
    },
    { name: 'reading', path: '/api/notifications/notifications' },
    { name: 'counting', path: '/api/notifications/status' },
    { name: 'settings', path: '/api/notifications/settings' },
    { name: 'reading as nobody', as: 'nobody', path: '/api/notifications/notifications' },
  ],
  'permission-backend': [
    { name: 'authorize', path: '/api/permission/authorize', body: { items: [item('1', basic)] } },
    {
      name: 'authorize for a service',
      as: 'service',
      path: '/api/permission/authorize',
      body: { items: [item('1', basic)] },
    },
    {
      name: 'authorize for nobody',
      as: 'nobody',
      path: '/api/permission/authorize',
      body: { items: [item('1', basic)] },
    },
    { name: 'authorize nonsense', path: '/api/permission/authorize', body: { items: [{ id: 1 }] } },
    { name: 'health', as: 'nobody', path: '/api/permission/health' },
  ],
  'proxy-backend': [
    { name: 'for nobody', as: 'nobody', path: '/api/proxy/health/readiness' },
    { name: 'with a method that is not allowed', method: 'PUT', path: '/api/proxy/health/a' },
    { name: 'to a host that is down', path: '/api/proxy/health/readiness' },
    { name: 'to an open one that is down', as: 'nobody', path: '/api/proxy/open/a' },
    { name: 'to nowhere', path: '/api/proxy/none' },
  ],
  'scaffolder-backend': [
    { name: 'actions', path: '/api/scaffolder/v2/actions' },
    { name: 'actions for nobody', as: 'nobody', path: '/api/scaffolder/v2/actions' },
    { name: 'tasks', path: '/api/scaffolder/v2/tasks' },
    { name: 'an unknown task', path: '/api/scaffolder/v2/tasks/none' },
    {
      name: 'parameters',
      path: '/api/scaffolder/v2/templates/default/template/new-crane/parameter-schema',
    },
    {
      name: 'wrong values',
      path: '/api/scaffolder/v2/tasks',
      body: { templateRef: 'template:default/new-crane', values: { name: 'A Crane' } },
    },
    { name: 'a dry run of nothing', path: '/api/scaffolder/v2/dry-run', body: {} },
    {
      name: 'a dry run',
      path: '/api/scaffolder/v2/dry-run',
      body: { template: template(), values: { name: 'crane' }, directoryContents: [] },
    },
    { name: 'filters', path: '/api/scaffolder/v2/templating-extensions' },
  ],
  'search-backend': [
    { name: 'a term', path: '/api/search/query?term=berth-planner' },
    { name: 'a term and a type', path: '/api/search/query?term=maja&types[0]=software-catalog' },
    { name: 'a term for nobody', as: 'nobody', path: '/api/search/query?term=berth' },
    { name: 'an unknown type', path: '/api/search/query?term=a&types[0]=none' },
    { name: 'a wrong page', path: '/api/search/query?term=a&pageCursor=7&pageLimit=9000' },
  ],
  'signals-backend': [
    { name: 'without an upgrade', path: '/api/signals' },
    { name: 'health', as: 'nobody', path: '/api/signals/health' },
  ],
  'techdocs-backend': [
    { name: 'metadata', path: `/api/techdocs/metadata/entity/default/component/berth-planner` },
    {
      name: 'a page',
      path: '/api/techdocs/static/docs/default/component/berth-planner/index.html',
    },
    { name: 'a page for nobody', as: 'nobody', path: '/api/techdocs/static/docs/default/a/b/c' },
    { name: 'the cookie', path: '/api/techdocs/.backstage/auth/v1/cookie' },
    { name: 'building', path: '/api/techdocs/sync/default/component/berth-planner' },
    { name: 'building what is not there', path: '/api/techdocs/sync/default/component/none' },
  ],
  'user-settings-backend': [
    {
      name: 'setting',
      method: 'PUT',
      path: '/api/user-settings/buckets/quay/keys/a%2Fb',
      body: { value: { columns: [1, null] } },
    },
    { name: 'getting', path: '/api/user-settings/buckets/quay/keys/a%2Fb' },
    { name: 'getting as a service', as: 'service', path: '/api/user-settings/buckets/quay/keys/a' },
    { name: 'removing', method: 'DELETE', path: '/api/user-settings/buckets/quay/keys/a%2Fb' },
    { name: 'getting what is gone', path: '/api/user-settings/buckets/quay/keys/a%2Fb' },
  ],

  'community/badges-backend': [
    {
      name: 'badges of an entity',
      path: '/api/badges/entity/default/component/berth-planner/badge-specs',
    },
    {
      name: 'badges for nobody',
      as: 'nobody',
      path: '/api/badges/entity/default/component/berth-planner/badge-specs',
    },
  ],
  'community/jenkins-backend': [
    {
      name: 'projects',
      path: '/api/jenkins/v1/entity/default/component/none/projects',
    },
    {
      name: 'projects for nobody',
      as: 'nobody',
      path: `/api/jenkins/v1/entity/default/component/berth-planner/projects`,
    },
  ],
  'community/sonarqube-backend': [
    { name: 'the instance', path: '/api/sonarqube/instanceUrl' },
    { name: 'findings', path: '/api/sonarqube/findings' },
    { name: 'findings for nobody', as: 'nobody', path: '/api/sonarqube/findings' },
  ],
  'community/tech-insights-backend': [
    { name: 'checks', path: '/api/tech-insights/checks' },
    { name: 'fact schemas', path: '/api/tech-insights/fact-schemas' },
    { name: 'facts of nothing', path: '/api/tech-insights/facts/latest' },
    { name: 'checks for nobody', as: 'nobody', path: '/api/tech-insights/checks' },
  ],
  'community/todo-backend': [
    { name: 'a wrong entity', path: '/api/todo/v1/todos?entity=nonsense%3A%3A' },
    {
      name: 'an entity without source',
      path: '/api/todo/v1/todos?entity=component%3Adefault%2Fberth-planner',
    },
    { name: 'as nobody', as: 'nobody', path: '/api/todo/v1/todos' },
  ],
};

/** What every plugin has without doing anything for it. */
export function requestsOfEvery(pluginId) {
  return [
    { name: 'keys', as: 'nobody', path: `/api/${pluginId}/.backstage/auth/v1/jwks.json` },
    { name: 'an unknown route', as: 'nobody', path: `/api/${pluginId}/compat/none` },
  ];
}

/** `@backstage/plugin-catalog-backend` is asked what stands under `catalog-backend`. */
export function toRequestsKey(packageName) {
  return packageName
    .replace(/^@backstage-community\/plugin-/, 'community/')
    .replace(/^@backstage\/plugin-/, '');
}

/** Puts credentials and content type into a row, and gives back what is sent. */
export function toSent({ as = 'user', method, path, headers, body }, tokens) {
  const token = tokens[as];
  return {
    path,
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body === undefined ? {} : json),
      ...headers,
    },
    body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** Providers that send a user away to sign in, and do not care who comes back. */
function providers(...names) {
  return Object.fromEntries(
    names.map((name) => [
      `auth-backend-module-${name}-provider`,
      [
        {
          name: 'starting',
          as: 'nobody',
          path: `/api/auth/${name}/start?env=production&scope=email&origin=http%3A%2F%2Flocalhost%3A3000`,
        },
        {
          name: 'refreshing without a cookie',
          as: 'nobody',
          path: `/api/auth/${name}/refresh?env=production`,
        },
        { name: 'a frame without state', as: 'nobody', path: `/api/auth/${name}/handler/frame` },
      ],
    ]),
  );
}

function item(id, permission) {
  return { id, permission };
}

function client(name) {
  return { name, version: '1' };
}

function template() {
  return {
    apiVersion: 'scaffolder.backstage.io/v1beta3',
    kind: 'Template',
    metadata: { name: 'new-crane' },
    spec: {
      type: 'service',
      parameters: { required: ['name'], properties: { name: { type: 'string' } } },
      steps: [
        {
          id: 'say',
          name: 'Say',
          action: 'debug:log',
          input: { message: '${{ parameters.name }}' },
        },
      ],
      output: { said: '${{ parameters.name | upper }}' },
    },
  };
}
