import { counted } from '../../terminal/counted.js';
import type { Diagnostic, Plan, PlannedModule, PlannedService } from '@stagewire/wiring';

/** What is drawn of a backend, in every format. */
export type Drawing = {
  /** How the backend is called. */
  title: string;
  /** What it is made of, in a few words. */
  summary: string;
  plugins: DrawnPlugin[];
  /** Modules without their plugin. */
  orphans: DrawnOrphan[];
  /** Empty unless they were asked for. */
  services: DrawnService[];
  /** All that is wrong. */
  problems: Diagnostic[];
};

/** A plugin with what belongs to it. */
export type DrawnPlugin = {
  pluginId: string;
  origin: string;
  extensionPoints: string[];
  /** Ids of services that are drawn. */
  services: string[];
  modules: DrawnModule[];
  problems: Diagnostic[];
};

/** A module, with the extension points of its plugin, or of other modules of it, that it uses. */
export type DrawnModule = {
  moduleId: string;
  origin: string;
  uses: string[];
  extensionPoints: string[];
  services: string[];
  problems: Diagnostic[];
};

/** A module that does nothing. */
export type DrawnOrphan = { pluginId: string; moduleId: string; origin: string };

/** A service, with the drawn services that it needs. */
export type DrawnService = {
  id: string;
  scope: PlannedService['scope'];
  source: PlannedService['source'];
  origin: string;
  needs: string[];
  /** What wraps it, innermost first. */
  decorators: string[];
  problems: Diagnostic[];
};

/** What of a plan is drawn. */
export type DrawingOptions = {
  /** Whether services are drawn. */
  services?: boolean;
  /** Ids of the plugins that are drawn. `@default` all */
  plugins?: readonly string[];
};

/** Picks of a plan what is drawn. The order is that of the plan, which is that of registration. */
export function toDrawing(title: string, plan: Plan, options: DrawingOptions = {}): Drawing {
  const { services: withServices = false, plugins: wanted } = options;
  const isWanted = ({ pluginId }: { pluginId?: string | undefined }) =>
    wanted === undefined || pluginId === undefined || wanted.includes(pluginId);
  const plugins = plan.plugins.filter(isWanted).map((plugin) => toPlugin(plugin, plan));
  const problems = plan.diagnostics.filter(isWanted);
  const services = withServices ? pickServices(plugins, plan, wanted === undefined) : [];
  const drawn = new Set(services.map(({ id }) => id));
  return {
    title,
    summary: summarise(plan),
    plugins: plugins.map((plugin) => keepServices(plugin, drawn)),
    orphans: plan.orphans.filter(isWanted),
    services,
    problems,
  };
}

function toPlugin(
  { pluginId, origin, needs, provides, modules }: Plan['plugins'][number],
  plan: Plan,
): DrawnPlugin {
  const points = new Set([...provides, ...modules.flatMap((module) => module.provides)]);
  const ofPlugin = plan.diagnostics.filter((each) => each.pluginId === pluginId);
  return {
    pluginId,
    origin,
    extensionPoints: provides,
    services: needs,
    modules: modules.map((module) => toModule(module, points, ofPlugin)),
    problems: ofPlugin.filter(({ moduleId }) => moduleId === undefined),
  };
}

function toModule(
  { moduleId, origin, needs, provides }: PlannedModule,
  points: ReadonlySet<string>,
  problems: readonly Diagnostic[],
): DrawnModule {
  return {
    moduleId,
    origin,
    uses: needs.filter((id) => points.has(id)),
    extensionPoints: provides,
    services: needs.filter((id) => !points.has(id)),
    problems: problems.filter((each) => each.moduleId === moduleId),
  };
}

/** The services that the plugins need, with those that these need; of a whole backend all. */
function pickServices(
  plugins: readonly DrawnPlugin[],
  plan: Plan,
  isWhole: boolean,
): DrawnService[] {
  const byId = groupById(plan.services);
  const picked = new Set<string>();
  const waiting = isWhole
    ? [...byId.keys()]
    : plugins.flatMap(({ services, modules }) => [
        ...services,
        ...modules.flatMap((module) => module.services),
      ]);
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    const found = byId.get(id);
    if (picked.has(id) || !found) continue;
    picked.add(id);
    waiting.push(...found.flatMap(({ needs }) => needs));
  }
  return [...byId].flatMap(([id, entries]) =>
    picked.has(id) ? [toService(id, entries, picked, plan)] : [],
  );
}

function groupById(services: readonly PlannedService[]): Map<string, PlannedService[]> {
  const groups = new Map<string, PlannedService[]>();
  for (const each of services) groups.set(each.id, [...(groups.get(each.id) ?? []), each]);
  return groups;
}

/** The factories of a multiton are one service. */
function toService(
  id: string,
  entries: readonly PlannedService[],
  picked: ReadonlySet<string>,
  { diagnostics }: Plan,
): DrawnService {
  const [first] = entries as [PlannedService];
  const needs = new Set(entries.flatMap((entry) => entry.needs));
  return {
    id,
    scope: first.scope,
    source: first.source,
    origin: entries.map(({ origin }) => origin).join('; '),
    needs: [...needs].filter((each) => picked.has(each)),
    decorators: first.decorators?.map(({ origin }) => origin) ?? [],
    problems: diagnostics.filter(
      ({ pluginId, problem }) => pluginId === undefined && problem.includes(`'${id}'`),
    ),
  };
}

function keepServices(plugin: DrawnPlugin, drawn: ReadonlySet<string>): DrawnPlugin {
  const keep = (ids: string[]) => ids.filter((id) => drawn.has(id));
  return {
    ...plugin,
    services: keep(plugin.services),
    modules: plugin.modules.map((module) => ({ ...module, services: keep(module.services) })),
  };
}

function summarise({ plugins, services, diagnostics }: Plan): string {
  const modules = plugins.flatMap((plugin) => plugin.modules);
  return [
    counted(plugins.length, 'plugin'),
    counted(modules.length, 'module'),
    counted(services.length, 'service'),
    ...(diagnostics.length > 0 ? [counted(diagnostics.length, 'problem')] : []),
  ].join(', ');
}

/** What is worst of a few problems; undefined where there are none. */
export function worstOf(problems: readonly Diagnostic[]): Diagnostic['severity'] | undefined {
  if (problems.length === 0) return undefined;
  return problems.some(({ severity }) => severity === 'error') ? 'error' : 'warning';
}

/** Why a problem is told in a drawing: its code, and what it is. */
export function toProblemLine({ code, problem }: Diagnostic): string {
  return `${code}  ${problem.replaceAll(/\s*\n\s*/g, ' ')}`;
}
