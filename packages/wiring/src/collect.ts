import { types } from 'node:util';
import { toError } from '@stagewire/errors';
import type { Registration, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { attempt, type Collector, type QueuedRegistrations } from './collector.js';
import { toFinding, type Finding } from './diagnostic.js';
import { adviseOnMissingFile } from './feature-advice.js';
import { runLoaders } from './loaders.js';
import { PackageFinder, toLocation, type CallSite, type Origin } from './origin.js';
import type { Instances } from './instances.js';
import type { ServiceRegistry } from './registry.js';
import { readFrames } from './stack-frames.js';
import { unwrapFeature } from './unwrap.js';
import { describeFeature, readRegistrations, recogniseFeature } from './validate.js';
import type { Timeline } from './timeline.js';

/** Something that was given to `add`, with the place of that call. */
export type AddedFeature = {
  value: unknown;
  index: number;
  site: CallSite;
  /** Set once it was looked at: the first one without is what a start in progress waits for. */
  isTakenIn?: true;
};

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
  for (const feature of added) {
    await takeIn(feature, collector);
    feature.isTakenIn = true;
  }
  await runLoaders(collector, instances, timeline);
  const registrations = collector.registrations.flatMap((queued) => register(queued, collector));
  await registry.loadDefaults(neededRefs(registrations, registry));
  return { registry, registrations, findings: collector.findings };
}

async function takeIn(added: AddedFeature, collector: Collector): Promise<void> {
  const location = toLocation(added.site);
  const fallback: Origin = {
    index: added.index,
    ...(location && { location, added: location }),
  };
  let value: unknown;
  try {
    value = unwrapFeature(types.isPromise(added.value) ? await added.value : added.value);
  } catch (error) {
    const finding = toFinding(toError(error), { origins: [fallback] }, importFailed(error));
    // What was imported is not there to be asked where it comes from: the stack knows.
    const thrownAt = readFrames(error);
    collector.findings.push({ ...finding, ...(thrownAt.length > 0 && { thrownAt }) });
    return;
  }
  const origin = isObject(value) ? collector.packages.complete(value, fallback) : fallback;
  attempt(collector, origin, () => {
    const source = describeFeature(value, `features[${added.index}]`);
    const recognised = recogniseFeature(value, source);
    if (recognised.kind === 'service') {
      collector.registry.add({ factory: recognised.feature, source: 'added', origin });
    } else if (recognised.kind === 'decorator') {
      collector.registry.decorate({ decorator: recognised.decorator, source: 'added', origin });
    } else if (recognised.kind === 'loader') {
      collector.loaders.push({ feature: recognised.feature, source, origin });
    } else {
      collector.registrations.push({ feature: recognised.feature, source, origin });
    }
  });
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

function importFailed(error: unknown) {
  const fix = adviseOnMissingFile(error);
  return {
    code: 'E_FEATURE_IMPORT',
    fix: fix ?? 'mend the package, or take another version: it throws as it loads',
  };
}

function register(queued: QueuedRegistrations, collector: Collector): CollectedRegistration[] {
  let registrations: Registration[] = [];
  const step = () => {
    registrations = readRegistrations(queued.feature, queued.source);
  };
  attempt(collector, queued.origin, step, THREW_IN_REGISTER);
  return registrations.map((registration) => ({ registration, origin: queued.origin }));
}

const THREW_IN_REGISTER = {
  code: 'E_REGISTER_FAILED',
  fix: 'register() of this feature threw: it may only call registerExtensionPoint and registerInit; move all else into init',
};

/** Every service that a plugin, a module, a registered factory or a decorator names. */
function* neededRefs(registrations: CollectedRegistration[], registry: ServiceRegistry) {
  for (const { registration } of registrations) yield* serviceRefsOf(registration);
  for (const entries of registry.all().values()) {
    for (const { factory } of entries) yield factory.service;
  }
  for (const { decorator } of registry.allDecorators()) {
    yield* [decorator.service, ...Object.values(decorator.deps)];
  }
}

/** Malformed deps are left out here: the check tells them. */
function serviceRefsOf(registration: Registration): ServiceRefShape[] {
  try {
    const deps: unknown = registration.init?.deps;
    return isObject(deps) ? Object.values(deps).filter(isServiceRef) : [];
  } catch {
    return [];
  }
}

const isServiceRef = (ref: unknown): ref is ServiceRefShape =>
  isObject(ref) && (ref as ServiceRefShape).$$type === '@backstage/ServiceRef';
