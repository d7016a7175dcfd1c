import { AuthenticationError } from '@stagewire/errors';
import { decodeToken } from '../credentials/jwt.js';
import { TokenRefusal } from '../credentials/refusal.js';
import { authErrors } from './errors.js';
import { CLOCK_TOLERANCE_SECONDS } from './signed-token.js';
import type { VerifiedClaims } from './verified-tokens.js';

/** A secret with which old backends sign their tokens, and who they are. */
export type LegacySecret = { key: Uint8Array; subject: string };

/** @throws `E_AUTH_EXTERNAL_OPTION` when the secret is not base64, or the subject has spaces */
export function createLegacySecret(secret: string, subject: string): LegacySecret {
  // Read as leniently as ever: secrets that are not quite base64 are in use on both sides.
  const key = Buffer.from(secret, 'base64');
  if (/\s/.test(secret) || key.length === 0) {
    throw authErrors.externalAccessOption('Illegal secret, must be a valid base64 string');
  }
  if (/\s/.test(subject)) {
    throw authErrors.externalAccessOption('Illegal subject, must be a set of non-space characters');
  }
  return { key, subject };
}

/** Tells whether a token has the form of those that old backends issue. */
export function looksLikeLegacyToken(token: string): boolean {
  const decoded = decodeToken(token);
  if (decoded?.header['alg'] !== 'HS256') return false;
  return decoded.payload['sub'] === 'backstage-server' && !decoded.payload['aud'];
}

/**
 * Verifies a token of an old backend.
 *
 * @throws TokenRefusal when another secret signed it; AuthenticationError when this one did and
 *   the token is not valid, expired for instance
 */
export async function verifyLegacyToken(
  token: string,
  { key }: LegacySecret,
): Promise<VerifiedClaims> {
  const { jwtVerify } = await import('jose');
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    });
    return payload.exp === undefined ? {} : { exp: payload.exp };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED') throw new TokenRefusal('bad_signature');
    throw new AuthenticationError(message);
  }
}
