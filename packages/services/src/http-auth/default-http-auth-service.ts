import { AuthenticationError, NotAllowedError } from '@stagewire/errors';
import type {
  AuthService,
  BackstageCredentials,
  BackstagePrincipalTypes,
  BackstageUserPrincipal,
  DiscoveryService,
  HttpAuthService,
  LoggerService,
} from '@stagewire/plugin-api';
import type { CookieOptions, Request, Response } from 'express';
import { refuse } from '../credentials/refusal.js';
import { knownCredentialsOf } from './known-credentials.js';
import { COOKIE_NAME, readBearerToken, readCookieToken } from './read-token.js';

/** A cookie that lives longer than this is kept, in milliseconds. */
const RENEWAL_PERIOD = 5 * 60_000;

type AnyRequest = Request<any, any, any, any, any>;
type PrincipalType = keyof BackstagePrincipalTypes;

/** Where a request has its token from, other than the `Authorization` header. @public */
export type GetTokenFromRequest = (req: Request) => { token: string | undefined };

/** How a {@link DefaultHttpAuthService} is made. @public */
export type DefaultHttpAuthServiceOptions = {
  auth: AuthService;
  discovery: DiscoveryService;
  pluginId: string;
  /** Reads the token of a request; `@default` the bearer token. */
  getTokenFromRequest?: GetTokenFromRequest;
  /** Is told why callers are refused; left out, nobody is. */
  logger?: LoggerService;
};

/**
 * Reads the credentials of HTTP requests to one plugin.
 *
 * @public
 */
export class DefaultHttpAuthService implements HttpAuthService {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;
  readonly #pluginId: string;
  readonly #logger: LoggerService | undefined;
  readonly #getTokenFromRequest: GetTokenFromRequest;

  /** Makes the service; give it another token source to read tokens from elsewhere. */
  static create(options: DefaultHttpAuthServiceOptions): DefaultHttpAuthService {
    return new DefaultHttpAuthService(options);
  }

  private constructor(options: DefaultHttpAuthServiceOptions) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
    this.#pluginId = options.pluginId;
    this.#logger = options.logger;
    this.#getTokenFromRequest =
      options.getTokenFromRequest ?? ((req) => ({ token: readBearerToken(req) }));
  }

  async credentials<TAllowed extends PrincipalType = 'unknown'>(
    req: AnyRequest,
    options?: { allow?: Array<TAllowed>; allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>> {
    const credentials = await this.#read(req, options?.allowLimitedAccess ?? false);
    if (options?.allow) this.#checkAllowed(credentials, options.allow);
    return credentials as BackstageCredentials<BackstagePrincipalTypes[TAllowed]>;
  }

  async issueUserCookie(
    res: Response,
    options?: { credentials?: BackstageCredentials },
  ): Promise<{ expiresAt: Date }> {
    if (res.headersSent) {
      throw new Error('Failed to issue user cookie, headers were already sent');
    }
    const { credentials } = options ?? {};
    if (credentials && this.#auth.isPrincipal(credentials, 'none')) {
      res.clearCookie(COOKIE_NAME, await this.#getCookieOptions());
      return { expiresAt: new Date() };
    }

    const user = await this.#toUser(res, credentials);
    const kept = await this.#findCookieExpiry(res.req, user.principal);
    if (kept) return { expiresAt: kept };
    const { token, expiresAt } = await this.#auth.getLimitedUserToken(user);
    res.cookie(COOKIE_NAME, token, { ...(await this.#getCookieOptions()), expires: expiresAt });
    return { expiresAt };
  }

  #read(req: AnyRequest, allowLimitedAccess: boolean): Promise<BackstageCredentials> {
    // A request is asked for its credentials by the barrier and again by handlers: once is enough.
    const known = knownCredentialsOf(req, this);
    if (allowLimitedAccess) return (known.limited ??= this.#authenticate(req, true));
    return (known.full ??= this.#authenticate(req, false));
  }

  #authenticate(req: AnyRequest, allowLimitedAccess: boolean): Promise<BackstageCredentials> {
    const { token } = this.#getTokenFromRequest(req);
    if (!allowLimitedAccess) {
      return token ? this.#auth.authenticate(token) : this.#auth.getNoneCredentials();
    }
    const limited = token || readCookieToken(req);
    return limited
      ? this.#auth.authenticate(limited, { allowLimitedAccess })
      : this.#auth.getNoneCredentials();
  }

  #checkAllowed(credentials: BackstageCredentials, allow: PrincipalType[]): void {
    const type = this.#typeOf(credentials);
    if (type && allow.includes(type)) return;
    if (type === 'none') {
      throw this.#refuse(
        new AuthenticationError('Missing credentials'),
        'missing_credentials',
        allow,
      );
    }
    throw this.#refuse(
      new NotAllowedError(`This endpoint does not allow '${type ?? 'unknown'}' credentials`),
      'wrong_principal',
      allow,
    );
  }

  #typeOf(credentials: BackstageCredentials): 'none' | 'user' | 'service' | undefined {
    if (this.#auth.isPrincipal(credentials, 'none')) return 'none';
    if (this.#auth.isPrincipal(credentials, 'user')) return 'user';
    return this.#auth.isPrincipal(credentials, 'service') ? 'service' : undefined;
  }

  async #toUser(
    res: Response,
    credentials: BackstageCredentials | undefined,
  ): Promise<BackstageCredentials<BackstageUserPrincipal>> {
    if (!credentials) return this.credentials(res.req, { allow: ['user'] });
    if (this.#auth.isPrincipal(credentials, 'user')) return credentials;
    throw this.#refuse(
      new AuthenticationError('Refused to issue cookie for non-user principal'),
      'wrong_principal',
      ['user'],
    );
  }

  // Only a cookie of the same user is kept: after somebody else signed in, it must not go on
  // showing what the one before may see.
  async #findCookieExpiry(
    req: AnyRequest,
    user: BackstageUserPrincipal,
  ): Promise<Date | undefined> {
    const token = readCookieToken(req);
    if (!token) return undefined;
    try {
      const existing = await this.#auth.authenticate(token, { allowLimitedAccess: true });
      if (!this.#auth.isPrincipal(existing, 'user')) return undefined;
      if (existing.principal.userEntityRef !== user.userEntityRef) return undefined;
      const { expiresAt } = existing;
      const renewedFrom = Date.now() + RENEWAL_PERIOD;
      return expiresAt && expiresAt.getTime() > renewedFrom ? expiresAt : undefined;
    } catch (error) {
      if ((error as Error | undefined)?.name === 'AuthenticationError') return undefined;
      throw error;
    }
  }

  async #getCookieOptions(): Promise<CookieOptions> {
    const url = new URL(await this.#discovery.getExternalBaseUrl(this.#pluginId));
    // Browsers take localhost for secure, also without https.
    const isSecure = url.protocol === 'https:' || url.hostname === 'localhost';
    return {
      domain: url.hostname,
      path: '/',
      httpOnly: true,
      priority: 'high',
      secure: isSecure,
      sameSite: isSecure ? 'none' : 'lax',
    };
  }

  #refuse<TError extends Error>(
    error: TError,
    reason: 'missing_credentials' | 'wrong_principal',
    allow: PrincipalType[],
  ): TError {
    if (!this.#logger) return error;
    return refuse(this.#logger, error, {
      what: 'a request',
      reason,
      details: { pluginId: this.#pluginId, allowed: allow, message: error.message },
      // An everyday matter, such as a browser whose user has not signed in yet.
      level: 'info',
    });
  }
}
