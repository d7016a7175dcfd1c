import { compareFeatures, type PluginChange } from './compare-features.js';
import type { Diagnostic } from './diagnostic.js';
import type { Preparation } from './prepare.js';
import { removePlugin, replacePlugin } from './replace-plugin.js';
import type { Replacement, ReplaceOptions } from './replacement.js';
import { dropResult, takeDown, toFeatureSet, toVersions, type Running } from './running.js';

/** What comes of a replacement, while it goes on. */
type Outcome = Pick<
  Replacement,
  'started' | 'replaced' | 'stopped' | 'kept' | 'failed' | 'diagnostics'
>;

/** Lets a running backend take on what changed; see `HostedBackend.replaceWith`. Never rejects. */
export async function replacePlugins(
  running: Running,
  next: Preparation,
  options: Required<ReplaceOptions>,
): Promise<Replacement> {
  const began = performance.now();
  const outcome = toOutcome(next.verdict.plan.diagnostics);
  const finish = (restartNeeded: string[] = []): Replacement => ({
    ...outcome,
    ...(restartNeeded.length > 0 && { restartNeeded }),
    plan: running.started.plan,
    result: running.started.result,
    milliseconds: Math.round((performance.now() - began) * 1000) / 1000,
  });
  if (findWhole(next).length > 0) return finish();

  const { isChanged } = options;
  const compared = compareFeatures(running, toFeatureSet(next), running.behind, isChanged);
  const isComplete = next.collected.refused.length === 0;
  const restart = [...compared.restart, ...(isComplete ? compared.restartIfGone : [])];
  if (restart.length > 0) return finish(restart);

  const todo = new Decision(running, next, outcome).decide(compared.plugins);
  await carryOut(todo, {
    running,
    next,
    outcome,
    limit: options.startLimit,
  });
  return finish();
}

/** The outcome when it did not come to a replacement. */
export function replaceNothing(running: Running, diagnostics: Diagnostic[]): Replacement {
  const { plan, result } = running.started;
  return { ...toOutcome(diagnostics), plan, result, milliseconds: 0 };
}

const toOutcome = (diagnostics: readonly Diagnostic[]): Outcome => ({
  started: [],
  replaced: [],
  stopped: [],
  kept: [],
  failed: [],
  diagnostics: [...diagnostics],
});

/** What is wrong with the next backend as a whole: more than that one feature of it is missing. */
function findWhole({ collected, verdict }: Preparation): Diagnostic[] {
  const ofOneFeature = new Set(collected.refused.map(({ finding }) => finding));
  return verdict.findings.filter(
    (finding) =>
      finding.severity === 'error' && finding.pluginId === undefined && !ofOneFeature.has(finding),
  );
}

type Todo = { replace: string[]; remove: string[] };

/** Decides which plugins are touched, and takes down why others are not. */
class Decision {
  private readonly versions: ReturnType<typeof toVersions>;

  constructor(
    private readonly running: Running,
    private readonly next: Preparation,
    private readonly outcome: Outcome,
  ) {
    this.versions = toVersions(next);
  }

  decide(changes: readonly PluginChange[]): Todo {
    const todo: Todo = { replace: [], remove: [] };
    const { refused } = this.next.collected;
    for (const { pluginId, kind } of changes) {
      const blocking = this.findBlocking(pluginId);
      if (blocking.length > 0) this.leave(pluginId, blocking);
      else if (kind === 'added' || kind === 'changed') todo.replace.push(pluginId);
      // What is missing may be in a feature that could not be taken in.
      else if (refused.length > 0) this.leave(pluginId, this.findRefused(pluginId));
      else (kind === 'removed' ? todo.remove : todo.replace).push(pluginId);
    }
    return todo;
  }

  /** What keeps a plugin from being started as it is in the next backend. */
  private findBlocking(pluginId: string): Diagnostic[] {
    const own = this.next.verdict.plan.diagnostics.filter(
      (diagnostic) => diagnostic.pluginId === pluginId && diagnostic.severity === 'error',
    );
    // A module may be left out if policy says so, but not a plugin that runs.
    return this.versions.has(pluginId) ? own.filter(({ permitted }) => !permitted) : own;
  }

  /** The features that could not be taken in and may hold a plugin: that in its place, or else all. */
  private findRefused(pluginId: string): Diagnostic[] {
    const { refused } = this.next.collected;
    const indices = this.running.registrations
      .filter(({ registration }) => registration.pluginId === pluginId)
      .map(({ origin }) => origin.index);
    const inPlace = refused.filter(
      ({ origin }) => origin.index !== undefined && indices.includes(origin.index),
    );
    const culprits = (inPlace.length > 0 ? inPlace : refused).map(({ finding }) => finding.problem);
    return this.next.verdict.plan.diagnostics.filter(({ problem }) => culprits.includes(problem));
  }

  private leave(pluginId: string, diagnostics: Diagnostic[]): void {
    if (!this.running.versions.has(pluginId)) {
      this.outcome.failed.push({ pluginId, diagnostics });
      return;
    }
    this.running.behind.add(pluginId);
    this.outcome.kept.push({ pluginId, diagnostics });
  }
}

type Work = { running: Running; next: Preparation; outcome: Outcome; limit: number };

/** First what is gone, so that others can have its place; then all versions side by side. */
async function carryOut({ replace, remove }: Todo, work: Work): Promise<void> {
  const { running, next, outcome, limit } = work;
  await Promise.all(
    remove.map(async (pluginId) => {
      outcome.diagnostics.push(...(await removePlugin(pluginId, running, limit)));
      running.versions.delete(pluginId);
      running.behind.delete(pluginId);
      dropResult(pluginId, running);
      outcome.stopped.push(pluginId);
    }),
  );
  const versions = toVersions(next);
  const updated = new Set<string>();
  const gone = new Set(remove);
  await Promise.all(
    replace.map(async (pluginId) => {
      if (await replaceOne(pluginId, versions, work)) updated.add(pluginId);
      else if (!running.versions.has(pluginId)) gone.add(pluginId);
    }),
  );
  takeDown(running, next, updated, gone);
}

/** Replaces or starts one plugin; tells whether it is now what it is in the next backend. */
async function replaceOne(
  pluginId: string,
  versions: ReturnType<typeof toVersions>,
  { running, outcome, limit }: Work,
): Promise<boolean> {
  const version = versions.get(pluginId)!;
  const isThere = running.versions.has(pluginId);
  const { serves, diagnostics } = await replacePlugin(version, running, limit);
  outcome.diagnostics.push(...diagnostics);
  if (serves === 'new') {
    running.versions.set(pluginId, version);
    running.behind.delete(pluginId);
    (isThere ? outcome.replaced : outcome.started).push(pluginId);
    return true;
  }
  running.behind.add(pluginId);
  if (serves === undefined) {
    running.versions.delete(pluginId);
    dropResult(pluginId, running);
    outcome.failed.push({ pluginId, diagnostics });
  } else {
    const startedAnew = serves === 'old, started anew';
    outcome.kept.push({ pluginId, diagnostics, ...(startedAnew && { startedAnew }) });
  }
  return false;
}
