import { toError } from '@stagewire/errors';
import type { FeatureLoaderShape } from '@stagewire/plugin-api/internal';
import { toFinding, type Finding } from './diagnostic.js';
import type { Origin, PackageFinder } from './origin.js';
import type { ServiceRegistry } from './registry.js';

/** A feature that holds registrations, not yet asked for them. */
export type QueuedRegistrations = {
  feature: { getRegistrations(): unknown };
  source: string;
  origin: Origin;
};

/** A feature loader that has yet to run. */
export type QueuedLoader = { feature: FeatureLoaderShape; source: string; origin: Origin };

/** A feature that could not be taken in, and why. */
export type RefusedFeature = { finding: Finding; origin: Origin };

/** Where features and findings gather while they are collected. */
export type Collector = {
  registry: ServiceRegistry;
  packages: PackageFinder;
  findings: Finding[];
  /** Those of the findings that only say that one feature is not there. */
  refused: RefusedFeature[];
  /** Loaders that have yet to run. */
  loaders: QueuedLoader[];
  /** All loaders, also those that loaders returned. */
  allLoaders: QueuedLoader[];
  registrations: QueuedRegistrations[];
};

/** Notes that a feature could not be taken in. */
export function refuseFeature(collector: Collector, finding: Finding, origin: Origin): void {
  collector.findings.push(finding);
  if (OF_ONE_FEATURE.has(finding.code)) collector.refused.push({ finding, origin });
}

const OF_ONE_FEATURE = new Set(['E_FEATURE_IMPORT', 'E_FEATURE_INVALID', 'E_REGISTER_FAILED']);

/**
 * Runs one step for one feature; what it throws is noted against the origin.
 *
 * @param unexplained - how to tell an error that does not say how to solve it
 */
export function attempt(
  collector: Collector,
  origin: Origin,
  step: () => void,
  unexplained?: { code: string; fix: string },
): void {
  try {
    step();
  } catch (error) {
    const finding = toFinding(toError(error), { origins: [origin] }, unexplained);
    refuseFeature(collector, finding, origin);
  }
}
