import { createHmac, createSecretKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CompactSign, compactVerify } from 'jose';
import {
  isSignatureAlgorithm,
  isSignedBy,
  keyFitsAlgorithm,
  SIGNATURE_ALGORITHMS,
  signText,
} from '../../src/auth/signature-algorithms.js';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const keyPairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ES512: generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  RS256: rsa,
  RS384: rsa,
  RS512: rsa,
  PS256: rsa,
  PS384: rsa,
  PS512: rsa,
  EdDSA: generateKeyPairSync('ed25519'),
  Ed25519: generateKeyPairSync('ed25519'),
};

describe('signature algorithms', () => {
  it.each(Object.entries(keyPairs))('%s agrees with another implementation', async (alg, keys) => {
    const header = Buffer.from(JSON.stringify({ alg })).toString('base64url');
    const text = `${header}.${Buffer.from('payload').toString('base64url')}`;
    const ours = `${text}.${signText(keys.privateKey, alg, text)}`;
    const theirs = await new CompactSign(Buffer.from('payload'))
      .setProtectedHeader({ alg })
      .sign(keys.privateKey);
    const [theirHeader, theirPayload, theirSignature = ''] = theirs.split('.');

    await expect(compactVerify(ours, keys.publicKey)).resolves.toBeDefined();
    expect(isSignedBy(keys.publicKey, alg, `${theirHeader}.${theirPayload}`, theirSignature)).toBe(
      true,
    );
    expect(isSignedBy(keys.publicKey, alg, `${theirHeader}.x`, theirSignature)).toBe(false);
  });

  it('are all tested above', () => {
    expect([...SIGNATURE_ALGORITHMS].sort()).toEqual(Object.keys(keyPairs).sort());
  });

  it.each([
    'none',
    'HS256',
    'HS512',
    'es256',
    '',
    '__proto__',
    'toString',
    undefined,
    null,
    7,
    ['ES256'],
  ])('do not include %j', (algorithm) => {
    expect(isSignatureAlgorithm(algorithm)).toBe(false);
  });

  it('fit keys of their own kind, curve and length only', () => {
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
    expect(keyFitsAlgorithm(short.publicKey, 'RS256')).toBe(false);
    expect(keyFitsAlgorithm(short.publicKey, 'PS256')).toBe(false);
    expect(keyFitsAlgorithm(rsa.publicKey, 'ES256')).toBe(false);
    expect(keyFitsAlgorithm(keyPairs.ES256.publicKey, 'ES384')).toBe(false);
    expect(keyFitsAlgorithm(keyPairs.ES256.publicKey, 'RS256')).toBe(false);
    expect(keyFitsAlgorithm(keyPairs.ES256.publicKey, 'HS256')).toBe(false);
    expect(keyFitsAlgorithm(keyPairs.EdDSA.publicKey, 'ES256')).toBe(false);
  });

  it('never take a public key for a shared secret', () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
    const signature = createHmac('sha256', pem).update('text').digest('base64url');

    expect(isSignedBy(rsa.publicKey, 'HS256', 'text', signature)).toBe(false);
    expect(isSignedBy(createSecretKey(Buffer.from(pem)), 'HS256', 'text', signature)).toBe(false);
    expect(isSignedBy(createSecretKey(Buffer.from(pem)), 'RS256', 'text', signature)).toBe(false);
  });

  it.each(['', 'AA', 'A'.repeat(86), 'A'.repeat(500)])(
    'refuse a signature of another form: %j',
    (signature) => {
      expect(isSignedBy(keyPairs.ES256.publicKey, 'ES256', 'text', signature)).toBe(false);
    },
  );
});
