import { digestOf } from '../credentials/digest.js';
import { ExpiringMap } from '../credentials/expiring-map.js';
import { MAX_KEY_AGE } from './remote-key-set.js';

const MAX_TOKENS = 10_000;

/** What is kept of a verified token; `exp` in seconds since the Unix epoch. */
export type VerifiedClaims = { exp?: number };

/**
 * The tokens that were verified, so that the next request with one costs no signature check.
 *
 * @remarks
 * A token is remembered until it expires, and no longer than keys are: a key that its issuer
 * withdraws must stop serving here as well. Refusals are not remembered, and neither is the token
 * itself, only its digest.
 */
export class VerifiedTokens {
  readonly #claims = new ExpiringMap<string, VerifiedClaims>(MAX_TOKENS);

  /**
   * Returns what the token was found to claim, or verifies it now.
   *
   * @param scope - who verifies, and by which rules; the same token in another scope is another one
   */
  async remember<TClaims extends VerifiedClaims>(
    scope: string,
    token: string,
    verify: () => Promise<TClaims>,
  ): Promise<TClaims> {
    const key = digestOf(scope, token);
    const known = this.#claims.get(key);
    if (known) return known as TClaims;

    const claims = await verify();
    const end = Math.min((claims.exp ?? Infinity) * 1000, Date.now() + MAX_KEY_AGE);
    this.#claims.set(key, claims, end);
    return claims;
  }
}
