import { build } from '../../scripts/build.mjs';
import { repository } from '../../scripts/lib/workspace.mjs';
import { installOnDemand } from './install-on-demand.mjs';

/**
 * Makes what a folder's runner needs: its own `node_modules`, and Stagewire as it would be
 * published.
 *
 * @param folders - absolute paths of folders with a package.json and a package-lock.json
 */
export async function prepare(...folders) {
  // One after the other: a cold npm cache is filled once, and the next finds most of it there.
  for (const folder of folders) await installOnDemand(folder);
  const { ok, output } = await build(repository);
  if (!ok) throw new Error(`Stagewire does not build:\n${output}`);
}
