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
   * Finds what a token was verified to claim; undefined when it has to be verified (again).
   *
   * @param scope - who verifies, and by which rules; the same token in another scope is another one
   * @param digest - what `digestOf` makes of the token
   */
  find<TClaims extends VerifiedClaims>(scope: string, digest: string): TClaims | undefined {
    return this.#claims.get(toKey(scope, digest)) as TClaims | undefined;
  }

  /** Returns what {@link VerifiedTokens.find} does, or verifies the token now. */
  async remember<TClaims extends VerifiedClaims>(
    scope: string,
    digest: string,
    verify: () => Promise<TClaims>,
  ): Promise<TClaims> {
    const known = this.find<TClaims>(scope, digest);
    if (known) return known;

    const claims = await verify();
    const end = Math.min((claims.exp ?? Infinity) * 1000, Date.now() + MAX_KEY_AGE);
    this.#claims.set(toKey(scope, digest), claims, end);
    return claims;
  }
}

// Digests have one length, so no two pairs make the same key.
function toKey(scope: string, digest: string): string {
  return scope + digest;
}
