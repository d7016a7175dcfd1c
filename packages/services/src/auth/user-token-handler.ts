import type { JsonObject } from '@stagewire/config';
import { AuthenticationError } from '@stagewire/errors';
import type { DiscoveryService, LoggerService } from '@stagewire/plugin-api';
import { digestOf } from '../credentials/digest.js';
import { decodeToken, decodeTokenHeader, encodeTokenPart } from '../credentials/jwt.js';
import { refuse, TokenRefusal } from '../credentials/refusal.js';
import type { SharedAuth } from './shared-auth.js';
import { verifySignedToken, type KeyRequest, type TokenRules } from './signed-token.js';
import { TOKEN_TYPES } from './token-types.js';

/** The audience of tokens from auth plugins that did not set `typ` yet. */
const LEGACY_AUDIENCE = 'backstage';

const REQUIRED_CLAIMS = ['iat', 'exp', 'sub'];

/** A user, as proven by a token. */
export type VerifiedUser = { userEntityRef: string; expiresAt: Date; isLimited: boolean };

/** A limited user token; `expiresAt` in milliseconds since the Unix epoch. */
export type LimitedUserToken = { token: string; expiresAt: number };

/** For how long a limited token is handed out again, in milliseconds. */
const REUSE_PERIOD = 30_000;

type UserClaims = { sub: string; exp: number; isLimited: boolean };

/** Verifies the tokens of users against the keys of the auth plugin, and limits them. */
export class UserTokenHandler {
  readonly #pluginId: string;
  readonly #logger: LoggerService;
  readonly #discovery: DiscoveryService;
  readonly #shared: SharedAuth;
  readonly #scope: string;

  constructor(options: {
    pluginId: string;
    logger: LoggerService;
    discovery: DiscoveryService;
    shared: SharedAuth;
  }) {
    this.#pluginId = options.pluginId;
    this.#logger = options.logger;
    this.#discovery = options.discovery;
    this.#shared = options.shared;
    this.#scope = `user ${this.#pluginId} `;
  }

  /**
   * Finds the user that a token was verified to be of, by its digest; undefined when it has to be
   * verified.
   */
  recall(digest: string): VerifiedUser | undefined {
    const known = this.#shared.verified.find<UserClaims>(this.#scope, digest);
    return known && toVerifiedUser(known);
  }

  /**
   * Verifies a full or limited user token; undefined when it is neither.
   *
   * @throws AuthenticationError when it is one, and not valid
   */
  async verifyToken(token: string): Promise<VerifiedUser | undefined> {
    const rules = findRules(token);
    if (!rules) return undefined;
    const claims = await this.#shared.verified.remember(this.#scope, digestOf(token), () =>
      this.#verify(token, rules),
    );
    return toVerifiedUser(claims);
  }

  /**
   * Makes the limited token that a user token holds the proof for.
   *
   * @remarks
   * The auth plugin signed exactly the text that is put together here, so the order of the keys
   * matters. Tokens that are limited already, or too old to be limited, stay as they are.
   *
   * @throws AuthenticationError when the token is of another type, or holds no proof
   */
  createLimitedUserToken(token: string): { token: string; expiresAt: Date } {
    const limited = this.#limit(token);
    return { token: limited.token, expiresAt: new Date(limited.expiresAt) };
  }

  #limit(token: string): LimitedUserToken {
    const digest = digestOf(token);
    const known = this.#shared.limited.get(digest);
    if (known) return known;

    const limited = toLimitedUserToken(token);
    // A token that stays as it is may be a full one, and no text of those is kept.
    if (limited.token !== token) {
      const end = Math.min(limited.expiresAt, Date.now() + REUSE_PERIOD);
      this.#shared.limited.set(digest, limited, end);
    }
    return limited;
  }

  async #verify(token: string, rules: UserTokenRules): Promise<UserClaims> {
    const { sub, exp } = await this.#readClaims(token, rules);
    if (typeof sub !== 'string' || sub === '') {
      throw this.#refuse('No user sub found in token', new TokenRefusal('missing_claim'));
    }
    if (typeof exp !== 'number') {
      throw this.#refuse('User token is missing expiration', new TokenRefusal('missing_claim'));
    }
    return { sub, exp, isLimited: rules.isLimited };
  }

  async #readClaims(token: string, rules: UserTokenRules): Promise<JsonObject> {
    try {
      return await verifySignedToken(token, {
        ...rules,
        findKey: (request) => this.#findKey(request),
      });
    } catch (error) {
      if (!(error instanceof TokenRefusal)) throw error;
      throw this.#refuse('Failed user token verification', error);
    }
  }

  async #findKey(request: KeyRequest) {
    const url = `${await this.#findAuthUrl()}/.well-known/jwks.json`;
    return this.#shared.keySets.use(url, (keySet) => keySet.findKey(request));
  }

  async #findAuthUrl(): Promise<string> {
    try {
      return await this.#discovery.getBaseUrl('auth');
    } catch (error) {
      throw new TokenRefusal('keys_unavailable', { detail: (error as Error).message });
    }
  }

  #refuse(message: string, { reason, details }: TokenRefusal): AuthenticationError {
    return refuse(this.#logger, new AuthenticationError(message), {
      what: 'a user token',
      // For users there is one source; that it never answered is no other case.
      reason: reason === 'source_without_keys' ? 'keys_unavailable' : reason,
      details: { pluginId: this.#pluginId, ...details },
    });
  }
}

function toVerifiedUser({ sub, exp, isLimited }: UserClaims): VerifiedUser {
  return { userEntityRef: sub, expiresAt: new Date(exp * 1000), isLimited };
}

type UserTokenRules = Omit<TokenRules, 'findKey'> & { isLimited: boolean };

function findRules(token: string): UserTokenRules | undefined {
  const type = decodeTokenHeader(token)?.['typ'];
  if (type === TOKEN_TYPES.user || type === TOKEN_TYPES.limitedUser) {
    return { requiredClaims: REQUIRED_CLAIMS, isLimited: type === TOKEN_TYPES.limitedUser };
  }
  if (type === TOKEN_TYPES.plugin) return undefined;
  const audience = decodeToken(token)?.payload['aud'];
  if (audience !== LEGACY_AUDIENCE) return undefined;
  return { audience, requiredClaims: [], isLimited: false };
}

function toLimitedUserToken(token: string): LimitedUserToken {
  const decoded = decodeToken(token);
  if (!decoded) throw new AuthenticationError('Failed to create limited user token, invalid token');
  const { typ, alg, kid } = decoded.header;
  const { sub, iat, exp, uip } = decoded.payload;
  if (typeof exp !== 'number') {
    throw new AuthenticationError('User token is missing expiration');
  }
  const expiresAt = exp * 1000;
  if (typ === undefined || typ === TOKEN_TYPES.limitedUser) return { token, expiresAt };

  if (typ !== TOKEN_TYPES.user) {
    throw new AuthenticationError('Failed to create limited user token, invalid token type');
  }
  if (typeof uip !== 'string' || uip === '') {
    throw new AuthenticationError(
      'Failed to create limited user token, missing user identity proof',
    );
  }
  const header = encodeTokenPart(withoutGaps({ typ: TOKEN_TYPES.limitedUser, alg, kid }));
  const payload = encodeTokenPart(withoutGaps({ sub, iat, exp }));
  return { token: `${header}.${payload}.${uip}`, expiresAt };
}

function withoutGaps(fields: { [key: string]: JsonObject[string] }): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
