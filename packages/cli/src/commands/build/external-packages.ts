import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from '../../repository/repository.js';
import { readManifest } from '../../repository/repository.js';

/** These find native code by the file that asks for it. */
const FINDERS = ['bindings', 'node-gyp-build', 'prebuild-install', '@mapbox/node-pre-gyp'];

/** Packages that stay whole, beside the bundle. */
export class ExternalPackages {
  readonly #named: ReadonlySet<string>;
  readonly #reasons = new Map<string, string | undefined>();

  /** @param named - by hand */
  constructor(named: readonly string[]) {
    this.#named = new Set(named);
  }

  /** Why each package that was asked for stays whole, by its folder. */
  get reasons(): [folder: string, reason: string][] {
    return [...this.#reasons].flatMap(([folder, reason]) =>
      reason === undefined ? [] : [[folder, reason]],
    );
  }

  has(folder: string): boolean {
    if (!this.#reasons.has(folder)) this.#reasons.set(folder, this.#findReason(folder));
    return this.#reasons.get(folder) !== undefined;
  }

  #findReason(folder: string): string | undefined {
    const manifest = readManifest(join(folder, 'package.json'));
    if (this.#named.has(manifest.name ?? '')) return 'as --external says';
    return isNative(folder, manifest) ? 'it has native code' : undefined;
  }
}

function isNative(folder: string, manifest: Manifest): boolean {
  const { dependencies, gypfile } = manifest;
  return (
    gypfile === true ||
    existsSync(join(folder, 'binding.gyp')) ||
    FINDERS.some((name) => Object.hasOwn(dependencies ?? {}, name))
  );
}
