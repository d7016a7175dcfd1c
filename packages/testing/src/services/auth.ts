import {
  coreServices,
  createServiceFactory,
  type AuthService,
  type BackstageCredentials,
  type BackstagePrincipalTypes,
  type BackstageUserPrincipal,
} from '@stagewire/plugin-api';
import { testingErrors } from '../errors.js';
import { defineFake } from '../fake.js';
import { mockCredentials } from '../mock-credentials.js';
import { mockFunction } from '../mock-function.js';
import { INVALID_TOKENS, readToken, TOKENS } from '../mock-tokens.js';

/** For how long limited tokens are said to count, in milliseconds. */
const LIMITED_TOKEN_LIFETIME = 60 * 60_000;

/** Whose auth service it is. @public */
export type FakeAuthOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** Whether nobody may call other plugins too, as with `backend.auth.dangerouslyDisableDefaultAuthPolicy`. */
  disableDefaultAuthPolicy?: boolean;
};

/**
 * `core.auth` that takes and issues the plain text tokens of `mockCredentials`.
 *
 * @remarks
 * It looks at no signature, expiry or key, and publishes no keys. Unlike real ones, tokens on behalf
 * of a user do not tell which plugin acts for the user; those on behalf of a service keep its
 * subject, and restricted access may be passed on.
 */
export const fakeAuth = defineFake({
  service: coreServices.auth,
  create: (options: FakeAuthOptions = {}): AuthService => new FakeAuth(options),
  factory: (options) =>
    createServiceFactory({
      service: coreServices.auth,
      deps: { plugin: coreServices.pluginMetadata, config: coreServices.rootConfig },
      factory({ plugin, config }) {
        const key = 'backend.auth.dangerouslyDisableDefaultAuthPolicy';
        return new FakeAuth({
          pluginId: plugin.getId(),
          disableDefaultAuthPolicy: config.getOptionalBoolean(key) ?? false,
          ...options,
        });
      },
    }),
  mock: () => ({
    authenticate: mockFunction(),
    getNoneCredentials: mockFunction(),
    getOwnServiceCredentials: mockFunction(),
    isPrincipal: mockFunction(),
    getPluginRequestToken: mockFunction(),
    getLimitedUserToken: mockFunction(),
    listPublicServiceKeys: mockFunction(),
  }),
});

type UserClaims = { sub: string; actor: { subject: string } };
type ServiceClaims = { sub: string; obo: string; target: string };

class FakeAuth implements AuthService {
  readonly #pluginId: string;
  readonly #isDefaultPolicyDisabled: boolean;

  constructor({ pluginId = 'test', disableDefaultAuthPolicy = false }: FakeAuthOptions) {
    this.#pluginId = pluginId;
    this.#isDefaultPolicyDisabled = disableDefaultAuthPolicy;
  }

  async authenticate(
    token: string,
    options?: { allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials> {
    const refusal = findRefusal(token);
    if (refusal) throw testingErrors.token(refusal);

    const user = readToken<UserClaims>(TOKENS.user, token);
    if (user) return mockCredentials.user(user.sub, { actor: user.actor });
    const service = readToken<ServiceClaims>(TOKENS.service, token);
    if (service) return this.#fromService(service);
    const limited = readToken<UserClaims>(TOKENS.limitedUser, token);
    if (!limited) throw testingErrors.token(`Unknown mock token '${token}'`);
    if (!options?.allowLimitedAccess) {
      throw testingErrors.token('Limited user token is not allowed');
    }
    return mockCredentials.limitedUser(limited.sub);
  }

  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]> {
    return type === 'unknown' || typeOf(credentials) === type;
  }

  async getNoneCredentials() {
    return mockCredentials.none();
  }

  async getOwnServiceCredentials() {
    return mockCredentials.service(`plugin:${this.#pluginId}`);
  }

  async getPluginRequestToken(options: {
    onBehalfOf: BackstageCredentials;
    targetPluginId: string;
  }): Promise<{ token: string }> {
    const type = typeOf(options.onBehalfOf);
    if (type === 'none' && this.#isDefaultPolicyDisabled) return { token: '' };
    if (type === 'user' || type === 'service') {
      return { token: mockCredentials.service.token(options) };
    }
    throw testingErrors.token(`Refused to issue service token for credential type '${type}'`);
  }

  async getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }> {
    const type = typeOf(credentials);
    if (type !== 'user') {
      throw testingErrors.token(
        `Refused to issue limited user token for credential type '${type}'`,
      );
    }
    return {
      token: mockCredentials.limitedUser.token(credentials.principal.userEntityRef),
      expiresAt: new Date(Date.now() + LIMITED_TOKEN_LIFETIME),
    };
  }

  async listPublicServiceKeys() {
    return { keys: [] };
  }

  #fromService({ sub, obo, target }: Partial<ServiceClaims>): BackstageCredentials {
    if (target !== undefined && target !== this.#pluginId) {
      throw testingErrors.token(
        `Invalid mock token target plugin ID, got '${target}' but expected '${this.#pluginId}'`,
      );
    }
    return obo === undefined ? mockCredentials.service(sub) : mockCredentials.user(obo);
  }
}

function findRefusal(token: string): string | undefined {
  switch (token) {
    case '':
      return 'Token is empty';
    case INVALID_TOKENS.user:
      return 'User token is invalid';
    case INVALID_TOKENS.limitedUser:
      return 'Limited user token is invalid';
    case INVALID_TOKENS.service:
      return 'Service token is invalid';
    default:
      return undefined;
  }
}

function typeOf(credentials: BackstageCredentials): string {
  return (credentials.principal as { type: string }).type;
}
