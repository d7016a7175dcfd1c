import type { ConfigFile } from './config-file.js';
import { parsePath, type Path } from './config-key.js';
import type { Absence, ConfigOrigin, Substitution } from './origin.js';

/** From this path on, data comes from another file, or from another place in the same one. */
export type Graft = { readonly at: Path; readonly file: ConfigFile; readonly path: Path };

/** Where the values are written that were read from a file and the files that it includes. */
export class FileOrigin implements ConfigOrigin {
  readonly #grafts: readonly Graft[];

  constructor(
    file: ConfigFile,
    readonly files: readonly string[],
    grafts: readonly Graft[],
    readonly substitutions: readonly Substitution[],
    readonly absences: readonly Absence[],
  ) {
    this.#grafts = [{ at: [], file, path: [] }, ...grafts];
  }

  locate(key: string): string | undefined {
    const path = parsePath(key);
    const graft = this.#grafts
      .filter(({ at }) => at.every((part, index) => part === path[index]))
      .reduce((deepest, each) => (each.at.length >= deepest.at.length ? each : deepest));
    return graft.file.locate([...graft.path, ...path.slice(graft.at.length)]);
  }
}
