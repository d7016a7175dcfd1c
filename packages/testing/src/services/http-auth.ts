import {
  coreServices,
  createServiceFactory,
  type AuthService,
  type BackstageCredentials,
  type BackstagePrincipalTypes,
  type DiscoveryService,
  type HttpAuthService,
} from '@stagewire/plugin-api';
import { DefaultHttpAuthService } from '@stagewire/services/httpAuth';
import { defineFake } from '../fake.js';
import { mockCredentials } from '../mock-credentials.js';
import { mockFunction } from '../mock-function.js';
import { TOKENS } from '../mock-tokens.js';
import { fakeAuth } from './auth.js';
import { fakeDiscovery } from './discovery.js';

/** Who makes requests that do not say so. @public */
export type FakeHttpAuthOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** Whose requests they are that come without token. `@default` `mockCredentials.user()` */
  defaultCredentials?: BackstageCredentials;
};

/**
 * `core.httpAuth`: the real one, for the tokens of `mockCredentials`; but a request without token
 * comes from a user, unless told otherwise. For one from nobody, send `mockCredentials.none.header()`.
 */
export const fakeHttpAuth = defineFake({
  service: coreServices.httpAuth,
  create: ({ pluginId = 'test', ...options }: FakeHttpAuthOptions = {}): HttpAuthService =>
    new FakeHttpAuth({
      pluginId,
      auth: fakeAuth({ pluginId }),
      discovery: fakeDiscovery(),
      ...options,
    }),
  factory: (options) =>
    createServiceFactory({
      service: coreServices.httpAuth,
      deps: {
        auth: coreServices.auth,
        discovery: coreServices.discovery,
        plugin: coreServices.pluginMetadata,
      },
      factory: ({ plugin, ...deps }) =>
        new FakeHttpAuth({ pluginId: plugin.getId(), ...deps, ...options }),
    }),
  mock: () => ({
    credentials: mockFunction(),
    issueUserCookie: mockFunction(),
  }),
});

type AnyRequest = Parameters<HttpAuthService['credentials']>[0];
type AnyResponse = Parameters<HttpAuthService['issueUserCookie']>[0];

class FakeHttpAuth implements HttpAuthService {
  readonly #fromToken: HttpAuthService;
  readonly #fromNothing: HttpAuthService;

  constructor(options: {
    auth: AuthService;
    discovery: DiscoveryService;
    pluginId: string;
    defaultCredentials?: BackstageCredentials;
  }) {
    const { auth, defaultCredentials = mockCredentials.user(), ...others } = options;
    this.#fromToken = DefaultHttpAuthService.create({
      ...others,
      auth: overlay(auth, async (token, access) =>
        token === TOKENS.none ? mockCredentials.none() : auth.authenticate(token, access),
      ),
    });
    this.#fromNothing = DefaultHttpAuthService.create({
      ...others,
      auth: overlay(auth, async () => defaultCredentials),
      getTokenFromRequest: () => ({ token: 'default' }),
    });
  }

  credentials<TAllowed extends keyof BackstagePrincipalTypes = 'unknown'>(
    req: AnyRequest,
    options?: { allow?: Array<TAllowed>; allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>> {
    const { authorization, cookie } = req.headers;
    const hasCookie = options?.allowLimitedAccess && /(?:^|;) *backstage-auth=/.test(cookie ?? '');
    const source = authorization || hasCookie ? this.#fromToken : this.#fromNothing;
    return source.credentials(req, options);
  }

  async issueUserCookie(
    res: AnyResponse,
    options?: { credentials?: BackstageCredentials },
  ): Promise<{ expiresAt: Date }> {
    const credentials =
      options?.credentials ?? (await this.credentials(res.req, { allow: ['user'] }));
    return this.#fromToken.issueUserCookie(res, { credentials });
  }
}

/** The same auth service, which authenticates in another way. */
function overlay(auth: AuthService, authenticate: AuthService['authenticate']): AuthService {
  return {
    authenticate,
    isPrincipal: auth.isPrincipal.bind(auth) as AuthService['isPrincipal'], // bind forgets that it narrows
    getNoneCredentials: () => auth.getNoneCredentials(),
    getOwnServiceCredentials: () => auth.getOwnServiceCredentials(),
    getPluginRequestToken: (options) => auth.getPluginRequestToken(options),
    getLimitedUserToken: (credentials) => auth.getLimitedUserToken(credentials),
    listPublicServiceKeys: () => auth.listPublicServiceKeys(),
  };
}
