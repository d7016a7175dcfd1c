import { coreServices } from '@stagewire/plugin-api';
import type {
  DependencyShape,
  DrivenLifecycle,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { CONNECTIONS, narrowConnections } from './connections.js';
import { wiringErrors } from './errors.js';
import type { ExtensionPoints } from './extension-points.js';
import type { Instances, Scope } from './instances.js';
import { formatOrigin } from './origin.js';
import type { FactoryEntry } from './registry.js';
import type { StartupLog } from './startup-log.js';
import type { ResultCollector } from './startup-result.js';
import type { Timeline } from './timeline.js';
import { describeUnit, type ModuleUnit, type PluginUnit, type Unit } from './unit.js';
import type { Watchdog } from './watchdog.js';

/** What all plugins of a backend share while they start. */
export type BootContext = {
  instances: Instances;
  extensionPoints: ExtensionPoints;
  eagerServices: FactoryEntry[];
  results: ResultCollector;
  log: StartupLog;
  watchdog: Watchdog;
  timeline: Timeline;
  /** Plugins and modules that the check found broken, and that policy permits to be left out. */
  isBroken(unit: Unit): boolean;
};

/**
 * Starts one plugin: its eager services, its modules, itself, its startup hooks. Never rejects:
 * a failure belongs to the plugin or module and is noted there.
 */
export async function bootPlugin(plugin: PluginUnit, context: BootContext): Promise<void> {
  const { results, log } = context;
  const { pluginId } = plugin;
  const scope = context.instances.scopeOf(pluginId);
  try {
    for (const { factory } of context.eagerServices) {
      await makeEager(plugin, factory.service, scope, context);
    }
    await bootModules(plugin, scope, context);
    await runUnit(plugin, scope, context);
    results.plugin(pluginId);
    log.done(pluginId);
    const lifecycle = await getLifecycle(scope, context.instances);
    await context.timeline.measure({ kind: 'startup-hooks', id: pluginId, pluginId }, () =>
      lifecycle.startup(),
    );
  } catch (error) {
    const failure = results.plugin(pluginId, error)!;
    log.done(pluginId);
    log.pluginFailed(pluginId, failure);
  }
}

/** The lifecycle of a plugin, with what a backend calls on it. @throws `E_LIFECYCLE_UNUSABLE` */
export async function getLifecycle(scope: Scope, instances: Instances): Promise<DrivenLifecycle> {
  const found = await instances.get(coreServices.lifecycle as ServiceRefShape, scope);
  const lifecycle = found?.value as Partial<DrivenLifecycle> | undefined;
  if (typeof lifecycle?.startup !== 'function' || typeof lifecycle.shutdown !== 'function') {
    throw wiringErrors.lifecycleUnusable('plugin');
  }
  return lifecycle as DrivenLifecycle;
}

async function makeEager(
  plugin: PluginUnit,
  service: ServiceRefShape,
  scope: Scope,
  { instances, watchdog }: BootContext,
): Promise<void> {
  const work = { name: describeUnit(plugin), waitsFor: () => pendingServices(scope) };
  await watchdog.watch(work, async () => instances.get(service, scope));
}

/** All at once, but for those that have to wait for the users of what they provide. */
async function bootModules(plugin: PluginUnit, scope: Scope, context: BootContext): Promise<void> {
  const done = new Map<string, Promise<void>>();
  const waiting = plugin.modules.filter((module) => !context.isBroken(module));
  // Started in the order of registration; modules never wait in a circle, the check saw to that.
  const start = (module: ModuleUnit): Promise<void> => {
    let running = done.get(module.moduleId);
    if (!running) {
      const needed = waiting.filter(({ moduleId }) => module.after.includes(moduleId));
      running = Promise.all(needed.map(start)).then(() => bootModule(module, scope, context));
      done.set(module.moduleId, running);
    }
    return running;
  };
  await Promise.all(waiting.map(start));
}

async function bootModule(module: ModuleUnit, scope: Scope, context: BootContext): Promise<void> {
  const { pluginId, moduleId } = module;
  try {
    await runUnit(module, scope, context);
    context.results.module(pluginId, moduleId);
  } catch (error) {
    const failure = context.results.module(pluginId, moduleId, error)!;
    context.log.moduleFailed(pluginId, moduleId, failure);
  }
}

/** Gets what a plugin or module depends on and runs its init. */
async function runUnit(unit: Unit, scope: Scope, context: BootContext): Promise<void> {
  const { timeline, watchdog } = context;
  const { moduleId, pluginId, origin } = unit;
  const entry = timeline.begin({
    kind: moduleId === undefined ? 'plugin' : 'module',
    id: moduleId ?? pluginId,
    pluginId,
    ...(origin.package && { package: formatOrigin({ package: origin.package }) }),
    ...('after' in unit && { waitedFor: (unit as ModuleUnit).after }),
  });
  let waitsFor = () => pendingServices(scope);
  const work = { name: describeUnit(unit), waitsFor: () => waitsFor() };
  try {
    await watchdog.watch(work, async () => {
      const deps = await resolveDeps(unit, scope, context);
      waitsFor = () => `its own init function, made ${formatOrigin(origin)}`;
      await unit.init.func(deps);
    });
    timeline.end(entry);
  } catch (error) {
    timeline.end(entry, error);
    throw error;
  }
}

function pendingServices(scope: Scope): string {
  const pending = [...scope.pending].map((id) => `service '${id}'`);
  return pending.length > 0 ? pending.join(' and ') : 'its services';
}

async function resolveDeps(
  unit: Unit,
  scope: Scope,
  context: BootContext,
): Promise<Record<string, unknown>> {
  const names = Object.keys(unit.init.deps);
  const values = await Promise.all(
    names.map((name) => resolveDep(unit.init.deps[name]!, unit, scope, context)),
  );
  // A service that is undefined, null or otherwise falsy counts as missing: the ecosystem's rule.
  const missing = names.filter((_, index) => !values[index]).map((name) => unit.init.deps[name]!);
  if (missing.length > 0) {
    const refs = missing.map(String);
    const { message } = wiringErrors.dependencyMissing(describeUnit(unit), refs, '');
    const ids = missing.map(({ id }) => id);
    throw wiringErrors.serviceFalsy(message, ids);
  }
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

async function resolveDep(
  ref: DependencyShape,
  unit: Unit,
  scope: Scope,
  { extensionPoints, instances }: BootContext,
): Promise<unknown> {
  if (extensionPoints.has(ref.id)) return extensionPoints.make(ref.id, unit as ModuleUnit);
  const found = await instances.get(ref as ServiceRefShape, scope);
  return found && ref.id === CONNECTIONS ? narrowConnections(found.value, unit) : found?.value;
}
