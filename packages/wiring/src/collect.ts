import { toError } from '@stagewire/errors';
import type { Registration } from '@stagewire/plugin-api/internal';
import { attempt, type Collector, type QueuedRegistrations } from './collector.js';
import { toFinding, type Finding } from './diagnostic.js';
import { runLoaders } from './loaders.js';
import { PackageFinder, toLocation, type CallSite, type Origin } from './origin.js';
import type { Instances } from './instances.js';
import type { ServiceRegistry } from './registry.js';
import { isPromise, unwrapFeature } from './unwrap.js';
import { describeFeature, readRegistrations, recogniseFeature } from './validate.js';
import type { Timeline } from './timeline.js';

/** Something that was given to `add`, with the place of that call. */
export type AddedFeature = { value: unknown; index: number; site: CallSite };

/** A plugin's or module's registration with where it came from. */
export type CollectedRegistration = { registration: Registration; origin: Origin };

/** All features of a backend, and what was wrong with those that could not be taken in. */
export type Collected = {
  registry: ServiceRegistry;
  registrations: CollectedRegistration[];
  findings: Finding[];
};

/**
 * Takes all features in: awaits imports, tells kinds apart, installs service factories, runs
 * feature loaders until no new feature appears, and at last lets plugins and modules register.
 *
 * @remarks
 * It never rejects: whatever is wrong with one feature is noted, and the next one is looked at.
 */
export async function collect(
  added: AddedFeature[],
  instances: Instances,
  timeline: Timeline,
): Promise<Collected> {
  const { registry } = instances;
  const collector: Collector = {
    registry,
    packages: new PackageFinder(),
    findings: [],
    loaders: [],
    registrations: [],
  };
  for (const feature of added) await takeIn(feature, collector);
  await runLoaders(collector, instances, timeline);
  const registrations = collector.registrations.flatMap((queued) => register(queued, collector));
  await registry.loadDefaults(neededRefs(registrations, registry));
  return { registry, registrations, findings: collector.findings };
}

async function takeIn(added: AddedFeature, collector: Collector): Promise<void> {
  const location = toLocation(added.site);
  const fallback: Origin = { index: added.index, ...(location && { location }) };
  let value: unknown;
  try {
    value = unwrapFeature(isPromise(added.value) ? await added.value : added.value);
  } catch (error) {
    collector.findings.push(
      toFinding(toError(error), { origins: [fallback] }, importFailed(location)),
    );
    return;
  }
  const source = describeFeature(value, `features[${added.index}]`);
  const origin = isObject(value) ? collector.packages.complete(value, fallback) : fallback;
  attempt(collector, origin, () => {
    const recognised = recogniseFeature(value, source);
    if (recognised.kind === 'service') {
      collector.registry.add({ factory: recognised.feature, source: 'added', origin });
    } else if (recognised.kind === 'loader') {
      collector.loaders.push({ feature: recognised.feature, source, origin });
    } else {
      collector.registrations.push({ feature: recognised.feature, source, origin });
    }
  });
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

function importFailed(location: string | undefined) {
  return {
    code: 'E_FEATURE_IMPORT',
    fix: `the promise given to backend.add()${location ? ` at ${location}` : ''} was rejected: check that the package is installed and that it loads by itself`,
  };
}

function register(queued: QueuedRegistrations, collector: Collector): CollectedRegistration[] {
  let registrations: Registration[] = [];
  attempt(collector, queued.origin, () => {
    registrations = readRegistrations(queued.feature, queued.source);
  });
  return registrations.map((registration) => ({ registration, origin: queued.origin }));
}

/** Every service that a plugin, a module or a registered factory names; malformed deps are skipped. */
function* neededRefs(registrations: CollectedRegistration[], registry: ServiceRegistry) {
  for (const { registration } of registrations) {
    const deps: unknown = registration.init?.deps;
    if (!isObject(deps)) continue;
    for (const ref of Object.values(deps)) {
      if (isObject(ref) && (ref as { $$type?: unknown }).$$type === '@backstage/ServiceRef') {
        yield ref as never;
      }
    }
  }
  for (const entries of registry.all().values()) {
    for (const { factory } of entries) yield factory.service;
  }
}
