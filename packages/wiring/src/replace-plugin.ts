import { toError } from '@stagewire/errors';
import { bootPlugin, type BootContext } from './boot-plugin.js';
import { toDiagnostic, toFinding, type Diagnostic } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import { ExtensionPoints } from './extension-points.js';
import { Scope } from './instances.js';
import type { PluginVersion, Running } from './running.js';
import { tellFailures } from './start-failure.js';
import { StartupLog } from './startup-log.js';
import { ResultCollector, type PluginStartupResult } from './startup-result.js';
import { stopScope } from './stop.js';
import { Succession } from './succession.js';
import { within } from './time-limit.js';
import { Watchdog } from './watchdog.js';

/** What came of putting one version of a plugin in the place of another. */
export type PluginOutcome = {
  /** Which version serves now; undefined for none. */
  serves: 'new' | 'old' | 'old, started anew' | undefined;
  diagnostics: Diagnostic[];
};

/** A version that was started and does not serve yet. */
type Attempt = {
  scope: Scope;
  began: number;
  result?: PluginStartupResult;
  failures: Diagnostic[];
  /** What went wrong, as it was thrown. */
  errors: unknown[];
};

/**
 * Puts a new version of a plugin in the place of the one that runs, if one does: it starts beside
 * the former one, takes over, and the former one is stopped. One that does not start is stopped, and
 * the former one never stopped serving, unless both need something that only one can have.
 *
 * @param limit - how long a start or a stop may take, in milliseconds
 */
export async function replacePlugin(
  version: PluginVersion,
  running: Running,
  limit: number,
): Promise<PluginOutcome> {
  const { pluginId } = version.plugin;
  const former = running.instances.findScope(pluginId);
  const attempt = await tryVersion(version, running, limit);
  if (isUp(attempt)) {
    const late = await takeOver(attempt, former, running, limit);
    return { serves: 'new', diagnostics: [...attempt.failures, ...late] };
  }
  await end(attempt, running, limit);
  if (!former || !running.versions.has(pluginId)) {
    return { serves: undefined, diagnostics: attempt.failures };
  }
  if (!attempt.errors.some(isExclusive)) return { serves: 'old', diagnostics: attempt.failures };
  return replaceInTurn(version, former, running, limit);
}

/** Takes a plugin out of the backend. */
export async function removePlugin(
  pluginId: string,
  running: Running,
  limit: number,
): Promise<Diagnostic[]> {
  const scope = running.instances.findScope(pluginId);
  if (!scope) return [];
  const slow = await stopFormer(scope, scope.succession.retire(), running, limit);
  running.instances.dropScope(scope);
  running.timeline.forget(pluginId, 'before', Infinity);
  return slow;
}

/** The former version is stopped first; if the new one does not start even so, it is started anew. */
async function replaceInTurn(
  version: PluginVersion,
  former: Scope,
  running: Running,
  limit: number,
): Promise<PluginOutcome> {
  const old = running.versions.get(former.id)!;
  const slow = await stopFormer(former, former.succession.retire(), running, limit);
  running.instances.dropScope(former);
  const second = await tryVersion(version, running, limit);
  if (isUp(second)) {
    const late = await takeOver(second, undefined, running, limit);
    return { serves: 'new', diagnostics: [...slow, ...second.failures, ...late] };
  }
  await end(second, running, limit);
  const third = await tryVersion(old, running, limit);
  const diagnostics = [...slow, ...second.failures, ...third.failures];
  if (isUp(third)) {
    diagnostics.push(...(await takeOver(third, undefined, running, limit)));
    return { serves: 'old, started anew', diagnostics };
  }
  await end(third, running, limit);
  return { serves: undefined, diagnostics };
}

/** Starts a version in a scope of its own, where it stands by. Never rejects. */
async function tryVersion(
  version: PluginVersion,
  running: Running,
  limit: number,
): Promise<Attempt> {
  const { pluginId } = version.plugin;
  const { instances, timeline } = running;
  const scope = new Scope(pluginId, new Succession(true));
  const attempt: Attempt = { scope, began: timeline.now(), failures: [], errors: [] };
  let isGivenUp = false;
  const { context, watchdog } = toContext(version, running, () => isGivenUp);
  const booted = await within(limit, bootPlugin(version.plugin, scope, context));
  isGivenUp = booted === 'late';
  watchdog.stop();
  const result = context.results.finish();
  attempt.failures = tellFailures(result, [version.plugin], instances);
  attempt.errors = result.plugins.flatMap(({ failure, modules }) =>
    [failure, ...modules.map((module) => module.failure)].flatMap((each) => each?.error ?? []),
  );
  if (booted === 'late') {
    const error = wiringErrors.replacementSlow(pluginId, limit, watchdog.describe());
    attempt.failures.push(toDiagnostic(toFinding(error, { pluginId })));
  } else {
    attempt.result = result.plugins[0]!;
  }
  return attempt;
}

const isUp = ({ result, failures }: Attempt) => result !== undefined && failures.length === 0;

function toContext(
  { extensionPoints, broken }: PluginVersion,
  { instances, timeline, policy, extensionPointMiddleware }: Running,
  isGivenUp: () => boolean,
): { context: BootContext; watchdog: Watchdog } {
  // Policy may permit a backend to start without a plugin: that is no reason to give up one that runs.
  const results = new ResultCollector({ ...policy, permitsPlugin: () => false });
  const watchdog = new Watchdog(policy.initWarningAfter, () => {});
  const log = new StartupLog(undefined, []);
  const context: BootContext = {
    instances,
    timeline,
    results,
    log,
    watchdog,
    eagerServices: instances.registry.eager('plugin'),
    extensionPoints: new ExtensionPoints(
      extensionPoints,
      extensionPointMiddleware,
      ({ pluginId, moduleId }, error) => {
        if (!results.isFinished) results.amend(pluginId, moduleId, error);
      },
    ),
    isBroken: (unit) => broken.has(unit),
    isGivenUp,
  };
  return { context, watchdog };
}

/** Lets a version serve in the place of the former one, and stops that. */
async function takeOver(
  { scope, began, result }: Attempt,
  former: Scope | undefined,
  running: Running,
  limit: number,
): Promise<Diagnostic[]> {
  const { instances, timeline, started } = running;
  const { id: pluginId } = scope;
  instances.setScope(scope);
  // In one turn of the event loop: nothing comes between the end of one and the beginning of the other.
  const retired = former?.succession.retire() ?? Promise.resolve();
  const thrown = scope.succession.serve(within(limit, retired).then(() => {}));
  timeline.forget(pluginId, 'before', began);
  const others = started.result.plugins.filter((plugin) => plugin.pluginId !== pluginId);
  started.result = { ...started.result, resultAt: new Date(), plugins: [...others, result!] };
  const slow = former ? await stopFormer(former, retired, running, limit) : [];
  const blame = { pluginId, severity: 'warning' as const };
  return [...thrown.map((error) => toDiagnostic(toFinding(error, blame))), ...slow];
}

/** Stops a version that has retired, once it has nothing in progress. */
async function stopFormer(
  scope: Scope,
  retired: Promise<void>,
  { instances }: Running,
  limit: number,
): Promise<Diagnostic[]> {
  const { id: pluginId } = scope;
  await within(limit, retired);
  const stopped = await within(limit, stopScope(scope, instances));
  if (stopped !== 'late') return [];
  const error = wiringErrors.formerSlow(pluginId, limit);
  return [toDiagnostic(toFinding(error, { pluginId, severity: 'warning' }))];
}

/** Stops a version that did not start. */
async function end(
  { scope, began, result }: Attempt,
  running: Running,
  limit: number,
): Promise<void> {
  await within(limit, scope.succession.retire());
  // What never came to its end is not waited for.
  await within(limit, stopScope(scope, running.instances, result ? 'all' : 'made'));
  running.timeline.forget(scope.id, 'after', began);
}

/**
 * Whether a port is taken that only one version can have. Paths below the root are none of those: a
 * version takes them over from the former one, and stopping that would not free another plugin's.
 */
function isExclusive(thrown: unknown): boolean {
  const seen = new Set<unknown>();
  for (let error = thrown; error instanceof Error && !seen.has(error); error = error.cause) {
    seen.add(error);
    if ((error as { code?: unknown }).code === 'EADDRINUSE') return true;
    const { errors } = error as { errors?: unknown };
    if (Array.isArray(errors) && errors.some((each) => isExclusive(toError(each)))) return true;
  }
  return false;
}
