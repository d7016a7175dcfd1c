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
import { digestOf } from '../credentials/digest.js';
import { loggable, refuse, type RefusalReason } from '../credentials/refusal.js';
import { findUnwrapped } from './default-plugin-token-handler.js';
import type { ExternalAccess } from './external-access.js';
import type { PluginKeys } from './plugin-keys.js';
import type { UserTokenHandler, VerifiedUser } from './user-token-handler.js';

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
    // First, as both cost next to nothing, and save taking the token apart.
    const digest = digestOf(token);
    const known =
      this.#externalAccess.matchStaticToken(digest) ?? this.#recall(token, digest, options);
    if (known) return known;

    const plugin = await this.#pluginTokens.verifyToken(token);
    if (plugin) return this.#toPluginCredentials(plugin);

    const user = await this.#userTokens.verifyToken(token);
    if (!user) return this.#externalAccess.verifyToken(token);
    return this.#toUserCredentials(user, token, options);
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

  /** Makes the credentials of a token that was verified before, and may still be relied on. */
  #recall(
    token: string,
    digest: string,
    options: { allowLimitedAccess?: boolean } | undefined,
  ): BackstageCredentials | undefined {
    const pluginTokens = findUnwrapped(this.#pluginTokens);
    if (!pluginTokens) return undefined;

    const plugin = pluginTokens.recall(digest);
    if (!plugin) {
      const user = this.#userTokens.recall(digest);
      return user && this.#toUserCredentials(user, token, options);
    }
    const { subject, limitedUserToken } = plugin;
    if (!limitedUserToken) return createServiceCredentials({ subject });
    const user = this.#userTokens.recall(digestOf(limitedUserToken));
    return user && toActorCredentials(user, limitedUserToken, subject);
  }

  #toUserCredentials(
    user: VerifiedUser,
    token: string,
    options: { allowLimitedAccess?: boolean } | undefined,
  ): BackstageCredentials {
    if (user.isLimited && !options?.allowLimitedAccess) {
      throw this.#refuse(new AuthenticationError('Illegal limited user token'), 'limited_token');
    }
    const { userEntityRef, expiresAt } = user;
    return createUserCredentials({ userEntityRef, expiresAt, token });
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
    return toActorCredentials(user, limitedUserToken, subject);
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

function toActorCredentials(
  { userEntityRef, expiresAt }: VerifiedUser,
  token: string,
  actorSubject: string,
): BackstageCredentials {
  return createUserCredentials({ userEntityRef, expiresAt, token, actorSubject });
}
