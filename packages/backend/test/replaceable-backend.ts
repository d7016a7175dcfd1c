import { createBackend } from '@stagewire/backend';
import { ConfigReader } from '@stagewire/config';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type BackendFeature,
  type LoggerService,
  type RootConfigService,
} from '@stagewire/plugin-api';
import { setBackendHost, type HostedBackend } from '@stagewire/wiring/host';
import { get, type Agent } from 'node:http';

const SILENT: LoggerService = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => SILENT,
};

/** A real backend as its host gets it, on a port of its own and with SQLite in memory. */
export function createHosted(port: number) {
  // Modules that do not change, so to speak: the same objects in every run of the program.
  const unchanged = [
    createServiceFactory({
      service: coreServices.rootConfig,
      deps: {},
      factory: () =>
        new ConfigReader({
          backend: {
            baseUrl: `http://127.0.0.1:${port}`,
            listen: `127.0.0.1:${port}`,
            database: { client: 'better-sqlite3', connection: ':memory:' },
            actions: { pluginSources: ['p0'] },
          },
          events: { useEventBus: 'never' },
        }) as unknown as RootConfigService,
    }),
    createServiceFactory({ service: coreServices.rootLogger, deps: {}, factory: () => SILENT }),
  ];
  return (features: readonly BackendFeature[]): HostedBackend => {
    const backend = createBackend();
    for (const feature of [...unchanged, ...features]) backend.add(feature);
    let hosted: HostedBackend | undefined;
    setBackendHost({
      start(given) {
        hosted = given;
        return new Promise(() => {});
      },
    });
    try {
      void backend.start();
    } finally {
      setBackendHost(undefined);
    }
    return hosted!;
  };
}

/** A plugin that tells its version, and counts its requests in its database and in memory. */
export function createCounter(pluginId: string, version: string): BackendFeature {
  return createBackendPlugin({
    pluginId,
    register(env) {
      env.registerInit({
        deps: { http: coreServices.httpRouter, database: coreServices.database },
        async init({ http, database }) {
          const client = await database.getClient();
          if (!(await client.schema.hasTable('visits'))) {
            await client.schema.createTable('visits', (table) => table.string('version'));
          }
          let requests = 0;
          http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          http.use(async (req, res, next) => {
            if (req.path !== '/visits') return next();
            requests++;
            await client('visits').insert({ version });
            const visits = await client('visits').select();
            res.json({ version, requests, visits: visits.length });
          });
        },
      });
    },
  });
}

export type Answer = { status: number; body: string };

export function ask(port: number, path: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: agent ?? false }, (res) => {
      let body = '';
      res.on('data', (chunk) => (body += chunk)).on('error', reject);
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body }));
    }).on('error', reject);
  });
}
