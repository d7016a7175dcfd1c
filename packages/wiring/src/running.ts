import type { StartedBackend } from './backend.js';
import type { CollectedRegistration } from './collect.js';
import type { FeatureSet } from './compare-features.js';
import { toInstalledPlugins, type InstalledPlugins } from './instance-metadata.js';
import type { Instances } from './instances.js';
import type { StartupPolicy } from './policy.js';
import type { Preparation } from './prepare.js';
import type { Timeline } from './timeline.js';
import type { CheckedUnits, PluginUnit, Unit } from './unit.js';

/** A version of a plugin, as it can be started. */
export type PluginVersion = {
  plugin: PluginUnit;
  extensionPoints: CheckedUnits['extensionPoints'];
  /** Parts that policy permits to be left out. */
  broken: ReadonlySet<Unit>;
};

/** A backend that runs, as far as it can change. */
export type Running = FeatureSet & {
  registrations: CollectedRegistration[];
  /** What runs, by plugin id. */
  versions: Map<string, PluginVersion>;
  /** Ids of plugins that should have been replaced and were not. */
  behind: Set<string>;
  instances: Instances;
  timeline: Timeline;
  policy: StartupPolicy;
  installed: { current: InstalledPlugins };
  started: StartedBackend;
};

/** What a backend is once it has started. */
export function toRunning(
  preparation: Preparation,
  instances: Instances,
  timeline: Timeline,
  started: StartedBackend,
): Running {
  const { policy, installed } = preparation;
  return {
    ...toFeatureSet(preparation),
    registrations: [...preparation.collected.registrations],
    versions: toVersions(preparation),
    behind: new Set(),
    instances,
    timeline,
    policy,
    installed,
    started,
  };
}

/** The features of a backend. */
export function toFeatureSet({ collected, extensionPointMiddleware }: Preparation): FeatureSet {
  const { registry, registrations, loaders } = collected;
  return { registry, registrations, loaders, extensionPointMiddleware };
}

/** The plugins of a backend that can be started, by id. */
export function toVersions({ verdict: { units } }: Preparation): Map<string, PluginVersion> {
  const { extensionPoints, broken } = units;
  return new Map(
    units.plugins
      .filter((plugin) => !broken.has(plugin))
      .map((plugin) => [plugin.pluginId, { plugin, extensionPoints, broken }]),
  );
}

/** Forgets how a plugin came up that does not run any more. */
export function dropResult(pluginId: string, { started }: Running): void {
  const plugins = started.result.plugins.filter((plugin) => plugin.pluginId !== pluginId);
  started.result = { ...started.result, plugins };
}

/**
 * Takes down that plugins have changed, in all that a running backend tells of itself.
 *
 * @param updated - ids of the plugins that are now what they are in `next`
 * @param stopped - ids of the plugins of which no version runs any more
 */
export function takeDown(
  running: Running,
  next: Preparation,
  updated: ReadonlySet<string>,
  stopped: ReadonlySet<string>,
): void {
  const ofNext = next.collected.registrations;
  const stays = running.registrations.filter(
    ({ registration: { pluginId } }) => !updated.has(pluginId) && !stopped.has(pluginId),
  );
  const ids = new Set([...ofNext, ...stays].map(({ registration }) => registration.pluginId));
  running.registrations = [...ids].flatMap((id) =>
    (updated.has(id) ? ofNext : stays).filter(({ registration }) => registration.pluginId === id),
  );
  running.installed.current = toInstalledPlugins(
    running.registrations.map(({ registration }) => registration),
  );
  const { plan } = running.started;
  const now = new Map(next.verdict.plan.plugins.map((plugin) => [plugin.pluginId, plugin]));
  const before = new Map(plan.plugins.map((plugin) => [plugin.pluginId, plugin]));
  running.started.plan = {
    ...plan,
    plugins: [...ids].flatMap(
      (id) => (updated.has(id) ? now : stopped.has(id) ? undefined : before)?.get(id) ?? [],
    ),
    orphans: next.verdict.plan.orphans,
    diagnostics: next.verdict.plan.diagnostics,
  };
}
