import type { BackendFeature } from '@stagewire/plugin-api';
import type { ServiceHints } from './check-services.js';
import type { Plan } from './plan.js';
import type { BackendStartupResult } from './startup-result.js';
import type { TimelineEntry } from './timeline.js';
import { WiredBackend } from './wired-backend.js';

/** A running backend: how it came up, what it runs and where the time went. @public */
export type StartedBackend = {
  /** As the ecosystem has it. */
  result: BackendStartupResult;
  /** What was found and ordered before anything ran; plain data. */
  plan: Plan;
  /** What began when and took how long, in the order of beginning; plain data. */
  timeline: TimelineEntry[];
};

/**
 * What `import()` gives for a package that exports a feature as its default; that of a CommonJS
 * package holds it one level deeper.
 *
 * @public
 */
export type FeatureImport = { default: BackendFeature | { default: BackendFeature } };

/** The unit of deployment: it wires features together. @public */
export interface Backend {
  /**
   * Adds a plugin, module, service factory or feature loader.
   *
   * @param feature - the feature, the import of a package that exports it as its default, or a
   *   promise of either
   * @throws `E_ADD_AFTER_START` once `start()` was called; malformed features are told by `start()`
   */
  add(feature: BackendFeature | FeatureImport | Promise<BackendFeature | FeatureImport>): void;

  /**
   * Starts everything that was added; resolves when all plugins and all startup hooks are done.
   *
   * @remarks
   * Everything is looked at first, and every problem is told at once, before anything is made. A
   * failure of one plugin leaves the others running until all had their chance.
   *
   * @throws `E_STARTUP_FAILED` when a plugin or module failed that may not; `E_ALREADY_STARTED` for
   *   a second call; `E_ALREADY_STOPPED` after `stop()`; otherwise what was wrong with the backend
   *   as a whole (`E_FEATURE_…`, `E_SERVICE_…`, `E_LOADER_…`), or what a root service threw
   */
  start(): Promise<StartedBackend>;

  /**
   * Stops everything that was started, in order; waits for a start in progress first. All calls
   * share one shutdown; before `start()` it only keeps the backend from being started.
   */
  stop(): Promise<void>;
}

/** What a backend is made of before anything is added to it. @public */
export type SpecializedBackendOptions = {
  /** Service factories that anything added replaces. */
  defaultServiceFactories: readonly BackendFeature[];
  /** Wraps implementations of extension points before modules get them. */
  extensionPointFactoryMiddleware?: readonly unknown[];
  /** For services that nobody provides: who could, as the end of a sentence; by service id. */
  serviceHints?: ServiceHints;
  /**
   * Whether the process is there for this backend: signals and the end of all work stop it, and
   * failures that nobody handles are logged. A backend in a test leaves that to whoever runs the test.
   *
   * @defaultValue true
   */
  ownsProcess?: boolean;
};

/**
 * Makes a backend with a choice of default services.
 *
 * @throws `E_SERVICE_DUPLICATE`, `E_SERVICE_RESERVED`, `E_SERVICE_CYCLE` or `E_FEATURE_INVALID`
 *   for a default list that cannot be
 * @public
 */
export function createSpecializedBackend(options: SpecializedBackendOptions): Backend {
  const backend = new WiredBackend(options);
  // The object has exactly these: what a backend is inside is nobody's business.
  return {
    add: (feature) => backend.add(feature),
    start: () => backend.start(),
    stop: () => backend.stop(),
  };
}
