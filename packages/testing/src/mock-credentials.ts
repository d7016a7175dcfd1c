import type {
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalAccessRestrictions,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@stagewire/plugin-api';
import { testingErrors } from './errors.js';
import {
  DEFAULT_SERVICE_SUBJECT,
  DEFAULT_USER_REF,
  INVALID_TOKENS,
  TOKENS,
  writeToken,
} from './mock-tokens.js';

/** How the token of a service is made. @public */
export type MockServiceTokenOptions = {
  /** Who is at the beginning of the chain of requests. */
  onBehalfOf: BackstageCredentials;
  /** The only plugin that accepts it. */
  targetPluginId: string;
};

/**
 * Credentials, and the tokens, headers and cookies that a fake auth service takes for them.
 *
 * @remarks
 * The tokens are those of the ecosystem: plain text that tells who it is. Nothing is signed.
 *
 * @example
 * ```ts
 * await fetch(url, { headers: { authorization: mockCredentials.user.header('user:default/jane') } });
 * ```
 *
 * @public
 */
export const mockCredentials = {
  /** Credentials of nobody; `none.header()` stands for a request without any. */
  none: Object.assign(
    (): BackstageCredentials<BackstageNonePrincipal> =>
      toCredentials({ type: 'none' }, 'nonePrincipal'),
    { header: () => `Bearer ${TOKENS.none}` },
  ),

  /** Credentials of a user, `user:default/mock` if none is named. */
  user: Object.assign(createUser, {
    token: userToken,
    header: (userEntityRef?: string) => `Bearer ${userToken(userEntityRef)}`,
    invalidToken: () => INVALID_TOKENS.user,
    invalidHeader: () => `Bearer ${INVALID_TOKENS.user}`,
  }),

  /** Credentials of a user who came with a cookie. */
  limitedUser: Object.assign((userEntityRef?: string) => createUser(userEntityRef), {
    token: limitedUserToken,
    cookie: (userEntityRef?: string) => `backstage-auth=${limitedUserToken(userEntityRef)}`,
    invalidToken: () => INVALID_TOKENS.limitedUser,
    invalidCookie: () => `backstage-auth=${INVALID_TOKENS.limitedUser}`,
  }),

  /** Credentials of a service, `external:test-service` without restrictions if none is named. */
  service: Object.assign(createService, {
    token: serviceToken,
    header: (options?: MockServiceTokenOptions) => `Bearer ${serviceToken(options)}`,
    invalidToken: () => INVALID_TOKENS.service,
    invalidHeader: () => `Bearer ${INVALID_TOKENS.service}`,
  }),
};

/** Who acts for the user. */
type UserOptions = { actor?: { subject: string } };

function createUser(
  userEntityRef: string = DEFAULT_USER_REF,
  options: UserOptions = {},
): BackstageCredentials<BackstageUserPrincipal> {
  assertUserRef(userEntityRef);
  const { actor } = options;
  const acting = actor ? `,actor={${actor.subject}}` : '';
  return toCredentials(
    {
      type: 'user',
      userEntityRef,
      ...(actor && { actor: { type: 'service' as const, subject: actor.subject } }),
    },
    `userPrincipal{${userEntityRef}${acting}}`,
    userEntityRef === DEFAULT_USER_REF && !actor ? TOKENS.user : userToken(userEntityRef, options),
  );
}

function createService(
  subject: string = DEFAULT_SERVICE_SUBJECT,
  accessRestrictions?: BackstagePrincipalAccessRestrictions,
): BackstageCredentials<BackstageServicePrincipal> {
  const restricted = accessRestrictions
    ? `,accessRestrictions=${JSON.stringify(accessRestrictions)}`
    : '';
  return toCredentials(
    { type: 'service', subject, ...(accessRestrictions && { accessRestrictions }) },
    `servicePrincipal{${subject}${restricted}}`,
  );
}

function userToken(userEntityRef?: string, options: UserOptions = {}): string {
  if (userEntityRef === undefined && !options.actor) return TOKENS.user;
  const sub = userEntityRef ?? DEFAULT_USER_REF;
  assertUserRef(sub);
  const { actor } = options;
  return writeToken(TOKENS.user, { sub, actor: actor && { subject: actor.subject } });
}

function limitedUserToken(userEntityRef: string = DEFAULT_USER_REF): string {
  assertUserRef(userEntityRef);
  return writeToken(TOKENS.limitedUser, { sub: userEntityRef });
}

function serviceToken(options?: MockServiceTokenOptions): string {
  if (!options) return TOKENS.service;
  const principal = options.onBehalfOf.principal as
    | BackstageUserPrincipal
    | BackstageServicePrincipal
    | BackstageNonePrincipal;
  return writeToken(TOKENS.service, {
    sub: principal.type === 'service' ? principal.subject : undefined,
    obo: principal.type === 'user' ? principal.userEntityRef : undefined,
    target: options.targetPluginId,
  });
}

/** The token is not enumerable, as in real credentials: it must not be logged or compared. */
function toCredentials<TPrincipal>(
  principal: TPrincipal,
  description: string,
  token?: string,
): BackstageCredentials<TPrincipal> {
  const credentials = {
    $$type: '@backstage/BackstageCredentials' as const,
    version: 'v1' as const,
    principal,
  };
  Object.defineProperty(credentials, 'toString', {
    value: () => `mockCredentials{${description}}`,
  });
  if (token !== undefined) Object.defineProperty(credentials, 'token', { value: token });
  return credentials;
}

function assertUserRef(ref: string): void {
  if (!/^[^:/\s]+:[^:/\s]+\/[^:/\s]+$/.test(ref)) throw testingErrors.userRef(ref);
}
