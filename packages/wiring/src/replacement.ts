import type { Diagnostic } from './diagnostic.js';
import type { Plan } from './plan.js';
import type { BackendStartupResult } from './startup-result.js';

/** How a replacement is to be done. @public */
export type ReplaceOptions = {
  /**
   * Whether a file of the program is another than when the running backend was made, in itself or
   * in what it was loaded anew for.
   *
   * @remarks
   * Asked for features that are new objects: those of a file that is still the same are the same.
   *
   * @param file - an absolute path, without a query
   */
  isChanged(file: string): boolean;
  /**
   * How long a new version may take to start before the old one is kept, in milliseconds.
   *
   * @defaultValue 30000
   */
  startLimit?: number;
};

/** A plugin of which the old version goes on serving. @public */
export type KeptPlugin = {
  pluginId: string;
  /** Why the new one does not. */
  diagnostics: Diagnostic[];
  /**
   * The old version was stopped, as both would have needed something that only one can have, and
   * was started anew: what it held in memory is lost.
   */
  startedAnew?: true;
};

/** What came of a replacement; plain data. @public */
export type Replacement = {
  /** Ids of plugins that are new. */
  started: string[];
  /** Ids of plugins of which a new version serves, in the order in which it began to. */
  replaced: string[];
  /** Ids of plugins that are gone. */
  stopped: string[];
  /** Plugins that should have been replaced, or stopped, and were not. */
  kept: KeptPlugin[];
  /** Plugins of which no version runs: new ones that failed, and old ones that could not be started anew. */
  failed: Array<{ pluginId: string; diagnostics: Diagnostic[] }>;
  /**
   * What can only change with a restart of the whole backend, each as the end of a sentence with the
   * service id or place; nothing was replaced then. Absent when none is needed.
   */
  restartNeeded?: string[];
  /** All that was found wrong with the next backend, and all that failed on the way. */
  diagnostics: Diagnostic[];
  /** What runs now. */
  plan: Plan;
  /** How each plugin that runs now came up. */
  result: BackendStartupResult;
  /** How long it took, in milliseconds. */
  milliseconds: number;
};
