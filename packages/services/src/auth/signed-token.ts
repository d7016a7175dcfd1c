import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '@stagewire/config';
import { decodeToken, type DecodedToken } from '../credentials/jwt.js';
import { loggable, TokenRefusal } from '../credentials/refusal.js';
import { isSignatureAlgorithm, isSignedBy } from './signature-algorithms.js';

/**
 * How far apart the clocks of two hosts may be, in seconds. A token is accepted that long after
 * its expiry, and before its start.
 */
export const CLOCK_TOLERANCE_SECONDS = 60;

/** Which key a token says it was signed with. */
export type KeyRequest = { algorithm: string; keyId: string | undefined };

/** What a token must be like to be accepted. */
export type TokenRules = {
  /** The receiver that `aud` must name; left out, it is not looked at. */
  audience?: string;
  /** Claims that must be there. */
  requiredClaims: readonly string[];
  /** Finds the public key; throws a {@link TokenRefusal} when there is none. */
  findKey(request: KeyRequest): Promise<KeyObject>;
};

/**
 * Verifies a signed token and returns what it claims.
 *
 * @remarks
 * What can be told from the text alone is checked first: a token that would be refused anyway
 * must not make this backend ask another one for keys.
 *
 * @throws TokenRefusal with the reason
 */
export async function verifySignedToken(token: string, rules: TokenRules): Promise<JsonObject> {
  const decoded = decodeToken(token);
  if (!decoded) throw new TokenRefusal('malformed_token');
  const algorithm = checkHeader(decoded);
  checkClaims(decoded.payload, rules);

  const { kid } = decoded.header;
  const keyId = typeof kid === 'string' ? kid : undefined;
  const key = await rules.findKey({ algorithm, keyId });
  if (!isSignedBy(key, algorithm, decoded.signingInput, decoded.signature)) {
    throw new TokenRefusal('bad_signature', { keyId: loggable(kid) });
  }
  return decoded.payload;
}

function checkHeader({ header }: DecodedToken): string {
  const { alg, crit } = header;
  if (!isSignatureAlgorithm(alg)) {
    throw new TokenRefusal('wrong_algorithm', { algorithm: loggable(alg) });
  }
  // `crit` lists extensions that must be understood, and none is.
  if (crit !== undefined) throw new TokenRefusal('malformed_token', { header: 'crit' });
  return alg;
}

function checkClaims(payload: JsonObject, rules: TokenRules): void {
  for (const claim of rules.requiredClaims) {
    if (payload[claim] === undefined) throw new TokenRefusal('missing_claim', { claim });
  }
  checkAudience(payload, rules.audience);
  checkTimes(payload);
}

function checkAudience({ aud }: JsonObject, audience: string | undefined): void {
  if (audience === undefined) return;
  const isMeant = Array.isArray(aud) ? aud.includes(audience) : aud === audience;
  if (!isMeant) {
    throw new TokenRefusal('audience_mismatch', {
      tokenAudience: loggable(aud),
      expectedAudience: audience,
    });
  }
}

function checkTimes({ iat, nbf, exp }: JsonObject): void {
  for (const [claim, value] of Object.entries({ iat, nbf, exp })) {
    if (value !== undefined && !(typeof value === 'number' && Number.isFinite(value))) {
      throw new TokenRefusal('missing_claim', { claim });
    }
  }
  const now = Math.floor(Date.now() / 1000);
  if (typeof nbf === 'number' && nbf > now + CLOCK_TOLERANCE_SECONDS) {
    throw new TokenRefusal('not_yet_valid', { validInSeconds: nbf - now });
  }
  if (typeof exp === 'number' && exp <= now - CLOCK_TOLERANCE_SECONDS) {
    throw new TokenRefusal('expired', { expiredForSeconds: now - exp });
  }
}
