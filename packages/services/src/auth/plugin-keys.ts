import type { KeyObject } from 'node:crypto';
import type { JsonObject } from '@stagewire/config';

/** A private key that signs tokens now, with how verifiers find its public half. */
export type SigningKey = {
  id: string;
  algorithm: string;
  privateKey: KeyObject;
};

/** Where a plugin has the keys of its tokens from. */
export interface PluginKeys {
  /** The key to sign with; what is not there yet is made. */
  getSigningKey(): Promise<SigningKey>;

  /** All public keys, as JWKs, that tokens of this plugin may still be signed with. */
  listPublicKeys(): Promise<JsonObject[]>;
}

/** Writes a public key the way verifiers read it. */
export function toJwk(id: string, algorithm: string, key: KeyObject): JsonObject {
  return { ...(key.export({ format: 'jwk' }) as JsonObject), kid: id, alg: algorithm };
}
