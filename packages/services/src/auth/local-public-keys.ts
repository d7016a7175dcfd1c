import type { KeyObject } from 'node:crypto';

/** A public key with which tokens of one plugin can be verified. */
export type PublicKey = {
  id: string;
  algorithm: string;
  key: KeyObject;
  /** In milliseconds since the Unix epoch; no end when left out. */
  expiresAt?: number;
};

/**
 * The public keys that the plugins of this process sign with, so that verifying the token of a
 * plugin next door needs no request.
 *
 * @remarks
 * A key serves only for tokens in the name of the plugin that made it. A key that is not here may
 * still be published by that plugin: another process of it may have made it.
 */
export class LocalPublicKeys {
  readonly #keys = new Map<string, PublicKey[]>();

  /** Adds a key and drops those of the plugin that have expired. */
  add(pluginId: string, key: PublicKey): void {
    const others = (this.#keys.get(pluginId) ?? []).filter(
      (other) => !isExpired(other) && other.id !== key.id,
    );
    this.#keys.set(pluginId, [...others, key]);
  }

  /** Finds the key of a plugin, unless it expired or is for another algorithm. */
  find(pluginId: string, keyId: string, algorithm: string): KeyObject | undefined {
    const known = this.#keys.get(pluginId)?.find(({ id }) => id === keyId);
    return known && known.algorithm === algorithm && !isExpired(known) ? known.key : undefined;
  }
}

function isExpired({ expiresAt }: PublicKey): boolean {
  return expiresAt !== undefined && expiresAt <= Date.now();
}
