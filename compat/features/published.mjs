import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/**
 * Plugins and modules as they come from the registry, imported from where they are installed.
 *
 * @param options - `folder`: absolute path of the install; `packages`: names to import from there
 */
export async function createFeatures({ folder, packages }) {
  const { resolve } = createRequire(`${folder}/package.json`);
  const loaded = packages.map((name) => import(pathToFileURL(resolve(name)).href));
  return (await Promise.all(loaded)).map(made);
}

/** The oldest packages export what makes the feature, and their integrators called that. */
function made(exported) {
  const feature = exported.default?.default ?? exported.default;
  return feature?.$$type === '@backstage/BackendFeatureFactory' ? feature() : exported;
}
