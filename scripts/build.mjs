// Builds every package from nothing: JavaScript, types and maps in its dist folder.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rolldown } from 'rolldown';
import { bundleCommonJs } from './lib/commonjs.mjs';
import { entriesOf, shareParts } from './lib/entries.mjs';
import { isMain } from './lib/main.mjs';
import { run } from './lib/run.mjs';
import { takeIn } from './lib/taken-in.mjs';
import { readPackages, repository } from './lib/workspace.mjs';

/**
 * Removes every dist folder, lets the compiler check all packages and write their types, and puts
 * the JavaScript of each package into few files: `{ ok, output, folders }`.
 *
 * The tsconfigs resolve other packages to their sources; a project reference turns such a source
 * into the types that the other package has built, so each file is compiled once, in order.
 */
export async function build(root, compiler = join(root, 'node_modules/typescript/bin/tsc')) {
  const packages = readPackages(root, ['packages', 'plugins']).filter(({ folder }) =>
    existsSync(join(root, folder, 'tsconfig.json')),
  );
  const folders = packages.map(({ folder }) => folder);
  for (const folder of folders) {
    rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  }
  const { code, output } = await run(
    process.execPath,
    [compiler, '-b', '--emitDeclarationOnly', ...folders],
    { cwd: root, seconds: 300 },
  );
  if (code !== 0) return { ok: false, output: output.trimEnd(), folders };
  for (const one of packages) {
    await bundle(root, one);
    await bundleCommonJs(root, one);
  }
  return { ok: true, output: output.trimEnd(), folders };
}

/**
 * One file for each entry of a package, one for what entries share, and one for each part that is
 * loaded when it is needed. Opening a few hundred small files takes longer than reading them.
 */
async function bundle(root, { folder, manifest }) {
  const dist = join(root, folder, 'dist');
  const { external, plugins, toName, copyLicences } = takeIn(join(root, folder), manifest);
  const bundled = await rolldown({
    cwd: join(root, folder),
    input: entriesOf(manifest),
    external,
    plugins,
    platform: 'node',
    tsconfig: false,
  });
  await bundled.write({
    dir: dist,
    format: 'esm',
    sourcemap: true,
    // Names without a hash: a release differs from the next in what has changed.
    chunkFileNames: (chunk) => `parts/${toName(chunk)}.js`,
    ...shareParts(manifest),
  });
  await bundled.close();
  copyLicences(join(dist, 'parts'));
}

async function main() {
  const { ok, output, folders } = await build(repository);
  if (output) console.log(output);
  console.log(ok ? `built ${folders.length} packages` : 'the build failed');
  process.exitCode = ok ? 0 : 1;
}

if (isMain(import.meta)) await main();
