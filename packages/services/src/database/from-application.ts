import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Where packages are looked for that an integrator may add to the application: beside the program
 * that was started, then in the working directory, then where this package is.
 */
export function listApplicationFolders(): string[] {
  const program = process.argv[1];
  return [...(program === undefined ? [] : [program]), process.cwd(), import.meta.dirname];
}

/** Finds a file of an installed package, `name/path`; undefined where it is not installed. */
export function findInApplication(
  specifier: string,
  folders: readonly string[] = listApplicationFolders(),
): string | undefined {
  for (const folder of folders) {
    try {
      // As a folder, even if it is a file: what is looked through is `node_modules` above it.
      return createRequire(join(folder, '/')).resolve(specifier);
    } catch {
      // Not from here.
    }
  }
  return undefined;
}

/** Loads a package of the application; undefined where it is not installed. */
export async function importFromApplication<TModule>(
  name: string,
  folders?: readonly string[],
): Promise<TModule | undefined> {
  const path = findInApplication(name, folders);
  if (path === undefined) return undefined;
  const loaded = (await import(pathToFileURL(path).href)) as TModule & { default?: TModule };
  // A CommonJS package may show its names only there.
  return { ...loaded.default, ...loaded };
}
