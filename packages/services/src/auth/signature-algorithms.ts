import { constants, sign, verify, type KeyObject } from 'node:crypto';

type SignatureAlgorithm = {
  /** What `node:crypto` calls the hash; none for algorithms that bring their own. */
  hash: string | null;
  fits(key: KeyObject): boolean;
  options: { dsaEncoding?: 'ieee-p1363'; padding?: number; saltLength?: number };
};

const MIN_RSA_BITS = 2048;

// JOSE writes ECDSA signatures as the two numbers side by side, not as DER.
const ellipticCurve = (hash: string, curve: string): SignatureAlgorithm => ({
  hash,
  fits: (key) => key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === curve,
  options: { dsaEncoding: 'ieee-p1363' },
});

const rsa = (hash: string): SignatureAlgorithm => ({
  hash,
  fits: (key) => key.asymmetricKeyType === 'rsa' && isLongEnough(key),
  options: { padding: constants.RSA_PKCS1_PADDING },
});

const rsaPss = (hash: string): SignatureAlgorithm => ({
  hash,
  fits: (key) => ['rsa', 'rsa-pss'].includes(key.asymmetricKeyType ?? '') && isLongEnough(key),
  options: {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  },
});

const ed25519: SignatureAlgorithm = {
  hash: null,
  fits: (key) => key.asymmetricKeyType === 'ed25519',
  options: {},
};

// Only algorithms with a public and a private key: with a shared secret, whoever may verify a
// token could make one, and a public key could be misused as the secret.
const ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ['ES256', ellipticCurve('sha256', 'prime256v1')],
  ['ES384', ellipticCurve('sha384', 'secp384r1')],
  ['ES512', ellipticCurve('sha512', 'secp521r1')],
  ['RS256', rsa('sha256')],
  ['RS384', rsa('sha384')],
  ['RS512', rsa('sha512')],
  ['PS256', rsaPss('sha256')],
  ['PS384', rsaPss('sha384')],
  ['PS512', rsaPss('sha512')],
  ['EdDSA', ed25519],
  ['Ed25519', ed25519],
]);

/** The names of all signature algorithms that tokens may use. */
export const SIGNATURE_ALGORITHMS: readonly string[] = [...ALGORITHMS.keys()];

/** Tells whether a token may be signed that way at all. */
export function isSignatureAlgorithm(algorithm: unknown): algorithm is string {
  return typeof algorithm === 'string' && ALGORITHMS.has(algorithm);
}

/** Tells whether the key is of the kind, curve and length that the algorithm asks for. */
export function keyFitsAlgorithm(key: KeyObject, algorithm: string): boolean {
  return ALGORITHMS.get(algorithm)?.fits(key) ?? false;
}

/** Tells whether the signature over the text is from the owner of the key. */
export function isSignedBy(
  key: KeyObject,
  algorithm: string,
  text: string,
  signature: string,
): boolean {
  const known = ALGORITHMS.get(algorithm);
  if (!known || !known.fits(key)) return false;
  return verify(
    known.hash,
    Buffer.from(text),
    { key, ...known.options },
    Buffer.from(signature, 'base64url'),
  );
}

/** Signs the text; the algorithm must fit the key. */
export function signText(key: KeyObject, algorithm: string, text: string): string {
  const known = ALGORITHMS.get(algorithm);
  if (!known) throw new Error(`Unknown signature algorithm '${algorithm}'`);
  return sign(known.hash, Buffer.from(text), { key, ...known.options }).toString('base64url');
}

function isLongEnough(key: KeyObject): boolean {
  return (key.asymmetricKeyDetails?.modulusLength ?? 0) >= MIN_RSA_BITS;
}
