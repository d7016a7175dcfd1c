import type { Diagnostic } from '@stagewire/wiring';
import type { Replacement } from '@stagewire/wiring/host';
import type { AlonePlugin } from './alone-plugin.js';

/** What the process of a backend is asked by `stagewire dev`. */
export type DevRequest =
  /** Comes first, and once. */
  | { type: 'run'; root: string; program: DevProgram }
  | { type: 'replace'; files: string[]; folders: string[] }
  | { type: 'stop' };

/** What runs: a program of the repository, or one plugin without it. */
export type DevProgram = { type: 'file'; file: string } | { type: 'plugin'; plugin: AlonePlugin };

/** What the process of a backend tells. */
export type DevMessage =
  /** A backend runs. */
  | { type: 'started'; pluginIds: string[] }
  /** The answer to a `replace`. */
  | { type: 'replaced'; outcome: ReplaceOutcome };

/** What came of a save. */
export type ReplaceOutcome =
  /** Nothing that runs was loaded from what was saved. */
  | { type: 'unused' }
  /** The program could not be loaded. */
  | { type: 'unloadable'; diagnostic: Diagnostic }
  | { type: 'done'; replacements: ToldReplacement[] };

/** What is told of a replacement to another process. */
export type ToldReplacement = Omit<Replacement, 'plan' | 'result' | 'milliseconds'>;
