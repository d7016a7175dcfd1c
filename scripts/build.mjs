// Builds every package from nothing: JavaScript, types and maps in its dist folder.

import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './lib/main.mjs';
import { run } from './lib/run.mjs';
import { readPackages, repository } from './lib/workspace.mjs';

/**
 * Removes every dist folder and runs the compiler over all packages: `{ ok, output, folders }`.
 *
 * The tsconfigs resolve other packages to their sources; a project reference turns such a source
 * into the types that the other package has built, so each file is compiled once, in order.
 */
export async function build(root, compiler = join(root, 'node_modules/typescript/bin/tsc')) {
  const folders = readPackages(root, ['packages', 'plugins'])
    .map(({ folder }) => folder)
    .filter((folder) => existsSync(join(root, folder, 'tsconfig.json')));
  for (const folder of folders) {
    rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  }
  const { code, output } = await run(process.execPath, [compiler, '-b', ...folders], {
    cwd: root,
    seconds: 300,
  });
  return { ok: code === 0, output: output.trimEnd(), folders };
}

async function main() {
  const { ok, output, folders } = await build(repository);
  if (output) console.log(output);
  console.log(ok ? `built ${folders.length} packages` : 'the build failed');
  process.exitCode = ok ? 0 : 1;
}

if (isMain(import.meta)) await main();
