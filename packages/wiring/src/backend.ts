import { toError } from '@stagewire/errors';
import { coreServices, type BackendFeature, type LoggerService } from '@stagewire/plugin-api';
import { boot, type BootOptions } from './boot.js';
import { check, type Verdict } from './check.js';
import type { ServiceHints } from './check-services.js';
import { collect, type AddedFeature } from './collect.js';
import { toFinding, toFindings } from './diagnostic.js';
import { getConfig, getRoot } from './driven-services.js';
import { wiringErrors } from './errors.js';
import { openMiddleware } from './extension-points.js';
import { createInstanceMetadataFactory, toInstalledPlugins } from './instance-metadata.js';
import { Instances } from './instances.js';
import { takeCallSite, toLocation } from './origin.js';
import type { Plan } from './plan.js';
import { readStartupPolicy } from './policy.js';
import { enlist, handleFailures } from './process-events.js';
import { refuseProblems } from './refuse.js';
import { ServiceRegistry } from './registry.js';
import { explainFailure } from './start-failure.js';
import type { BackendStartupResult } from './startup-result.js';
import { stopAll } from './stop.js';
import { Timeline, type TimelineEntry } from './timeline.js';
import { holdPromise } from './unwrap.js';
import { asServiceFactory, describeFeature } from './validate.js';
import type { Watchdog } from './watchdog.js';

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

class WiredBackend implements Backend {
  private readonly added: AddedFeature[] = [];
  private readonly registry: ServiceRegistry;
  private instances: Instances | undefined;
  private timeline: Timeline | undefined;
  private starting: Promise<StartedBackend> | undefined;
  private stopped: Promise<void> | undefined;
  private leave: ((stop: () => Promise<void>) => Promise<void>) | undefined;
  private unhandle: (() => void) | undefined;
  private watchdog: Watchdog | undefined;
  private isStarting = false;
  private startFailure: { error: unknown } | undefined;
  private logger: LoggerService | undefined;

  constructor(private readonly options: SpecializedBackendOptions) {
    this.registry = new ServiceRegistry(
      options.defaultServiceFactories.map((feature, index) => ({
        factory: asServiceFactory(
          feature,
          describeFeature(feature, `default service factories[${index}]`),
        ),
        source: 'default',
        origin: {},
      })),
    );
  }

  add(feature: unknown): void {
    if (this.starting) throw wiringErrors.addedAfterStart();
    this.added.push({
      value: holdPromise(feature),
      index: this.added.length,
      site: takeCallSite(2),
    });
  }

  async start(): Promise<StartedBackend> {
    if (this.starting) throw wiringErrors.alreadyStarted();
    if (this.stopped) throw wiringErrors.alreadyStopped();
    this.starting = this.run();
    return this.starting;
  }

  async stop(): Promise<void> {
    this.stopped ??= this.leave ? this.leave(() => this.shutDown()) : Promise.resolve();
    return this.stopped;
  }

  private async run(): Promise<StartedBackend> {
    this.isStarting = true;
    this.leave = enlist({
      stop: () => this.stop(),
      describeStart: () => (this.isStarting ? this.describeStart() : undefined),
    });
    if (process.env.NODE_ENV !== 'test') this.unhandle = this.handleFailures();
    try {
      return await this.wire();
    } catch (error) {
      if (this.instances) await explainFailure(error, this.instances);
      this.startFailure = { error };
      throw error;
    } finally {
      this.isStarting = false;
    }
  }

  /** The start as it is: everything is looked at before anything is made. */
  private async wire(): Promise<StartedBackend> {
    const timeline = (this.timeline = new Timeline());
    const instances = (this.instances = new Instances(this.registry, timeline));
    const verdict = await this.plan(instances, timeline);
    const policy = await this.readPolicy(verdict, instances);
    const extensionPointMiddleware = this.readMiddleware(verdict);
    try {
      refuseProblems(verdict.findings, policy);
    } catch (error) {
      // What was made in order to know the features and the policy: nothing stays half-started.
      // A lifecycle that fails on the way must not hide why the start was refused.
      await stopAll(instances).catch(() => {});
      throw error;
    }
    this.logger = await getRoot<LoggerService>(coreServices.rootLogger, instances);
    const result = await boot(verdict, {
      instances,
      policy,
      timeline,
      extensionPointMiddleware,
      onWatchdog: (watchdog) => (this.watchdog = watchdog),
    } satisfies BootOptions);
    return { result, plan: verdict.plan, timeline: timeline.entries };
  }

  private async plan(instances: Instances, timeline: Timeline): Promise<Verdict> {
    const collected = await timeline.measure({ kind: 'collect', id: 'collect' }, () =>
      collect(this.added, instances, timeline),
    );
    const registrations = collected.registrations.map(({ registration }) => registration);
    try {
      this.registry.addBuiltIn({
        factory: createInstanceMetadataFactory(() => toInstalledPlugins(registrations)),
        source: 'default',
        origin: {},
      });
    } catch (error) {
      const rival = this.registry.find(coreServices.rootInstanceMetadata.id);
      collected.findings.push(toFinding(toError(error), { origins: rival ? [rival.origin] : [] }));
    }
    return timeline.measure({ kind: 'check', id: 'check' }, () =>
      check(collected, this.options.serviceHints ?? {}),
    );
  }

  /** Reads the policy; a configuration that cannot be read is one more problem to tell. */
  private async readPolicy(verdict: Verdict, instances: Instances) {
    const circular = verdict.findings.some(({ code }) => code === 'E_SERVICE_CYCLE');
    if (circular) return readStartupPolicy(undefined);
    try {
      return readStartupPolicy(await getConfig(instances));
    } catch (error) {
      // A loader that needs the configuration has told the same before.
      const known = new Set(verdict.findings.map(({ problem }) => problem));
      const found = toFindings(toError(error));
      verdict.findings.push(...found.filter(({ problem }) => !known.has(problem)));
      return readStartupPolicy(undefined);
    }
  }

  /** Looks into the middleware; an entry that is none is one more problem to tell. */
  private readMiddleware(verdict: Verdict) {
    try {
      return (this.options.extensionPointFactoryMiddleware ?? []).map(openMiddleware);
    } catch (error) {
      verdict.findings.push(toFinding(toError(error)));
      return [];
    }
  }

  private async shutDown(): Promise<void> {
    try {
      await this.starting?.catch(() => {});
      if (this.instances) await stopAll(this.instances);
    } finally {
      this.unhandle?.();
    }
  }

  private handleFailures(): () => void {
    return handleFailures({
      logger: () => this.logger,
      isStartFailure: (error) => this.startFailure?.error === error,
      stop: () => this.stop(),
    });
  }

  /** What a start in progress waits for, from the latest step that it can be in to the first. */
  private describeStart(): string[] {
    const watched = this.watchdog?.describe() ?? [];
    if (watched.length > 0) return watched;
    const service = this.instances?.describeRootWait();
    if (service) return [`the backend waits for ${service}`];
    const loader = this.timeline?.findOpen('loader');
    if (loader) return [`the backend waits for feature loader ${loader.id}`];
    const feature = this.added.find(({ isTakenIn }) => !isTakenIn);
    return [`the backend waits for ${feature ? describeAdded(feature) : 'its plan'}`];
  }
}

function describeAdded({ index, site }: AddedFeature): string {
  const location = toLocation(site);
  return `the import of features[${index}]${location ? ` (${location})` : ''}`;
}
