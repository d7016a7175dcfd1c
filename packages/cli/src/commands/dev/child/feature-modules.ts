import { pathToFileURL } from 'node:url';

/** Those of some loaded modules that export a feature as their default. */
export async function findFeatureModules(files: readonly string[]): Promise<Set<string>> {
  const are = await Promise.all(files.map(isFeatureModule));
  return new Set(files.filter((_, index) => are[index]));
}

async function isFeatureModule(file: string): Promise<boolean> {
  try {
    const { default: exported } = (await import(pathToFileURL(file).href)) as {
      default?: { default?: unknown };
    };
    // That of a CommonJS module is one level deeper.
    return isFeature(exported) || isFeature(exported?.default);
  } catch {
    return false; // what cannot be loaded is told by whoever needs it
  }
}

/** Features of all copies and versions of the plugin API say so themselves. */
function isFeature(value: unknown): boolean {
  const isHolder = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return isHolder && (value as { $$type?: unknown }).$$type === '@backstage/BackendFeature';
}
