import { createHash } from 'node:crypto';
import type {
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalAccessRestrictions,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@stagewire/plugin-api';

const TYPE = '@backstage/BackstageCredentials' as const;
const VERSION = 'v1' as const;

/** What an external caller may do, per plugin that it may call. */
export type AccessRestrictions = ReadonlyMap<string, BackstagePrincipalAccessRestrictions>;

/**
 * Credentials with the parts that only services may look at.
 *
 * @remarks
 * Those parts are not enumerable: whoever logs, compares or serialises credentials must not
 * come across a token.
 */
export type InternalCredentials<TPrincipal = unknown> = BackstageCredentials<TPrincipal> & {
  version: 'v1';
  token?: string;
  allAccessRestrictions?: AccessRestrictions;
};

/** Makes the credentials of a user, with the service that acts for that user, if any. */
export function createUserCredentials(options: {
  userEntityRef: string;
  token: string;
  expiresAt: Date;
  actorSubject?: string;
}): InternalCredentials<BackstageUserPrincipal> {
  const { userEntityRef, token, expiresAt, actorSubject } = options;
  const principal = createUserPrincipal(userEntityRef, actorSubject);
  const credentials = { $$type: TYPE, version: VERSION, principal, expiresAt };
  hide(credentials, 'token', token);
  return withText(credentials);
}

/** Makes the credentials of a plugin or of an external service. */
export function createServiceCredentials(options: {
  subject: string;
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
  allAccessRestrictions?: AccessRestrictions;
}): InternalCredentials<BackstageServicePrincipal> {
  const { subject, accessRestrictions, allAccessRestrictions } = options;
  const principal = createServicePrincipal(subject, accessRestrictions);
  const credentials = { $$type: TYPE, version: VERSION, principal };
  if (allAccessRestrictions) hide(credentials, 'allAccessRestrictions', allAccessRestrictions);
  return withText(credentials);
}

/** Makes the credentials of somebody who showed none. */
export function createNoneCredentials(): InternalCredentials<BackstageNonePrincipal> {
  const principal = hide({ type: 'none' as const }, 'toString', () => 'nonePrincipal');
  return withText({ $$type: TYPE, version: VERSION, principal });
}

/**
 * Opens credentials for a service to read.
 *
 * @throws Error `Invalid credential type` or `Invalid credential version <v>`, for values that
 *   no auth service of this protocol made
 */
export function toInternalCredentials<TPrincipal>(
  credentials: BackstageCredentials<TPrincipal>,
): InternalCredentials<TPrincipal> {
  // Whoever calls from JavaScript may hand over anything, also nothing.
  if (credentials?.$$type !== TYPE) {
    throw new Error('Invalid credential type');
  }
  const internal = credentials as InternalCredentials<TPrincipal>;
  if (internal.version !== VERSION) {
    throw new Error(`Invalid credential version ${String(internal.version)}`);
  }
  return internal;
}

function createUserPrincipal(
  userEntityRef: string,
  actorSubject: string | undefined,
): BackstageUserPrincipal {
  if (actorSubject === undefined) {
    const principal = { type: 'user' as const, userEntityRef };
    return hide(principal, 'toString', () => `userPrincipal{${userEntityRef}}`);
  }
  const actor = createServicePrincipal(actorSubject, undefined);
  const principal = { type: 'user' as const, userEntityRef, actor };
  return hide(
    principal,
    'toString',
    () => `userPrincipal{${userEntityRef},actor={${String(actor)}}}`,
  );
}

function createServicePrincipal(
  subject: string,
  accessRestrictions: BackstagePrincipalAccessRestrictions | undefined,
): BackstageServicePrincipal {
  if (!accessRestrictions) {
    const principal = { type: 'service' as const, subject };
    return hide(principal, 'toString', () => `servicePrincipal{${subject}}`);
  }
  const principal = { type: 'service' as const, subject, accessRestrictions };
  return hide(
    principal,
    'toString',
    () => `servicePrincipal{${subject},accessRestrictions=${fingerprint(accessRestrictions)}}`,
  );
}

function withText<TCredentials extends { principal: unknown }>(
  credentials: TCredentials,
): TCredentials {
  const { principal } = credentials;
  return hide(credentials, 'toString', () => `backstageCredentials{${String(principal)}}`);
}

// Plain objects, as tests of plugins compare them with literals: a class would be another type.
function hide<TTarget extends object>(target: TTarget, key: string, value: unknown): TTarget {
  return Object.defineProperty(target, key, { value, configurable: true });
}

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64').replace(/=+$/, '');
}
