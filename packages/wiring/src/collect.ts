import { types } from 'node:util';
import { toError } from '@stagewire/errors';
import type { Registration } from '@stagewire/plugin-api/internal';
import {
  attempt,
  refuseFeature,
  type Collector,
  type QueuedLoader,
  type QueuedRegistrations,
  type RefusedFeature,
} from './collector.js';
import { toFinding, type Finding } from './diagnostic.js';
import { adviseOnMissingFile } from './feature-advice.js';
import { runLoaders } from './loaders.js';
import { PackageFinder, shortLocation, toPlace, type CallSite, type Origin } from './origin.js';
import type { Instances } from './instances.js';
import type { ServiceRegistry } from './registry.js';
import { readFrames } from './stack-frames.js';
import { unwrapFeature } from './unwrap.js';
import { describeFeature, readRegistrations, recogniseFeature } from './validate.js';
import type { Timeline } from './timeline.js';
import { serviceRefsOf } from './unit.js';

/** Something that was given to `add`, with the place of that call. */
export type AddedFeature = {
  value: unknown;
  index: number;
  site: CallSite;
  /** Set once it was looked at: the first one without is what a start in progress waits for. */
  isTakenIn?: true;
};

/** A plugin's or module's registration with the feature that gave it, and where that came from. */
export type CollectedRegistration = {
  registration: Registration;
  feature: object;
  origin: Origin;
};

/** All features of a backend, and what was wrong with those that could not be taken in. */
export type Collected = {
  registry: ServiceRegistry;
  registrations: CollectedRegistration[];
  loaders: readonly QueuedLoader[];
  findings: Finding[];
  /** Features that are not there because they could not be taken in. */
  refused: readonly RefusedFeature[];
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
    refused: [],
    loaders: [],
    allLoaders: [],
    registrations: [],
  };
  // Where features come from is looked up once all of their modules are there.
  const arrivals = [];
  for (const feature of added) {
    arrivals.push(await arrive(feature));
    feature.isTakenIn = true;
  }
  for (const arrival of arrivals) takeIn(arrival, collector);
  await runLoaders(collector, instances, timeline);
  const registrations = collector.registrations.flatMap((queued) => register(queued, collector));
  await registry.loadDefaults(neededRefs(registrations, registry));
  const { allLoaders: loaders, findings, refused } = collector;
  return { registry, registrations, loaders, findings, refused };
}

/** What was added, with its import done. */
type Arrival = { index: number; fallback: Origin } & ({ value: unknown } | { error: unknown });

async function arrive({ value, index, site }: AddedFeature): Promise<Arrival> {
  const place = toPlace(site);
  const location = place && shortLocation(place);
  const fallback: Origin = {
    index,
    ...(location && { location, added: location }),
    ...(place && isMadeInPlace(value) && { files: [place.file] }),
  };
  try {
    return { index, fallback, value: unwrapFeature(types.isPromise(value) ? await value : value) };
  } catch (error) {
    return { index, fallback, error };
  }
}

function takeIn(arrival: Arrival, collector: Collector): void {
  const { index, fallback } = arrival;
  if ('error' in arrival) {
    refuseImport(arrival.error, fallback, collector);
    return;
  }
  const { value } = arrival;
  const origin = isObject(value) ? collector.packages.complete(value, fallback) : fallback;
  attempt(collector, origin, () => {
    const source = describeFeature(value, `features[${index}]`);
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

/** What was imported is not there to be asked where it comes from: the stack knows. */
function refuseImport(error: unknown, origin: Origin, collector: Collector): void {
  const finding = toFinding(toError(error), { origins: [origin] }, importFailed(error));
  const thrownAt = readFrames(error);
  refuseFeature(collector, { ...finding, ...(thrownAt.length > 0 && { thrownAt }) }, origin);
}

/** Whether what was added is a feature itself, and not the import of a module that has one. */
const isMadeInPlace = (value: unknown) =>
  !types.isPromise(value) && !types.isModuleNamespaceObject(value);

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
  const { feature, origin } = queued;
  return registrations.map((registration) => ({ registration, feature, origin }));
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
