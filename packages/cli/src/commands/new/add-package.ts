import { cliErrors } from '../../errors.js';
import type { Manifest } from '../../repository/repository.js';
import type { Making } from './making.js';
import {
  FIRST_VERSION,
  renderPackage,
  type Neighbour,
  type PackageTemplate,
} from './templates/package.js';

/**
 * Adds a package to the repository, and gives back how others depend on it.
 *
 * @throws `E_CLI_NEW_EXISTS` when its folder or its name is taken
 */
export function addPackage(
  { repository, layout, changes, notes }: Making,
  template: PackageTemplate,
): Neighbour {
  const { folder, name } = template;
  const taken = repository.packages.find((one) => one.name === name);
  if (taken) throw cliErrors.newExists(`${name} (in ${taken.folder})`);
  changes.makeFolder(folder, renderPackage(layout, template));

  const { workspaces } = repository.manifest;
  const patterns = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
  const group = `${folder.slice(0, folder.lastIndexOf('/'))}/*`;
  if (!patterns) {
    // pnpm has a list of its own, whose comments are worth more than our edit.
    notes.push(`see that pnpm-workspace.yaml has ${group}`);
  } else if (!patterns.some((pattern) => covers(pattern, folder))) {
    changes.changeJson<Manifest>('package.json', (manifest) => withWorkspace(manifest, group));
  }
  return { name, version: FIRST_VERSION, folder };
}

/** Whether a pattern of workspaces takes in a folder. */
function covers(pattern: string, folder: string): boolean {
  const source = pattern
    .replace(/^\.\//, '')
    .replace(/\/$/, '')
    .replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'));
  return new RegExp(`^${source}$`).test(folder);
}

function withWorkspace(manifest: Manifest, pattern: string): Manifest {
  const { workspaces } = manifest;
  if (Array.isArray(workspaces)) return { ...manifest, workspaces: [...workspaces, pattern] };
  const packages = [...(workspaces?.packages ?? []), pattern];
  return { ...manifest, workspaces: { ...workspaces, packages } };
}
