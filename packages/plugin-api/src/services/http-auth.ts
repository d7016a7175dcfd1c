import type { Request, Response } from 'express';
import type { BackstageCredentials, BackstagePrincipalTypes } from './auth.js';

/** Tells who makes an HTTP request. @public */
export interface HttpAuthService {
  /**
   * Reads and verifies the credentials of a request.
   *
   * @param options - `allow`: the principals that may pass, `@default` any;
   *   `allowLimitedAccess`: also accept limited user tokens and the cookie, `@default` false
   * @throws AuthenticationError when the token is not valid, or is missing where one is needed;
   *   NotAllowedError when the principal is not among the allowed ones
   */
  credentials<TAllowed extends keyof BackstagePrincipalTypes = 'unknown'>(
    req: Request<any, any, any, any, any>,
    options?: { allow?: Array<TAllowed>; allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials<BackstagePrincipalTypes[TAllowed]>>;

  /**
   * Sets a cookie with limited access for the user of the request. To be called before the body is
   * sent.
   *
   * @param options - `credentials`: whose cookie it is; those of nobody remove the cookie;
   *   `@default` those of the request
   * @returns when the cookie expires; a valid one that lives long enough is kept
   * @throws when headers were sent already, or the credentials are not a user's
   */
  issueUserCookie(
    res: Response,
    options?: { credentials?: BackstageCredentials },
  ): Promise<{ expiresAt: Date }>;
}
