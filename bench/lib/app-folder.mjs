import { copyFile, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bench = fileURLToPath(new URL('..', import.meta.url));

/**
 * Makes the folder that every contestant is started in: an app of its own, outside this monorepo.
 *
 * @remarks
 * A backend looks around in its working directory (packages, schemas, configuration). Inside this
 * repository it would find this repository, which no integrator's backend does.
 *
 * @returns `{ folder, remove() }`
 */
export async function createAppFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'stagewire-bench-'));
  const { dependencies } = JSON.parse(await readFile(join(bench, 'package.json'), 'utf8'));
  const manifest = { name: 'bench-app', private: true, dependencies };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await copyFile(join(bench, 'app-config.yaml'), join(folder, 'app-config.yaml'));
  await symlink(join(bench, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
