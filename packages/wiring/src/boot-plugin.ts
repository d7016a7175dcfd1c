import { toError } from '@stagewire/errors';
import type { DependencyShape, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { CONNECTIONS, narrowConnections } from './connections.js';
import { getLifecycle } from './driven-services.js';
import { wiringErrors } from './errors.js';
import type { ExtensionPoints } from './extension-points.js';
import type { FoundService, Instances, Scope } from './instances.js';
import { formatOrigin } from './origin.js';
import type { FactoryEntry } from './registry.js';
import { allOf, goOn, reject, rescue, type Soon } from './soon.js';
import type { StartupLog } from './startup-log.js';
import type { ResultCollector } from './startup-result.js';
import type { Timeline } from './timeline.js';
import { describeRef, describeUnit, type ModuleUnit, type PluginUnit, type Unit } from './unit.js';
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
  /** Whether nobody waits for this start any more: what has begun comes to its end, no step follows. */
  isGivenUp(): boolean;
};

/**
 * Starts one plugin in a scope: its eager services, its modules, itself, its startup hooks. Never
 * rejects: a failure belongs to the plugin or module and is noted there.
 */
export async function bootPlugin(
  plugin: PluginUnit,
  scope: Scope,
  context: BootContext,
): Promise<void> {
  const { results, log } = context;
  const { pluginId } = plugin;
  try {
    for (const { factory } of context.eagerServices) {
      await makeEager(plugin, factory.service, scope, context);
    }
    if (plugin.modules.length > 0) await bootModules(plugin, scope, context);
    await runUnit(plugin, scope, context);
    results.plugin(pluginId);
    log.done(pluginId);
    await runStartupHooks(plugin, scope, context);
  } catch (error) {
    // Made an error first: also `throw undefined` is a failure.
    const failure = results.plugin(pluginId, toError(error))!;
    log.done(pluginId);
    log.pluginFailed(pluginId, failure);
  }
}

async function runStartupHooks(
  plugin: PluginUnit,
  scope: Scope,
  { instances, timeline, watchdog, isGivenUp }: BootContext,
): Promise<void> {
  if (isGivenUp()) return;
  const { pluginId } = plugin;
  const entry = { kind: 'startup-hooks' as const, id: pluginId, pluginId };
  const work = { name: describeUnit(plugin), waitsFor: () => 'its startup hooks' };
  await watchdog.watch(work, async () => {
    const lifecycle = await getLifecycle(scope, instances);
    await timeline.measure(entry, () => lifecycle.startup());
  });
}

async function makeEager(
  plugin: PluginUnit,
  service: ServiceRefShape,
  scope: Scope,
  { instances, watchdog, isGivenUp }: BootContext,
): Promise<void> {
  if (isGivenUp()) return;
  const made = instances.get(service, scope);
  if (!(made instanceof Promise)) return;
  const waitsFor = () => instances.describeWait(service.id, scope);
  await watchdog.watch({ name: describeUnit(plugin), waitsFor }, () => made);
}

/** Side by side, in the order of registration; who provides something waits for all who use it. */
async function bootModules(plugin: PluginUnit, scope: Scope, context: BootContext): Promise<void> {
  const modules = plugin.modules.filter((module) => !context.isBroken(module));
  const present = new Set(modules.map(({ moduleId }) => moduleId));
  const waiting = new Map(modules.map((module) => [module, awaitUsers(module, present, context)]));
  const runFree = async (): Promise<void> => {
    const free = [...waiting].filter(([, { users }]) => users.size === 0);
    for (const [module] of free) waiting.delete(module);
    await Promise.all(free.map(([module, { unwatch }]) => run(module, unwatch)));
  };
  const run = async (module: ModuleUnit, unwatch: () => void): Promise<void> => {
    unwatch();
    await bootModule(module, scope, context);
    for (const { users } of waiting.values()) users.delete(module.moduleId);
    await runFree();
  };
  await runFree();
}

/** The modules that a module waits for; as long as it does, the watchdog knows. */
function awaitUsers(module: ModuleUnit, present: Set<string>, { watchdog }: BootContext) {
  const users = new Set(module.after.filter((id) => present.has(id)));
  const waitsFor = () => [...users].map((id) => `module '${id}'`).join(' and ');
  const unwatch = users.size > 0 ? watchdog.begin({ name: describeUnit(module), waitsFor }) : noop;
  return { users, unwatch };
}

const noop = () => {};

async function bootModule(module: ModuleUnit, scope: Scope, context: BootContext): Promise<void> {
  const { pluginId, moduleId } = module;
  try {
    await runUnit(module, scope, context);
    context.results.module(pluginId, moduleId);
  } catch (error) {
    const failure = context.results.module(pluginId, moduleId, toError(error))!;
    context.log.moduleFailed(pluginId, moduleId, failure);
  }
}

/** Gets what a plugin or module depends on and runs its init. */
async function runUnit(unit: Unit, scope: Scope, context: BootContext): Promise<void> {
  const { timeline, watchdog } = context;
  if (context.isGivenUp()) return;
  const { moduleId, pluginId, origin } = unit;
  const entry = timeline.begin({
    kind: moduleId === undefined ? 'plugin' : 'module',
    id: moduleId ?? pluginId,
    pluginId,
    ...(origin.package && { package: formatOrigin({ package: origin.package }) }),
    ...('after' in unit && { waitedFor: (unit as ModuleUnit).after }),
  });
  const open = new Set(Object.values(unit.init.deps));
  const waitsFor = () =>
    open.size > 0
      ? [...open].map((ref) => describeWait(ref, scope, context)).join(' and ')
      : `its own init function (${formatOrigin(origin)})`;
  try {
    await watchdog.watch({ name: describeUnit(unit), waitsFor }, async () => {
      const deps = await resolveDeps(unit, scope, context, open);
      if (!context.isGivenUp()) await unit.init.func(deps);
    });
    timeline.end(entry);
  } catch (error) {
    timeline.end(entry, toError(error));
    throw error;
  }
}

function describeWait(ref: DependencyShape, scope: Scope, context: BootContext): string {
  return context.extensionPoints.has(ref.id)
    ? `extension point '${ref.id}'`
    : context.instances.describeWait(ref.id, scope);
}

/** Gets all deps side by side, and takes each out of `open` once it is there. */
function resolveDeps(
  unit: Unit,
  scope: Scope,
  context: BootContext,
  open: Set<DependencyShape>,
): Soon<Record<string, unknown>> {
  const deps = Object.entries(unit.init.deps);
  const found = deps.map(([, ref]) =>
    goOn(resolveDep(ref, unit, scope, context), (dep) => {
      open.delete(ref);
      return dep;
    }),
  );
  return goOn(allOf(found), (values) => {
    // A service that is undefined, null or otherwise falsy counts as missing: the ecosystem's rule.
    const missing = deps
      .map(([, ref]) => ref)
      .filter((ref, index) => !values[index]?.value && !context.extensionPoints.has(ref.id));
    if (missing.length > 0) throw missingValues(unit, missing, context);
    return Object.fromEntries(deps.map(([name], index) => [name, values[index]?.value]));
  });
}

function missingValues(unit: Unit, missing: DependencyShape[], { instances }: BootContext): Error {
  const refs = missing.map(describeRef);
  const { message } = wiringErrors.dependencyMissing(describeUnit(unit), refs, '');
  const ids = missing.map(({ id }) => id);
  const origins = instances.registry.culprits(({ service }) => ids.includes(service.id));
  return wiringErrors.serviceFalsy(message, ids, origins);
}

/** Never throws. */
function resolveDep(
  ref: DependencyShape,
  unit: Unit,
  scope: Scope,
  { extensionPoints, instances }: BootContext,
): Soon<FoundService | undefined> {
  if (extensionPoints.has(ref.id)) {
    return extensionPoints.make(ref.id, unit as ModuleUnit).then((value) => ({ value }));
  }
  const found = instances.get(ref as ServiceRefShape, scope);
  if (ref.id !== CONNECTIONS) return found;
  const narrow = (all: FoundService | undefined) =>
    all?.value ? { value: narrowConnections(all.value, unit) } : undefined;
  return rescue(() => goOn(found, narrow), reject);
}
