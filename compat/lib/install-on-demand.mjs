import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runNpm } from '../../scripts/lib/npm.mjs';

const INSTALL_LIMIT_S = 15 * 60;
const PROGRESS_INTERVAL_MS = 15_000;

/**
 * Installs what the lockfile says, and does nothing when that is what is there.
 *
 * @param folder - absolute path of a folder with a package.json and a package-lock.json
 * @param tell - called with a line of progress, first before anything is done
 * @throws when npm fails, with all that it said
 */
export async function installOnDemand(folder, tell = console.log) {
  const stamp = join(folder, 'node_modules/.installed-lock');
  const text = await readFile(join(folder, 'package-lock.json'), 'utf8');
  const lock = createHash('sha256').update(text).digest('hex');
  if (lock === (await readFile(stamp, 'utf8').catch(() => undefined))) return;

  const count = Object.keys(JSON.parse(text).packages).length;
  tell(`installing ${count} packages in ${folder}`);
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const progress = setInterval(() => tell(`… ${seconds()} s`), PROGRESS_INTERVAL_MS);
  // Never an install script: nothing here needs one, and none may be needed.
  const { code, output } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: folder,
    seconds: INSTALL_LIMIT_S,
  }).finally(() => clearInterval(progress));
  if (code !== 0) throw new Error(`npm ci failed in ${folder}:\n${output}`);
  await writeFile(stamp, lock);
  tell(`installed after ${seconds()} s`);
}
