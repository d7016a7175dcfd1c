import type { BackendFeature } from '@stagewire/plugin-api';
import { FEATURE_ORIGIN, type Registration } from '@stagewire/plugin-api/internal';
import type { FeatureImport } from '@stagewire/wiring';

/** A feature as a test hands it over. @public */
export type TestFeature = BackendFeature | FeatureImport | Promise<BackendFeature | FeatureImport>;

/** A feature of the test, and the plugins and modules in it. */
export type TestedFeature = { feature: TestFeature; registrations: readonly Registration[] };

/**
 * Looks what plugins and modules the test wants to run. What is wrong with a feature is not told
 * here: the backend does that, together with all else.
 */
export function lookInto(features: readonly TestFeature[]): Promise<TestedFeature[]> {
  return Promise.all(features.map(lookIntoOne));
}

async function lookIntoOne(feature: TestFeature): Promise<TestedFeature> {
  try {
    const value = unwrap(await feature);
    const registrations = readRegistrations(value);
    return {
      feature: registrations ? remember(value, registrations, feature) : feature,
      registrations: registrations ?? [],
    };
  } catch {
    return { feature, registrations: [] };
  }
}

/** What is imported holds the feature as its default; from a CommonJS package, one level deeper. */
function unwrap(value: unknown): unknown {
  for (let step = 0; step < 2 && isObject(value) && !('$$type' in value); step++) {
    value = (value as { default?: unknown }).default;
  }
  return value;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function readRegistrations(value: unknown): readonly Registration[] | undefined {
  const { getRegistrations } = value as { getRegistrations?(): readonly Registration[] };
  return getRegistrations?.call(value);
}

/**
 * Our own features register anew each time that they are asked, and a test may count on once. They
 * tell where they come from; others are known by their identity, and remember by themselves.
 */
function remember(
  value: unknown,
  registrations: readonly Registration[],
  feature: TestFeature,
): TestFeature {
  if (!(FEATURE_ORIGIN in (value as object))) return feature;
  return Object.create(value as object, {
    getRegistrations: { value: () => registrations },
  }) as BackendFeature;
}
