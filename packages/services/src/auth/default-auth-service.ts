import type { JsonObject } from '@stagewire/config';
import { AuthenticationError, NotAllowedError } from '@stagewire/errors';
import type {
  AuthService,
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalTypes,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
  LoggerService,
  PluginTokenHandler,
} from '@stagewire/plugin-api';
import {
  createNoneCredentials,
  createServiceCredentials,
  createUserCredentials,
  toInternalCredentials,
  type AccessRestrictions,
} from '../credentials/credentials.js';
import { loggable, refuse, type RefusalReason } from '../credentials/refusal.js';
import type { ExternalAccess } from './external-access.js';
import type { PluginKeys } from './plugin-keys.js';
import type { UserTokenHandler } from './user-token-handler.js';

const MISSING_TOKEN = 'User credentials is unexpectedly missing token';

/** Authenticates the callers of one plugin, and lets it call others. */
export class DefaultAuthService implements AuthService {
  readonly #pluginId: string;
  readonly #logger: LoggerService;
  readonly #pluginTokens: PluginTokenHandler;
  readonly #userTokens: UserTokenHandler;
  readonly #externalAccess: ExternalAccess;
  readonly #keys: PluginKeys;
  readonly #isDefaultPolicyDisabled: boolean;

  constructor(options: {
    pluginId: string;
    logger: LoggerService;
    pluginTokens: PluginTokenHandler;
    userTokens: UserTokenHandler;
    externalAccess: ExternalAccess;
    keys: PluginKeys;
    isDefaultPolicyDisabled: boolean;
  }) {
    this.#pluginId = options.pluginId;
    this.#logger = options.logger;
    this.#pluginTokens = options.pluginTokens;
    this.#userTokens = options.userTokens;
    this.#externalAccess = options.externalAccess;
    this.#keys = options.keys;
    this.#isDefaultPolicyDisabled = options.isDefaultPolicyDisabled;
  }

  async authenticate(
    anyToken: string,
    options?: { allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials> {
    // Whoever calls from JavaScript may hand over anything; what is no text is no token.
    const token = typeof anyToken === 'string' ? anyToken : '';
    // First, as comparing costs next to nothing, and saves taking the token apart.
    const known = this.#externalAccess.matchStaticToken(token);
    if (known) return known;

    const plugin = await this.#pluginTokens.verifyToken(token);
    if (plugin) return this.#toPluginCredentials(plugin);

    const user = await this.#userTokens.verifyToken(token);
    if (!user) return this.#externalAccess.verifyToken(token);

    if (user.isLimited && !options?.allowLimitedAccess) {
      throw this.#refuse(new AuthenticationError('Illegal limited user token'), 'limited_token');
    }
    return createUserCredentials({ ...user, token });
  }

  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]> {
    const { principal } = toInternalCredentials(credentials);
    return type === 'unknown' || (principal as { type?: unknown } | undefined)?.type === type;
  }

  async getNoneCredentials(): Promise<BackstageCredentials<BackstageNonePrincipal>> {
    return createNoneCredentials();
  }

  async getOwnServiceCredentials(): Promise<BackstageCredentials<BackstageServicePrincipal>> {
    return createServiceCredentials({ subject: `plugin:${this.#pluginId}` });
  }

  async getPluginRequestToken(options: {
    onBehalfOf: BackstageCredentials;
    targetPluginId: string;
  }): Promise<{ token: string }> {
    const { targetPluginId } = options;
    const { principal, token, allAccessRestrictions } = toInternalCredentials(options.onBehalfOf);
    const type = (principal as { type?: unknown } | undefined)?.type;

    if (type === 'service') {
      this.#checkDelegation(targetPluginId, allAccessRestrictions);
      return this.#pluginTokens.issueToken({ pluginId: this.#pluginId, targetPluginId });
    }
    if (type === 'user') {
      return this.#issueUserRequestToken(targetPluginId, token);
    }
    if (type === 'none' && this.#isDefaultPolicyDisabled) return { token: '' };
    throw this.#refuse(
      new AuthenticationError(
        `Refused to issue service token for credential type '${loggable(type)}'`,
      ),
      'no_credentials_to_forward',
      { targetPluginId },
    );
  }

  async getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }> {
    const { token } = toInternalCredentials(credentials);
    if (!token) throw new AuthenticationError(MISSING_TOKEN);
    return this.#userTokens.createLimitedUserToken(token);
  }

  async listPublicServiceKeys(): Promise<{ keys: JsonObject[] }> {
    return { keys: await this.#keys.listPublicKeys() };
  }

  async #toPluginCredentials(plugin: {
    subject: string;
    limitedUserToken?: string;
  }): Promise<BackstageCredentials> {
    const { subject, limitedUserToken } = plugin;
    if (!limitedUserToken) return createServiceCredentials({ subject });

    const user = await this.#userTokens.verifyToken(limitedUserToken);
    if (!user) {
      throw this.#refuse(
        new AuthenticationError('Invalid user token in plugin token obo claim'),
        'invalid_embedded_user_token',
        { subject: loggable(subject) },
      );
    }
    return createUserCredentials({ ...user, token: limitedUserToken, actorSubject: subject });
  }

  // Restrictions name one plugin and what may be done there, and a token of this plugin cannot
  // carry them: only unlimited access to the target may be handed on.
  #checkDelegation(targetPluginId: string, restrictions: AccessRestrictions | undefined): void {
    if (!restrictions) return;
    const target = restrictions.get(targetPluginId);
    if (!target) {
      throw this.#refuse(
        new NotAllowedError(
          `Access to target plugin '${targetPluginId}' is not included in token's access restrictions`,
        ),
        'delegation_restricted',
        { targetPluginId },
      );
    }
    if (target.permissionNames || target.permissionAttributes) {
      throw this.#refuse(
        new NotAllowedError(
          `Access to target plugin '${targetPluginId}' is restricted and cannot be delegated`,
        ),
        'delegation_restricted',
        { targetPluginId },
      );
    }
  }

  async #issueUserRequestToken(
    targetPluginId: string,
    userToken: string | undefined,
  ): Promise<{ token: string }> {
    if (!userToken) throw new Error(MISSING_TOKEN);
    const limited = this.#userTokens.createLimitedUserToken(userToken);
    return this.#pluginTokens.issueToken({
      pluginId: this.#pluginId,
      targetPluginId,
      onBehalfOf: { limitedUserToken: limited.token, expiresAt: limited.expiresAt },
    });
  }

  #refuse<TError extends Error>(
    error: TError,
    reason: RefusalReason,
    details: JsonObject = {},
  ): TError {
    return refuse(this.#logger, error, {
      what: 'credentials',
      reason,
      details: { pluginId: this.#pluginId, ...details },
    });
  }
}
