import { toFinding, toDiagnostic, type Finding } from './diagnostic.js';
import { ServiceCheck, type ServiceHints } from './check-services.js';
import { checkUnits } from './check-units.js';
import type { Collected } from './collect.js';
import { wiringErrors } from './errors.js';
import { formatOrigin } from './origin.js';
import type { Plan, PlannedDecorator, PlannedPlugin, PlannedService } from './plan.js';
import {
  PLUGIN_METADATA,
  type DecoratorEntry,
  type FactoryEntry,
  type ServiceRegistry,
} from './registry.js';
import { neededIds, type CheckedUnits, type PluginUnit } from './unit.js';

/** What a check came to: the plan, and what boot needs beside it. */
export type Verdict = {
  plan: Plan;
  units: CheckedUnits;
  findings: Finding[];
};

/**
 * Looks at all features as a whole and makes nothing: a plan of what would run, with every problem
 * that can be known before anything runs.
 */
export function check(collected: Collected, hints: ServiceHints): Verdict {
  const { registry, registrations } = collected;
  const services = new ServiceCheck(registry, hints);
  const whole = services.findings();
  // Services that wait for each other cannot be followed any further.
  const circular = whole.some(({ code }) => code === 'E_SERVICE_CYCLE');
  const units = circular ? NO_UNITS : checkUnits(registrations, services);
  const found = [
    ...whole,
    ...(registry.find('core.rootLifecycle') ? [] : [rootLifecycleMissing()]),
    ...units.findings,
    ...units.orphans.map(toOrphanFinding),
    ...(circular ? [] : services.decoratorFindings(units.pluginIds)),
  ];
  const findings = [...collected.findings, ...leaveOutConsequences(found, collected)];
  return { plan: toPlan(registry, units, findings), units, findings };
}

/** Where a feature could not be taken in, what is missing may be in it: only its own fault is told. */
function leaveOutConsequences(found: Finding[], collected: Collected): Finding[] {
  if (collected.findings.length === 0) return found;
  const told = new Set(collected.findings.map(({ problem }) => problem));
  return found.filter(({ code, problem }) => !MAY_FOLLOW.has(code) && !told.has(problem));
}

const MAY_FOLLOW = new Set([
  'E_DEPENDENCY_MISSING',
  'E_SERVICE_MISSING',
  'E_SERVICE_FAILED',
  'E_MODULE_ORPHAN',
  'E_LIFECYCLE_UNUSABLE',
  'E_DECORATOR_IDLE',
  'E_DECORATOR_ORPHAN',
]);

const NO_UNITS: CheckedUnits = {
  plugins: [],
  orphans: [],
  extensionPoints: new Map(),
  pluginIds: [],
  broken: new Set(),
  findings: [],
};

const rootLifecycleMissing = () => toFinding(wiringErrors.lifecycleUnusable('root'));

function toOrphanFinding({ pluginId, moduleId, origin }: CheckedUnits['orphans'][number]): Finding {
  const error = wiringErrors.moduleOrphan(pluginId, moduleId);
  return toFinding(error, { pluginId, moduleId, origins: [origin], severity: 'warning' });
}

function toPlan(registry: ServiceRegistry, units: CheckedUnits, findings: Finding[]): Plan {
  return {
    services: [...registry.all().values()]
      .flat()
      .map((entry) => toPlannedService(entry, registry.decoratorsOf(entry.factory.service.id))),
    plugins: units.plugins.map(toPlannedPlugin),
    orphans: units.orphans.map(({ pluginId, moduleId, origin }) => ({
      pluginId,
      moduleId,
      origin: formatOrigin(origin),
    })),
    diagnostics: findings.map(toDiagnostic),
  };
}

function toPlannedService(
  entry: FactoryEntry,
  decorators: readonly DecoratorEntry[],
): PlannedService {
  const { service, deps, initialization } = entry.factory;
  const needs = [deps, ...decorators.map(({ decorator }) => decorator.deps)].flatMap(neededIds);
  return {
    id: service.id,
    scope: service.scope,
    multiton: service.multiton === true,
    source: entry.source,
    origin: formatOrigin(entry.origin),
    initialization: initialization ?? (service.scope === 'root' ? 'always' : 'lazy'),
    needs: [...new Set(needs)].filter((id) => id !== PLUGIN_METADATA),
    ...(decorators.length > 0 && { decorators: decorators.map(toPlannedDecorator) }),
  };
}

function toPlannedDecorator({ decorator: { plugins }, origin }: DecoratorEntry): PlannedDecorator {
  return { origin: formatOrigin(origin), ...(plugins && { plugins: [...plugins] }) };
}

function toPlannedPlugin(plugin: PluginUnit): PlannedPlugin {
  return {
    pluginId: plugin.pluginId,
    origin: formatOrigin(plugin.origin),
    needs: neededIds(plugin.init.deps),
    provides: plugin.extensionPoints.map(({ extensionPoint }) => extensionPoint.id),
    modules: plugin.modules.map((module) => ({
      moduleId: module.moduleId,
      origin: formatOrigin(module.origin),
      needs: neededIds(module.init.deps),
      provides: module.extensionPoints.map(({ extensionPoint }) => extensionPoint.id),
      after: module.after,
    })),
  };
}
