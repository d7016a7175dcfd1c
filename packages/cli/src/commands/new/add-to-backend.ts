import { cliErrors } from '../../errors.js';
import { findBackends, type BackendPackage } from '../../repository/backends.js';
import { toRepositoryPath } from '../../repository/paths.js';
import type { Manifest } from '../../repository/repository.js';
import { addToProgram, toAddLine } from './add-to-program.js';
import type { Making } from './making.js';
import { sortKeys, toReference, type Neighbour } from './templates/package.js';

/**
 * Chooses the backend that gets what is made: as the flag says, the only one, or asked.
 *
 * @returns undefined when the repository has none
 * @throws `E_CLI_UNKNOWN_BACKEND`, `E_CLI_NEW_ANSWER`
 */
export async function chooseBackend(
  { repository, questions }: Making,
  wanted: string | undefined,
): Promise<BackendPackage | undefined> {
  const backends = findBackends(repository);
  const folders = backends.map(({ folder }) => folder);
  if (wanted !== undefined) {
    const bare = wanted.replace(/^\.\//, '').replace(/\/$/, '');
    const found = backends.find(({ folder, name }) => folder === bare || name === bare);
    if (!found) throw cliErrors.unknownBackend(wanted, folders);
    return found;
  }
  if (folders.length === 0) return undefined;
  const folder = await questions.select({
    message: 'Which backend gets it?',
    flag: `the backend: --backend ${folders.join(', or --backend ')}`,
    options: folders.map((value) => ({ value })),
  });
  return backends.find((backend) => backend.folder === folder);
}

/** Adds a package to a backend: to what it depends on, to its project references and its program. */
export function addToBackend(
  making: Making,
  backend: BackendPackage | undefined,
  added: Neighbour,
): void {
  if (!backend) {
    making.notes.push(`add it to a backend: ${toAddLine(added.name)}`);
    return;
  }
  addDependency(making, backend.folder, added);

  const { repository, changes, notes } = making;
  const program = toRepositoryPath(backend.program, repository.root);
  const text = addToProgram(program, changes.read(program) ?? '', added.name);
  if (text === undefined) notes.push(`add it to ${program}: ${toAddLine(added.name)}`);
  else changes.change(program, text);
}

/** Has a package of the repository depend on another one. */
export function addDependency(
  making: Making,
  folder: string,
  { name, version, folder: to }: Neighbour,
) {
  const { changes, layout, notes } = making;
  changes.changeJson<Manifest>(`${folder}/package.json`, (manifest) => ({
    ...manifest,
    dependencies: sortKeys({ [name]: layout.workspaceRange(version), ...manifest.dependencies }),
  }));
  const tsconfig = `${folder}/tsconfig.json`;
  if (layout.kind !== 'stagewire' || changes.read(tsconfig) === undefined) return;
  const reference = toReference(folder, to);
  try {
    changes.changeJson<{ references?: Array<{ path: string }> }>(tsconfig, (json) => ({
      ...json,
      references: json.references?.some(({ path }) => path === reference.path)
        ? json.references
        : [...(json.references ?? []), reference],
    }));
  } catch {
    // It has comments, which are not ours to lose.
    notes.push(`add to "references" in ${tsconfig}: ${JSON.stringify(reference)}`);
  }
}
