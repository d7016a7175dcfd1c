import { createHash } from 'node:crypto';
import type {
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalAccessRestrictions,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from '@stagewire/plugin-api';

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
  const actor =
    actorSubject === undefined ? undefined : createServicePrincipal(actorSubject, undefined);
  const principal = hide(
    { type: 'user' as const, userEntityRef, ...(actor && { actor }) },
    {
      toString: () => `userPrincipal{${userEntityRef}${actor ? `,actor={${String(actor)}}` : ''}}`,
    },
  );
  return createCredentials(principal, { expiresAt }, { token });
}

/** Makes the credentials of a plugin or of an external service. */
export function createServiceCredentials(options: {
  subject: string;
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
  allAccessRestrictions?: AccessRestrictions;
}): InternalCredentials<BackstageServicePrincipal> {
  const { subject, accessRestrictions, allAccessRestrictions } = options;
  const principal = createServicePrincipal(subject, accessRestrictions);
  return createCredentials(principal, {}, { allAccessRestrictions });
}

/** Makes the credentials of somebody who showed none. */
export function createNoneCredentials(): InternalCredentials<BackstageNonePrincipal> {
  const principal = hide({ type: 'none' as const }, { toString: () => 'nonePrincipal' });
  return createCredentials(principal, {}, {});
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
  if (credentials?.$$type !== '@backstage/BackstageCredentials') {
    throw new Error('Invalid credential type');
  }
  const internal = credentials as InternalCredentials<TPrincipal>;
  if (internal.version !== 'v1') {
    throw new Error(`Invalid credential version ${String(internal.version)}`);
  }
  return internal;
}

function createServicePrincipal(
  subject: string,
  accessRestrictions: BackstagePrincipalAccessRestrictions | undefined,
): BackstageServicePrincipal {
  return hide(
    { type: 'service' as const, subject, ...(accessRestrictions && { accessRestrictions }) },
    {
      toString: () =>
        accessRestrictions
          ? `servicePrincipal{${subject},accessRestrictions=${fingerprint(accessRestrictions)}}`
          : `servicePrincipal{${subject}}`,
    },
  );
}

function createCredentials<TPrincipal>(
  principal: TPrincipal,
  visible: { expiresAt?: Date },
  hidden: { token?: string; allAccessRestrictions?: AccessRestrictions },
): InternalCredentials<TPrincipal> {
  return hide(
    {
      $$type: '@backstage/BackstageCredentials' as const,
      version: 'v1' as const,
      principal,
      ...visible,
    },
    { ...hidden, toString: () => `backstageCredentials{${String(principal)}}` },
  ) as InternalCredentials<TPrincipal>;
}

function hide<TTarget extends object>(
  target: TTarget,
  properties: Record<string, unknown>,
): TTarget {
  for (const [key, value] of Object.entries(properties)) {
    if (value !== undefined) Object.defineProperty(target, key, { value, configurable: true });
  }
  return target;
}

function fingerprint(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64').replace(/=+$/, '');
}
