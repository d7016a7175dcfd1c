import { ConfigReader, type JsonObject } from '@stagewire/config';
import { AuthenticationError } from '@stagewire/errors';
import type {
  AuthService,
  BackstageCredentials,
  HttpAuthService,
  HttpRouterService,
} from '@stagewire/plugin-api';
import type { DrivenLifecycle, ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { httpRouterServiceFactory } from '../../src/http-router/http-router-service-factory.js';
import { lifecycleServiceFactory } from '../../src/lifecycle/lifecycle-service-factory.js';
import { make, recordingLogger, serve, type Served } from '../http/harness.js';

export type CredentialsOptions = { allow?: string[]; allowLimitedAccess?: boolean };

/** Knows the tokens `user`, `service` and `broken`, and the cookie `limited`. */
export function fakeHttpAuth() {
  const asked: CredentialsOptions[] = [];
  const issued: unknown[] = [];
  const httpAuth = {
    async credentials(req: { headers: Record<string, string | undefined> }, options = {}) {
      asked.push(options as CredentialsOptions);
      const token = req.headers['authorization']?.replace('Bearer ', '');
      const limited = (options as CredentialsOptions).allowLimitedAccess && req.headers['cookie'];
      if (token === 'broken') throw new AuthenticationError('Illegal token');
      if (!token && !limited) throw new AuthenticationError('Missing credentials');
      return { principal: token ?? 'limited' };
    },
    async issueUserCookie(
      res: { setHeader(name: string, value: string): void },
      options?: unknown,
    ) {
      issued.push(options);
      res.setHeader('Set-Cookie', 'backstage-auth=limited');
      return { expiresAt: new Date(0) };
    },
  };
  return { asked, issued, httpAuth: httpAuth as unknown as HttpAuthService };
}

export const auth = {
  listPublicServiceKeys: async () => ({ keys: [{ kid: 'a' }], more: 'hidden' }),
  getNoneCredentials: async () => ({ principal: 'none' }) as unknown as BackstageCredentials,
} as unknown as AuthService;

/** A plugin's HTTP router, and the ways to drive it. */
export type Plugin = Served &
  ReturnType<typeof fakeHttpAuth> & {
    http: HttpRouterService;
    plugin: DrivenLifecycle;
    pluginLogger: ReturnType<typeof recordingLogger>;
    /** Sends a request to the plugin, with a user's token. */
    ask(
      path: string,
      headers?: Record<string, string>,
      method?: string,
    ): ReturnType<Served['request']>;
  };

/** Makes the HTTP router of a plugin on a root router that really listens. */
export async function servePlugin(
  backend: JsonObject = {},
  options: { id?: string; started?: boolean; on?: Served; rootHttpRouter?: unknown } = {},
): Promise<Plugin> {
  const { id = 'p', started = true } = options;
  const served = options.on ?? (await serve(backend));
  const pluginLogger = recordingLogger();
  const pluginMetadata = { getId: () => id };
  const plugin = await make<DrivenLifecycle>(lifecycleServiceFactory, {
    logger: pluginLogger,
    pluginMetadata,
  });
  const fake = fakeHttpAuth();
  const config = new ConfigReader({ backend });
  const factory = httpRouterServiceFactory as unknown as ServiceFactoryShape;
  const context = await factory.createRootContext?.({
    config,
    rootLogger: served.logger,
    rootLifecycle: served.lifecycle,
  });
  const deps = {
    plugin: pluginMetadata,
    config,
    lifecycle: plugin,
    rootHttpRouter: options.rootHttpRouter ?? served.router,
    auth,
    httpAuth: fake.httpAuth,
    logger: pluginLogger,
  };
  const http = await make<HttpRouterService>(factory, deps, context);
  if (started) await plugin.startup();
  const ask: Plugin['ask'] = (path, headers = { authorization: 'Bearer user' }, method = 'GET') =>
    served.request({ method, path: `/api/${id}${path}`, headers });
  return { ...served, ...fake, http, plugin, pluginLogger, ask };
}
