import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../../scripts/build.mjs';
import { runNpm } from '../../scripts/lib/npm.mjs';
import { repository } from '../../scripts/lib/workspace.mjs';

const INSTALL_LIMIT_S = 15 * 60;

/**
 * Makes what a folder's runner needs: its own `node_modules`, and Stagewire as it would be
 * published.
 *
 * @param folder - absolute path of a folder with a package.json and a package-lock.json
 */
export async function prepare(folder) {
  await installOnDemand(folder);
  const { ok, output } = await build(repository);
  if (!ok) throw new Error(`Stagewire does not build:\n${output}`);
}

/** Installs what the lockfile says, and does nothing when that is what is there. */
async function installOnDemand(folder) {
  const stamp = join(folder, 'node_modules/.installed-lock');
  const lock = createHash('sha256')
    .update(await readFile(join(folder, 'package-lock.json')))
    .digest('hex');
  if (lock === (await readFile(stamp, 'utf8').catch(() => undefined))) return;

  console.log('installing what the lockfile says');
  // Never an install script: nothing here needs one, and none may be needed.
  const { code, output } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    seconds: INSTALL_LIMIT_S,
  });
  if (code !== 0) throw new Error(`npm ci failed in ${folder}:\n${output}`);
  await writeFile(stamp, lock);
}
