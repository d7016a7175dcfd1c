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

/** Where features and findings gather while they are collected. */
export type Collector = {
  registry: ServiceRegistry;
  packages: PackageFinder;
  findings: Finding[];
  loaders: QueuedLoader[];
  registrations: QueuedRegistrations[];
};

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
    collector.findings.push(toFinding(toError(error), { origins: [origin] }, unexplained));
  }
}
