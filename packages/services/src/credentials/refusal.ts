import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';

/**
 * Why credentials were refused, each with what helps the person who reads the log.
 *
 * @remarks
 * The caller is told none of this: the response says no more than that it was refused.
 */
export const REFUSAL_HINTS = {
  access_restricted:
    'the access restrictions of this external token do not list the called plugin; add it under backend.auth.externalAccess[].accessRestrictions if it should be allowed',
  audience_mismatch:
    'the token was issued for another plugin; tokens are not passed on: ask auth.getPluginRequestToken for one with the called plugin as targetPluginId',
  bad_signature:
    'the signature does not fit the key; the token was changed on the way, or made by something else that uses this key id',
  delegation_restricted:
    'the caller is an external service with access restrictions, and those cannot be handed on to another plugin',
  expired:
    'the token is older than its expiry; ask for a new one before each request, and compare the clocks of both hosts if it was new',
  forbidden_subject: 'the sub claim is not a plugin id',
  invalid_external_token:
    'the token is for a rule in backend.auth.externalAccess, and is not valid; see the detail',
  invalid_embedded_user_token: 'the user token inside the plugin token is not a user token',
  keys_unavailable:
    'the keys of the issuer could not be read; see the detail, and check the discovery configuration',
  limited_token:
    'the token comes from a cookie and only serves routes with the user-cookie policy; send a full user token',
  malformed_token: 'the token is not a JSON web token',
  missing_claim: 'the token lacks a claim that every token of its kind has',
  missing_credentials:
    'the request carries no token; send one, or open the route with httpRouter.addAuthPolicy',
  no_credentials_to_forward:
    'no token can be issued for a caller without credentials; use auth.getOwnServiceCredentials when the plugin acts for itself',
  no_external_access_rule:
    'no rule in backend.auth.externalAccess accepts this token; compare its text, key, issuer and audience with the configuration',
  not_yet_valid: 'the token is valid later; compare the clocks of both hosts',
  source_without_keys:
    'the plugin that is said to have issued the token does not publish keys where discovery says it runs',
  unknown_key:
    'the issuer does not publish the key that signed the token; it may come from another installation, or from before its keys were lost',
  wrong_algorithm: 'the signature algorithm is not one that is accepted, or not that of the key',
  wrong_principal: 'the route does not serve this kind of caller',
} as const;

/** The reason code of a refusal, as it stands in the log. */
export type RefusalReason = keyof typeof REFUSAL_HINTS;

/** Thrown inside the services when a token fails a check; never leaves them. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';

  constructor(
    readonly reason: RefusalReason,
    readonly details: JsonObject = {},
  ) {
    super(reason);
  }
}

/**
 * Logs why credentials are refused and returns the error that the caller is to see.
 *
 * @remarks
 * The error gets a `correlationId` that stands in the log line too; it is not enumerable, so it
 * does not show in a response.
 *
 * @param options - `level`: `@default` 'warn'; `what`: what was refused, for people
 */
export function refuse<TError extends Error>(
  logger: LoggerService,
  error: TError,
  options: {
    what: string;
    reason: RefusalReason;
    details?: JsonObject | undefined;
    level?: 'warn' | 'info';
  },
): TError {
  const { what, reason, details, level = 'warn' } = options;
  const correlationId = randomUUID();
  logger[level](`Refused ${what}: ${reason}, ${REFUSAL_HINTS[reason]}`, {
    reason,
    correlationId,
    ...details,
  });
  return Object.defineProperty(error, 'correlationId', {
    value: correlationId,
    configurable: true,
  });
}

/**
 * Keeps text that a caller chose from spoiling the log: what could start a new line there, or
 * is long enough to be a user's or a plugin's token, is left out.
 */
export function loggable(value: unknown): string {
  if (Array.isArray(value)) return value.slice(0, 10).map(loggable).join(', ');
  if (typeof value !== 'string') return `<${value === null ? 'null' : typeof value}>`;
  return /^[\x20-\x7e]{1,200}$/.test(value) ? value : '<unprintable>';
}
