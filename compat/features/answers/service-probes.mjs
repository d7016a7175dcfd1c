const PERMISSION = { type: 'basic', name: 'answers.read', attributes: { action: 'read' } };
const OTHER = { type: 'basic', name: 'answers.write', attributes: { action: 'update' } };

/** Every built-in service that a plugin can ask for, alpha ones by their id. */
export function serviceRefs(api) {
  return {
    ...api.coreServices,
    actionsRegistry: api.createServiceRef({ id: 'alpha.core.actionsRegistry' }),
    actions: api.createServiceRef({ id: 'alpha.core.actions' }),
    events: api.createServiceRef({ id: 'events.service' }),
  };
}

/** One route per service: uses it as plugins do, and answers with what a caller can notice. */
export function serviceProbes(services) {
  services.permissionsRegistry.addPermissions([PERMISSION, OTHER]);
  registerAction(services.actionsRegistry);
  const credentialsOf = (req) => services.httpAuth.credentials(req);
  return {
    metadata: async () => ({
      plugin: services.pluginMetadata.getId(),
      installed: (await services.rootInstanceMetadata.getInstalledPlugins()).map(
        (one) => one.pluginId,
      ),
    }),
    config: async () => ({
      has: services.rootConfig.has('backend.cors.origin'),
      host: services.rootConfig.getString('backend.listen.host'),
      keys: services.rootConfig.getConfig('backend.cors').keys(),
      missing: await messageOf(() => services.rootConfig.getString('backend.nope')),
      wrongType: await messageOf(() => services.rootConfig.getNumber('backend.listen.host')),
    }),
    health: async () => ({
      liveness: await services.rootHealth.getLiveness(),
      readiness: await services.rootHealth.getReadiness(),
    }),
    database: () => useDatabase(services.database),
    cache: () => useCache(services.cache),
    discovery: async () => {
      const [inside, outside] = await Promise.all([
        services.discovery.getBaseUrl('friend'),
        services.discovery.getExternalBaseUrl('friend'),
      ]);
      return { same: inside === outside, path: new URL(inside).pathname };
    },
    auth: (req) => useAuth(services, req),
    friend: (req) => callFriend(services, credentialsOf(req)),
    'friend-as-self': () => callFriend(services, services.auth.getOwnServiceCredentials()),
    permissions: async (req) => {
      const credentials = await credentialsOf(req);
      const requests = [{ permission: PERMISSION }, { permission: OTHER }];
      return {
        plain: await services.permissions.authorize(requests, { credentials }),
        conditional: await services.permissions.authorizeConditional(requests, { credentials }),
      };
    },
    'user-info': async (req) => services.userInfo.getUserInfo(await credentialsOf(req)),
    auditor: async (req) => {
      const event = await services.auditor.createEvent({ eventId: 'probe', request: req });
      await event.success({ meta: { probe: true } });
      return { event: Object.keys(event).sort() };
    },
    scheduler: () => useScheduler(services.scheduler),
    'url-reader': async () => ({
      refused: await messageOf(() => services.urlReader.readUrl('https://code.example.com/file')),
    }),
    actions: async (req) => {
      const credentials = await credentialsOf(req);
      return {
        listed: await services.actions.list({ credentials }),
        output: await services.actions.invoke({
          id: 'answers:double',
          input: { number: 21 },
          credentials,
        }),
      };
    },
    events: () => useEvents(services.events),
  };
}

function registerAction(registry) {
  registry.register({
    name: 'double',
    title: 'Double',
    description: 'Doubles a number',
    attributes: { readOnly: true },
    schema: {
      input: (z) => z.object({ number: z.number().describe('what to double') }),
      output: (z) => z.object({ doubled: z.number() }),
    },
    action: async ({ input }) => ({ output: { doubled: input.number * 2 } }),
  });
}

async function useDatabase(database) {
  const client = await database.getClient();
  if (!(await client.schema.hasTable('probe'))) {
    await client.schema.createTable('probe', (table) => {
      table.string('word').primary();
      table.timestamp('at').defaultTo(client.fn.now());
      table.boolean('flag');
    });
  }
  await client('probe').del();
  await client('probe').insert({ word: 'one', flag: true });
  return {
    rows: await client('probe').select('word', 'flag'),
    conflict: await messageOf(() => client('probe').insert({ word: 'one' })),
    rolledBack: await messageOf(() =>
      client.transaction(async (tx) => {
        await tx('probe').insert({ word: 'two' });
        throw new Error('roll back');
      }),
    ),
    count: await client('probe').count({ count: '*' }),
    dialect: client.client.config.client,
  };
}

async function useCache(cache) {
  await cache.set('key', { word: 'kept' }, { ttl: 60_000 });
  const kept = await cache.get('key');
  await cache.delete('key');
  return { kept, gone: String(await cache.get('key')) };
}

async function useAuth({ auth, httpAuth }, req) {
  const credentials = await httpAuth.credentials(req);
  const own = await auth.getOwnServiceCredentials();
  return {
    text: String(credentials),
    keys: Object.keys(credentials).sort(),
    own: own.principal,
    none: (await auth.getNoneCredentials()).principal,
    isUser: auth.isPrincipal(credentials, 'user'),
    isService: auth.isPrincipal(credentials, 'service'),
    nonsense: await messageOf(() => auth.authenticate('nonsense')),
    tokenOfNone: await messageOf(async () =>
      auth.getPluginRequestToken({
        onBehalfOf: await auth.getNoneCredentials(),
        targetPluginId: 'friend',
      }),
    ),
    limited: await messageOf(async () => {
      const limited = await auth.getLimitedUserToken(credentials);
      const again = await auth.authenticate(limited.token, { allowLimitedAccess: true });
      return again.principal;
    }),
  };
}

async function callFriend({ auth, discovery }, onBehalfOf) {
  const { token } = await auth.getPluginRequestToken({
    onBehalfOf: await onBehalfOf,
    targetPluginId: 'friend',
  });
  const response = await fetch(`${await discovery.getBaseUrl('friend')}/whoami`, {
    headers: { authorization: `Bearer ${token}` },
  });
  return { status: response.status, answer: await response.json() };
}

async function useScheduler(scheduler) {
  const ran = new Promise((resolve) => {
    void scheduler.scheduleTask({
      id: 'probe',
      frequency: { minutes: 5 },
      timeout: { seconds: 30 },
      fn: async (signal) => resolve({ signal: signal.aborted }),
    });
  });
  return {
    ran: await ran,
    tasks: await scheduler.getScheduledTasks(),
    unknown: await messageOf(() => scheduler.triggerTask('nope')),
  };
}

async function useEvents(events) {
  let heard;
  const received = new Promise((resolve) => {
    heard = resolve;
  });
  await events.subscribe({
    id: 'probe',
    topics: ['probe-topic'],
    onEvent: async ({ topic, eventPayload }) => heard({ topic, eventPayload }),
  });
  await events.publish({ topic: 'probe-topic', eventPayload: { word: 'heard' } });
  return received;
}

/** What it returned, or how it failed: both are part of a service's contract. */
async function messageOf(task) {
  try {
    return { returned: await task() };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
}
