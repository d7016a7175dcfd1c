import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Finds the folder that configuration files are looked for in: upwards from a folder, the nearest
 * one whose package.json has `workspaces`; otherwise the nearest with any package.json; otherwise
 * the folder itself.
 *
 * @public
 */
export function findRepositoryRoot(from: string): string {
  let nearest: string | undefined;
  for (const folder of upwards(from)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    nearest ??= folder;
    if (declaresWorkspaces(manifest)) return folder;
  }
  return nearest ?? from;
}

/** Finds the nearest folder upwards that has a package.json; otherwise the folder itself. */
export function findPackageFolder(from: string): string {
  return (
    Array.from(upwards(from)).find((folder) => existsSync(join(folder, 'package.json'))) ?? from
  );
}

function* upwards(from: string): Generator<string> {
  let folder = from;
  while (true) {
    yield folder;
    const parent = dirname(folder);
    if (parent === folder) return;
    folder = parent;
  }
}

function declaresWorkspaces(manifest: string): boolean {
  try {
    return Boolean(
      (JSON.parse(readFileSync(manifest, 'utf8')) as { workspaces?: unknown }).workspaces,
    );
  } catch {
    // A manifest that cannot be read says nothing about workspaces, and npm will complain about it.
    return false;
  }
}
