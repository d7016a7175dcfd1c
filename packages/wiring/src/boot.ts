import { setImmediate as turn } from 'node:timers/promises';
import { coreServices, type LoggerService } from '@stagewire/plugin-api';
import type { ExtensionPointFactoryMiddlewareShape } from '@stagewire/plugin-api/internal';
import { bootPlugin, type BootContext } from './boot-plugin.js';
import type { Verdict } from './check.js';
import { toDiagnostic, formatDiagnostic, type Finding } from './diagnostic.js';
import { getRoot, getRootLifecycle } from './driven-services.js';
import { wiringErrors } from './errors.js';
import { ExtensionPoints } from './extension-points.js';
import type { Instances } from './instances.js';
import type { StartupPolicy } from './policy.js';
import { StartupLog } from './startup-log.js';
import { toStartupError } from './start-failure.js';
import { ResultCollector, type BackendStartupResult } from './startup-result.js';
import type { Timeline } from './timeline.js';
import type { ModuleUnit } from './unit.js';
import { Watchdog, type WatchedWork } from './watchdog.js';

/** What a boot needs beside the verdict. */
export type BootOptions = {
  instances: Instances;
  policy: StartupPolicy;
  timeline: Timeline;
  extensionPointMiddleware: readonly ExtensionPointFactoryMiddlewareShape[];
  /** Told the watchdog, so that a start that stalls can be explained. */
  onWatchdog(watchdog: Watchdog): void;
};

/**
 * Runs a plan: root services one after the other, then all plugins side by side, then the root
 * startup hooks.
 *
 * @throws `E_STARTUP_FAILED` when a plugin or module failed that may not; what a root service throws
 */
export async function boot(verdict: Verdict, options: BootOptions): Promise<BackendStartupResult> {
  const { instances, policy } = options;
  const logger = (await getRoot<LoggerService>(coreServices.rootLogger, instances))?.child({
    type: 'initialization',
  });
  const watchdog = new Watchdog(policy.initWarningAfter, (work, elapsed) =>
    logger?.warn(formatSlowWork(work, elapsed)),
  );
  options.onWatchdog(watchdog);
  try {
    await makeEagerRootServices(instances, watchdog);
    for (const finding of verdict.findings) tellWarning(finding, logger);
    const result = await startPlugins(verdict, options, logger, watchdog);
    if (result.outcome === 'failure') {
      throw toStartupError(result, verdict.units.plugins, instances);
    }
    await runRootStartupHooks(options, watchdog);
    return result;
  } finally {
    watchdog.stop();
  }
}

async function makeEagerRootServices(instances: Instances, watchdog: Watchdog): Promise<void> {
  for (const { factory } of instances.registry.eager('root')) {
    const { service } = factory;
    const waitsFor = () => instances.describeWait(service.id, instances.root);
    await watchdog.watch({ name: 'the backend', waitsFor }, async () =>
      instances.get(service, instances.root),
    );
  }
}

async function startPlugins(
  verdict: Verdict,
  options: BootOptions,
  logger: LoggerService | undefined,
  watchdog: Watchdog,
): Promise<BackendStartupResult> {
  const results = new ResultCollector(options.policy);
  const log = new StartupLog(logger, verdict.units.pluginIds);
  try {
    await bootPlugins(verdict, toContext(verdict, options, results, log, watchdog));
  } finally {
    log.finish();
  }
  return results.finish();
}

async function runRootStartupHooks(
  { instances, timeline }: BootOptions,
  watchdog: Watchdog,
): Promise<void> {
  const work = { name: 'the backend', waitsFor: () => 'the root startup hooks' };
  await watchdog.watch(work, async () => {
    const lifecycle = await getRootLifecycle(instances);
    await timeline.measure({ kind: 'startup-hooks', id: 'root' }, () => lifecycle.startup());
  });
}

function toContext(
  verdict: Verdict,
  { instances, timeline, extensionPointMiddleware }: BootOptions,
  results: ResultCollector,
  log: StartupLog,
  watchdog: Watchdog,
): BootContext {
  const report = (module: ModuleUnit, error: Error) => reportModule(module, error, results, log);
  return {
    instances,
    timeline,
    results,
    log,
    watchdog,
    eagerServices: instances.registry.eager('plugin'),
    extensionPoints: new ExtensionPoints(
      verdict.units.extensionPoints,
      extensionPointMiddleware,
      report,
    ),
    isBroken: (unit) => verdict.units.broken.has(unit),
    isGivenUp: () => false,
  };
}

async function bootPlugins(verdict: Verdict, context: BootContext): Promise<void> {
  recordPermitted(verdict.findings, context);
  const plugins = verdict.units.plugins.filter((plugin) => !context.isBroken(plugin));
  const starts: Array<Promise<{ reason: unknown } | undefined>> = [];
  for (const plugin of plugins) {
    const start = bootPlugin(plugin, context.instances.scopeOf(plugin.pluginId), context);
    starts.push(
      start.then(
        () => undefined,
        (reason: unknown) => ({ reason }),
      ),
    );
    // What the first one makes for all is there then: the others need not wait for it one by one.
    if (starts.length === 1) await turn();
  }
  const outcomes = await Promise.all(starts);
  const unexpected = outcomes.find((outcome) => outcome !== undefined);
  if (unexpected) throw wiringErrors.startupUnexpected(unexpected.reason);
}

/** What the check found broken and policy permits is a result like any other, told first. */
function recordPermitted(findings: Finding[], { results, log }: BootContext): void {
  for (const { severity, pluginId, moduleId, error } of findings) {
    if (severity !== 'error' || pluginId === undefined) continue;
    if (moduleId === undefined) {
      const failure = results.plugin(pluginId, error)!;
      log.done(pluginId);
      log.pluginFailed(pluginId, failure);
    } else {
      log.moduleFailed(pluginId, moduleId, results.module(pluginId, moduleId, error)!);
    }
  }
}

function reportModule(
  { pluginId, moduleId }: ModuleUnit,
  error: Error,
  results: ResultCollector,
  log: StartupLog,
): void {
  if (results.isFinished) log.moduleReportedLate(pluginId, moduleId, error);
  else log.moduleReported(pluginId, moduleId, results.amend(pluginId, moduleId, error));
}

function tellWarning(finding: Finding, logger: LoggerService | undefined): void {
  if (finding.severity === 'warning') logger?.warn(formatDiagnostic(toDiagnostic(finding)));
}

function formatSlowWork({ name, waitsFor }: WatchedWork, milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  const start = name.charAt(0).toUpperCase() + name.slice(1);
  return `${start} is still starting after ${seconds} s: it waits for ${waitsFor()}`;
}
