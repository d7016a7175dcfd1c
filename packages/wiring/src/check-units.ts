import { findCycles } from '@stagewire/graph';
import type { ExplainedError } from '@stagewire/errors';
import type { DependencyShape, ServiceRefShape } from '@stagewire/plugin-api/internal';
import type { ServiceCheck } from './check-services.js';
import type { CollectedRegistration } from './collect.js';
import { toFinding, type Finding } from './diagnostic.js';
import { enumerate, type Enumerated } from './enumerate.js';
import { wiringErrors } from './errors.js';
import {
  describeRef,
  describeUnit,
  type CheckedUnits,
  type ModuleUnit,
  type PluginUnit,
  type Unit,
} from './unit.js';
import { isExtensionPointRef } from './validate.js';

/** Looks at plugins and modules without running any: who is there twice, what they need, in which order they go. */
export function checkUnits(
  registrations: CollectedRegistration[],
  services: ServiceCheck,
): CheckedUnits {
  const enumerated = enumerate(registrations);
  const { plugins, modules, extensionPoints, failedPlugins, findings } = enumerated;

  const checked: PluginUnit[] = [];
  const broken = new Set<Unit>();
  const note = (unit: Unit, found: Finding[]) => {
    findings.push(...found);
    if (found.length > 0) broken.add(unit);
  };
  for (const unit of plugins.values()) {
    const { cycle, ordered, origins } = orderModules(modules.get(unit.pluginId) ?? [], enumerated);
    const plugin: PluginUnit = { ...unit, modules: ordered };
    checked.push(plugin);
    if (cycle) {
      const error = wiringErrors.moduleCycle(plugin.pluginId, cycle);
      note(plugin, [toFinding(error, { pluginId: plugin.pluginId, origins })]);
    }
    note(plugin, checkEagerServices(plugin, services));
    for (const part of [...plugin.modules, plugin]) {
      note(part, checkNeeds(part, enumerated, services));
    }
  }
  const orphans = [...modules.entries()]
    .filter(([pluginId]) => !plugins.has(pluginId) && !failedPlugins.has(pluginId))
    .flatMap(([, list]) => list);
  return {
    plugins: checked,
    orphans,
    extensionPoints,
    pluginIds: enumerated.pluginIds,
    broken,
    findings,
  };
}

/** A module that provides an extension point waits for all modules that use it. */
function orderModules(
  modules: Array<Unit & { moduleId: string }>,
  { extensionPoints }: Enumerated,
): { ordered: ModuleUnit[]; cycle?: string[]; origins: Unit['origin'][] } {
  if (modules.length === 0) return { ordered: [], origins: [] };
  const after = new Map<string, string[]>(modules.map(({ moduleId }) => [moduleId, []]));
  for (const user of modules) {
    for (const { id } of Object.values(user.init.deps)) {
      const owner = extensionPoints.get(id)?.owner;
      if (owner?.moduleId === undefined || owner.pluginId !== user.pluginId) continue;
      const waits = after.get(owner.moduleId);
      if (waits && !waits.includes(user.moduleId)) waits.push(user.moduleId);
    }
  }
  const [cycle] = findCycles(after);
  return {
    ordered: modules.map((module) => ({ ...module, after: after.get(module.moduleId) ?? [] })),
    ...(cycle && { cycle }),
    origins: modules.filter(({ moduleId }) => cycle?.includes(moduleId)).map((m) => m.origin),
  };
}

function checkEagerServices(plugin: PluginUnit, services: ServiceCheck): Finding[] {
  const { pluginId, origin } = plugin;
  for (const { factory } of services.eagerPluginServices()) {
    const problem = services.forPlugin(factory.service, pluginId);
    if (problem instanceof Error) {
      const origins = [...services.culpritsOf(problem), { ...origin, unit: describeUnit(plugin) }];
      return [toFinding(problem, { pluginId, origins })];
    }
  }
  return [];
}

function checkNeeds(unit: Unit, enumerated: Enumerated, services: ServiceCheck): Finding[] {
  const errors: ExplainedError[] = [];
  const missing: DependencyShape[] = [];
  for (const ref of Object.values(unit.init.deps)) {
    const provided = enumerated.extensionPoints.get(ref.id);
    if (provided) {
      const illegal = checkExtensionPointUse(unit, provided.owner, ref.id);
      if (illegal) errors.push(illegal);
    } else if (isExtensionPointRef(ref)) {
      missing.push(ref);
    } else {
      const problem = services.forPlugin(ref as ServiceRefShape, unit.pluginId);
      if (problem === 'missing') missing.push(ref);
      else if (problem) errors.push(problem);
    }
  }
  if (missing.length > 0) errors.unshift(missingNeeds(unit, missing, services));
  if (errors.length === 0) return [];
  const { pluginId, moduleId, origin } = unit;
  return distinct(errors).map((error) =>
    toFinding(error, {
      pluginId,
      ...(moduleId && { moduleId }),
      origins: [...services.culpritsOf(error), { ...origin, unit: describeUnit(unit) }],
    }),
  );
}

/** One cause that several deps lead to is told once. */
function distinct(errors: ExplainedError[]): ExplainedError[] {
  return [...new Map(errors.map((error) => [error.message, error])).values()];
}

function checkExtensionPointUse(unit: Unit, owner: Unit, id: string): ExplainedError | undefined {
  if (owner.pluginId !== unit.pluginId && unit.moduleId !== undefined) {
    return wiringErrors.extensionPointForeign(unit.moduleId, unit.pluginId, id, owner.pluginId);
  }
  return unit.moduleId === undefined ? wiringErrors.extensionPointOutsideModule(id) : undefined;
}

function missingNeeds(
  unit: Unit,
  missing: DependencyShape[],
  services: ServiceCheck,
): ExplainedError {
  const points = missing.filter(isExtensionPointRef).map(({ id }) => `'${id}'`);
  const ids = missing.filter((ref) => !isExtensionPointRef(ref)).map(({ id }) => id);
  const fixes = [];
  if (points.length > 0) {
    fixes.push(
      `no plugin or module of this backend registers extension point ${points.join(' and ')}: add a version of plugin '${unit.pluginId}' that does`,
    );
  }
  if (ids.length > 0) fixes.push(services.fixFor(ids, [describeUnit(unit), ...ids.slice(0, 1)]));
  return wiringErrors.dependencyMissing(
    describeUnit(unit),
    missing.map(describeRef),
    fixes.join('; '),
  );
}
