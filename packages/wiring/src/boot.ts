import type { Config } from '@stagewire/config';
import { coreServices, type LoggerService } from '@stagewire/plugin-api';
import type { DrivenRootLifecycle, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { bootPlugin, type BootContext } from './boot-plugin.js';
import type { Verdict } from './check.js';
import { toDiagnostic, formatDiagnostic, type Finding } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import { ExtensionPoints } from './extension-points.js';
import type { Instances } from './instances.js';
import type { StartupPolicy } from './policy.js';
import type { FactoryEntry } from './registry.js';
import { StartupLog } from './startup-log.js';
import {
  BackendStartupError,
  ResultCollector,
  type BackendStartupResult,
} from './startup-result.js';
import type { Timeline } from './timeline.js';
import type { ModuleUnit } from './unit.js';
import { Watchdog } from './watchdog.js';

/** What a boot needs beside the verdict. */
export type BootOptions = {
  instances: Instances;
  policy: StartupPolicy;
  timeline: Timeline;
  extensionPointMiddleware: readonly unknown[];
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
  const { instances, policy, timeline } = options;
  await makeEagerRootServices(instances);
  const logger = (await getRoot<LoggerService>(coreServices.rootLogger, instances))?.child({
    type: 'initialization',
  });
  for (const finding of verdict.findings) tellWarning(finding, logger);

  const results = new ResultCollector(policy);
  const log = new StartupLog(logger, verdict.units.pluginIds);
  const watchdog = new Watchdog(policy.initWarningAfter, ({ name, waitsFor }, elapsed) =>
    logger?.warn(
      `${capitalise(name)} is still starting after ${Math.round(elapsed / 1000)} s: it waits for ${waitsFor()}`,
    ),
  );
  options.onWatchdog(watchdog);
  try {
    const context = toContext(verdict, options, results, log, watchdog);
    await bootPlugins(verdict, context);
  } finally {
    watchdog.stop();
    log.finish();
  }
  const result = results.finish();
  if (result.outcome === 'failure') throw new BackendStartupError(result);
  const lifecycle = await getRootLifecycle(instances);
  await timeline.measure({ kind: 'startup-hooks', id: 'root' }, () => lifecycle.startup());
  return result;
}

/** The root lifecycle, with what a backend calls on it. @throws `E_LIFECYCLE_UNUSABLE` */
export async function getRootLifecycle(instances: Instances): Promise<DrivenRootLifecycle> {
  const lifecycle = await getRoot<DrivenRootLifecycle>(coreServices.rootLifecycle, instances);
  if (!isDrivenRootLifecycle(lifecycle)) throw wiringErrors.lifecycleUnusable('root');
  return lifecycle;
}

/** Tells whether a lifecycle offers all that a backend calls on it. */
export function isDrivenRootLifecycle(lifecycle: unknown): lifecycle is DrivenRootLifecycle {
  const methods = lifecycle as Partial<DrivenRootLifecycle> | undefined;
  return (
    typeof methods?.startup === 'function' &&
    typeof methods.shutdown === 'function' &&
    typeof methods.beforeShutdown === 'function'
  );
}

/** Reads the configuration as far as there is a service for it. */
export function getConfig(instances: Instances): Promise<Config | undefined> {
  return getRoot<Config>(coreServices.rootConfig, instances);
}

/** A root service that the wiring can do without. */
export async function getRoot<T>(
  ref: { id: string },
  instances: Instances,
): Promise<T | undefined> {
  const found = await instances.get(ref as ServiceRefShape, instances.root);
  return found?.value as T | undefined;
}

async function makeEagerRootServices(instances: Instances): Promise<void> {
  for (const [first] of instances.registry.all().values()) {
    const { service, initialization } = first!.factory;
    if (service.scope !== 'root' || initialization === 'lazy') continue;
    await instances.get(service, instances.root);
  }
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
    eagerServices: listEagerPluginServices(instances),
    extensionPoints: new ExtensionPoints(
      verdict.units.extensionPoints,
      extensionPointMiddleware,
      report,
    ),
    isBroken: (unit) => verdict.units.broken.has(unit),
  };
}

function listEagerPluginServices(instances: Instances): FactoryEntry[] {
  return [...instances.registry.all().values()]
    .map(([first]) => first!)
    .filter(
      ({ factory }) => factory.service.scope === 'plugin' && factory.initialization === 'always',
    );
}

async function bootPlugins(verdict: Verdict, context: BootContext): Promise<void> {
  recordPermitted(verdict.findings, context);
  const plugins = verdict.units.plugins.filter((plugin) => !context.isBroken(plugin));
  try {
    await Promise.all(plugins.map((plugin) => bootPlugin(plugin, context)));
  } catch (error) {
    throw wiringErrors.startupUnexpected(error);
  }
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

const capitalise = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
