import { join } from 'node:path';
import { findPackageFolder } from '../repository/package-folder.js';
import { readManifest, type Manifest } from '../repository/repository.js';
import { STOCK_BACKEND } from './redirect-hooks.js';

/** What takes the place of the stock package. */
const BACKEND = '@stagewire/backend';

/**
 * The arguments that let Node run a program of a repository: TypeScript is compiled on the way,
 * packages of a workspace are used from their sources, and a program that makes its backend with the
 * stock package gets ours. They stand before the program itself.
 *
 * @param program - absolute path of the program
 * @param preloads - URLs of modules that are loaded before it
 */
export function toNodeArguments(program: string, preloads: readonly string[] = []): string[] {
  const imports = [
    import.meta.resolve('tsx'),
    ...(usesStockBackend(program)
      ? [import.meta.resolve('@stagewire/cli/redirect-stock-backend')]
      : []),
    ...preloads,
  ];
  return ['--conditions=@stagewire/source', ...imports.flatMap((url) => ['--import', url])];
}

/** Whether a program has the stock package and not ours; one that has both knows what it imports. */
export function usesStockBackend(program: string): boolean {
  const manifest = findManifest(program);
  return dependsOn(manifest, STOCK_BACKEND) && !dependsOn(manifest, BACKEND);
}

function dependsOn(manifest: Manifest | undefined, name: string): boolean {
  const { dependencies, devDependencies, peerDependencies } = manifest ?? {};
  return [dependencies, devDependencies, peerDependencies].some(
    (names) => names !== undefined && Object.hasOwn(names, name),
  );
}

function findManifest(program: string): Manifest | undefined {
  const folder = findPackageFolder(program);
  return folder === undefined ? undefined : readManifest(join(folder, 'package.json'));
}
