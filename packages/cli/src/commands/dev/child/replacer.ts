import type { Diagnostic } from '@stagewire/wiring';
import type { Replacement } from '@stagewire/wiring/host';
import { describeThrown } from '../../../program/describe-thrown.js';
import { explainThrown } from '../../../program/explain-thrown.js';
import type { ReplaceOutcome, ToldReplacement } from '../dev-messages.js';
import { findFeatureModules } from './feature-modules.js';
import { toFile, type LoadedModules } from './loaded-modules.js';
import type { RunningProgram } from './running-program.js';

/** What was saved. */
export type Saved = {
  files: readonly string[];
  /** Folders in which something changed that is no module, such as a migration. */
  folders: readonly string[];
};

/** Brings what was saved into a running program. */
export class Replacer {
  readonly #program: RunningProgram;
  readonly #modules: LoadedModules;
  /** Absent where the program is not of the repository. */
  readonly #entry: string | undefined;
  /** Files that are loaded in another version than what runs was made of. */
  readonly #changed = new Set<string>();
  /** Those that could not be loaded: Node remembers a failure, too. */
  readonly #failed = new Set<string>();
  /** Modules that the program only takes a feature from. */
  #featureModules = new Set<string>();

  constructor(program: RunningProgram, modules: LoadedModules, entry: string | undefined) {
    this.#program = program;
    this.#modules = modules;
    this.#entry = entry;
  }

  /** Looks at what the program loaded; to be called when it runs. */
  async learn(): Promise<void> {
    if (this.#entry === undefined) return;
    await this.#modules.findAffected([]); // brings the notes of who imports whom up to date
    const imported = this.#modules.findImported(this.#entry);
    this.#featureModules = await findFeatureModules(imported);
  }

  /** Replaces the plugins that were made of what was saved. */
  async replace({ files, folders }: Saved): Promise<ReplaceOutcome> {
    const inside = folders.flatMap((folder) => this.#modules.findInside(folder));
    const affected = await this.#modules.findAffected([...files, ...inside]);
    if (affected.size === 0 && this.#failed.size === 0) return { type: 'unused' };
    this.#markChanged(affected, [...files, ...inside]);
    const fresh = new Set([...affected, ...this.#failed]);
    if (this.#entry !== undefined) fresh.add(this.#entry);
    await this.#modules.forget(fresh);
    return this.#runAgain(fresh);
  }

  async #runAgain(fresh: ReadonlySet<string>): Promise<ReplaceOutcome> {
    try {
      const isChanged = (file: string) => this.#changed.has(toFile(file));
      const replacements = await this.#program.runAgain(isChanged);
      this.#settle(replacements, fresh);
      await this.learn();
      return { type: 'done', replacements: replacements.map(toTold) };
    } catch (error) {
      this.#remember(fresh);
      const diagnostic = explainThrown(describeThrown(error), process.cwd());
      return { type: 'unloadable', diagnostic };
    }
  }

  #markChanged(affected: ReadonlySet<string>, saved: readonly string[]): void {
    for (const file of affected) if (file !== this.#entry) this.#changed.add(file);
    if (this.#entry !== undefined && this.#isEntryChanged(affected, saved)) {
      this.#changed.add(this.#entry);
    }
  }

  /**
   * The program itself imports all plugins, so it is affected by everything. What it makes in its own
   * lines is another only if it was saved itself, or something else than a plugin that it imports.
   */
  #isEntryChanged(affected: ReadonlySet<string>, saved: readonly string[]): boolean {
    const entry = this.#entry!;
    if (saved.includes(entry)) return true;
    return this.#modules
      .findImported(entry)
      .some((file) => affected.has(file) && !this.#featureModules.has(file));
  }

  #settle(replacements: readonly Replacement[], fresh: ReadonlySet<string>): void {
    const diagnostics = replacements.flatMap((each) => each.diagnostics);
    this.#failed.clear();
    if (diagnostics.some(isLoadFailure)) this.#remember(fresh);
    const isComplete = replacements.every(
      ({ kept, failed, restartNeeded }) =>
        kept.length === 0 && failed.length === 0 && restartNeeded === undefined,
    );
    if (isComplete && !diagnostics.some(({ severity }) => severity === 'error')) {
      this.#changed.clear();
    }
  }

  #remember(fresh: ReadonlySet<string>): void {
    for (const file of fresh) this.#failed.add(file);
  }
}

/** Whether a module could not be loaded, and has to be asked for under another name. */
const isLoadFailure = ({ code }: Diagnostic) => code === 'E_FEATURE_IMPORT';

function toTold({
  plan: _plan,
  result: _result,
  milliseconds: _,
  ...told
}: Replacement): ToldReplacement {
  return told;
}
