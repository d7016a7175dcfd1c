import type { ExtensionPointFactoryMiddlewareShape } from '@stagewire/plugin-api/internal';
import type { CollectedRegistration } from './collect.js';
import type { QueuedLoader } from './collector.js';
import { CompareDefaults } from './compare-defaults.js';
import { nameOf } from './loaders.js';
import { formatOrigin } from './origin.js';
import { INSTANCE_METADATA, type ServiceRegistry } from './registry.js';
import { pair, Sameness, type Made } from './sameness.js';
import { describeUnit } from './unit.js';

/** All features of a backend, as far as two backends are compared by them. */
export type FeatureSet = {
  registry: ServiceRegistry;
  registrations: readonly CollectedRegistration[];
  loaders: readonly QueuedLoader[];
  extensionPointMiddleware: readonly ExtensionPointFactoryMiddlewareShape[];
};

/** How one plugin of the next backend differs from the running one. */
export type PluginChange = {
  pluginId: string;
  /** `lacking`: nothing but that parts of it are not there any more. */
  kind: 'added' | 'changed' | 'lacking' | 'removed';
};

/** What differs between a running backend and the next one. */
export type Comparison = {
  /** What cannot be changed while the backend runs, in words. */
  restart: string[];
  /** The same, for what only is not there any more. */
  restartIfGone: string[];
  plugins: PluginChange[];
};

/**
 * Compares the features of two backends.
 *
 * @param behind - ids of plugins that run in an older version than the last one that was compared
 * @param isChanged - whether a file holds something else now
 */
export function compareFeatures(
  running: FeatureSet,
  next: FeatureSet,
  behind: ReadonlySet<string>,
  isChanged: (file: string) => boolean,
): Comparison {
  const sameness = new Sameness(isChanged);
  const restart: string[] = [];
  const restartIfGone: string[] = [];
  for (const list of [listFactories, listDecorators, listLoaders, listMiddleware]) {
    const { fresh, gone } = pair(list(running), list(next), sameness);
    const goneKeys = new Set(gone.map(({ key }) => key));
    const freshKeys = new Set(fresh.map(({ key }) => key));
    for (const made of fresh) restart.push(tell(made, goneKeys.has(made.key) ? 'changed' : 'new'));
    for (const made of gone) if (!freshKeys.has(made.key)) restartIfGone.push(tell(made, 'gone'));
  }
  const defaults = new CompareDefaults(running.registry, next.registry, sameness);
  const plugins = comparePlugins(running, next, behind, sameness, defaults);
  restart.push(...defaults.findRootChanges());
  return { restart, restartIfGone, plugins };
}

const tell = ({ key, origin }: Made, what: string) => {
  const place = formatOrigin(origin);
  return `${key} is ${what} (${place})`;
};

const listFactories = ({ registry }: FeatureSet): Made[] =>
  [...registry.all().values()]
    .flat()
    .filter(({ factory }) => factory.service.id !== INSTANCE_METADATA)
    .map(({ factory, origin }) => ({
      key: `the factory of service '${factory.service.id}'`,
      feature: factory,
      origin,
    }));

const listDecorators = ({ registry }: FeatureSet): Made[] =>
  registry.allDecorators().map(({ decorator, origin }) => ({
    key: `the decorator of service '${decorator.service.id}'`,
    feature: decorator,
    origin,
  }));

const listLoaders = ({ loaders }: FeatureSet): Made[] =>
  loaders.map((loader) => ({
    // As it was without what makes a module load anew.
    key: `feature loader ${nameOf(loader).replace(/\?[^:']*/, '')}`,
    feature: loader.feature,
    origin: loader.origin,
  }));

const listMiddleware = ({ extensionPointMiddleware }: FeatureSet): Made[] =>
  extensionPointMiddleware.map((middleware) => ({
    key: `the middleware of extension point '${middleware.extensionPointId}'`,
    feature: middleware,
    origin: {},
  }));

function comparePlugins(
  running: FeatureSet,
  next: FeatureSet,
  behind: ReadonlySet<string>,
  sameness: Sameness,
  defaults: CompareDefaults,
): PluginChange[] {
  const before = groupByPlugin(running.registrations);
  const after = groupByPlugin(next.registrations);
  const changes: PluginChange[] = [];
  for (const [pluginId, parts] of before) {
    const now = after.get(pluginId);
    const differs = behind.has(pluginId) ? Sameness.ofObjects : sameness;
    const kind = now ? comparePlugin(parts, now, differs, defaults) : 'removed';
    if (kind) changes.push({ pluginId, kind });
  }
  for (const pluginId of after.keys()) {
    if (!before.has(pluginId)) changes.push({ pluginId, kind: 'added' });
  }
  for (const { pluginId, kind } of changes) {
    if (kind === 'added' || kind === 'changed') defaults.addUsed(after.get(pluginId)!);
  }
  return changes;
}

type Part = Made & CollectedRegistration;

function comparePlugin(
  before: Part[],
  after: Part[],
  sameness: Sameness,
  defaults: CompareDefaults,
): PluginChange['kind'] | undefined {
  const { fresh, gone, kept } = pair(before, after, sameness);
  if (fresh.length > 0) return 'changed';
  if (kept.some(([old, now]) => defaults.differFor(old, now))) return 'changed';
  return gone.length > 0 ? 'lacking' : undefined;
}

/** Plugins with their modules; modules without their plugin are left out. */
function groupByPlugin(registrations: readonly CollectedRegistration[]): Map<string, Part[]> {
  const groups = new Map<string, Part[]>();
  for (const collected of registrations) {
    const { pluginId } = collected.registration;
    const { moduleId } = collected.registration as { moduleId?: string };
    const key = describeUnit({ pluginId, ...(moduleId !== undefined && { moduleId }) });
    groups.set(pluginId, [...(groups.get(pluginId) ?? []), { ...collected, key }]);
  }
  const isPlugin = ({ registration }: Part) => registration.type.startsWith('plugin');
  return new Map([...groups].filter(([, parts]) => parts.some(isPlugin)));
}
