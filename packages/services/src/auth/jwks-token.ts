import type { Config } from '@stagewire/config';
import { decodeToken } from '../credentials/jwt.js';
import { TokenRefusal } from '../credentials/refusal.js';
import { readAccessRestrictions, readStringOrStrings } from './access-restrictions.js';
import { authErrors } from './errors.js';
import type { RemoteKeySets } from './remote-key-sets.js';
import { SIGNATURE_ALGORITHMS } from './signature-algorithms.js';
import { CLOCK_TOLERANCE_SECONDS } from './signed-token.js';
import type { VerifiedClaims } from './verified-tokens.js';

/** An issuer that publishes its keys, and what its tokens must be like. */
export type JwksIssuer = {
  url: string;
  issuers: string[] | undefined;
  algorithms: string[] | undefined;
  audiences: string[] | undefined;
  subjectPrefix: string;
};

/** @throws `E_AUTH_EXTERNAL_OPTION` when the URL is none */
export function readJwksIssuer(options: Config): JwksIssuer {
  // Checked, and without effect: only the list beside `options` limits a token.
  readAccessRestrictions(options);
  const prefix = options.getOptionalString('subjectPrefix');
  return {
    url: toUrl(options.getString('url')),
    issuers: readStringOrStrings(options, 'issuer'),
    algorithms: readStringOrStrings(options, 'algorithm'),
    audiences: readStringOrStrings(options, 'audience'),
    subjectPrefix: prefix ? `external:${prefix}:` : 'external:',
  };
}

/** @throws whatever stands against the token: a {@link TokenRefusal}, or an error of jose */
export async function verifyJwksToken(
  token: string,
  issuer: JwksIssuer,
  keySets: RemoteKeySets,
): Promise<VerifiedClaims & { subject: string }> {
  // Nothing is fetched or loaded for what cannot be a token of this kind.
  if (!decodeToken(token)) throw new TokenRefusal('malformed_token');

  const { jwtVerify } = await import('jose');
  const { payload } = await keySets.use(issuer.url, (keySet) =>
    jwtVerify(token, ({ alg, kid }) => keySet.findKey({ algorithm: alg, keyId: kid }), {
      algorithms: issuer.algorithms ?? [...SIGNATURE_ALGORITHMS],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(issuer.issuers && { issuer: issuer.issuers }),
      ...(issuer.audiences && { audience: issuer.audiences }),
    }),
  );
  if (!payload.sub) throw new TokenRefusal('missing_claim');
  return {
    subject: `${issuer.subjectPrefix}${payload.sub}`,
    ...(payload.exp !== undefined && { exp: payload.exp }),
  };
}

function toUrl(text: string): string {
  if (!/\s/.test(text) && URL.canParse(text)) return text;
  throw authErrors.externalAccessOption('Illegal JWKS URL, must be a set of non-space characters');
}
