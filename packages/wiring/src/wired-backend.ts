import { coreServices, type LoggerService } from '@stagewire/plugin-api';
import type { Backend, SpecializedBackendOptions, StartedBackend } from './backend.js';
import { boot } from './boot.js';
import type { AddedFeature } from './collect.js';
import { describeStart } from './describe-start.js';
import { toDiagnostic, toFinding } from './diagnostic.js';
import { getRoot } from './driven-services.js';
import { wiringErrors } from './errors.js';
import { findBackendHost, type HostedBackend } from './host.js';
import { Instances } from './instances.js';
import { takeCallSite } from './origin.js';
import type { Plan } from './plan.js';
import { prepare, type Preparation } from './prepare.js';
import { enlist, handleFailures } from './process-events.js';
import { refuseProblems } from './refuse.js';
import { ServiceRegistry } from './registry.js';
import { replaceNothing, replacePlugins } from './replace.js';
import type { Replacement, ReplaceOptions } from './replacement.js';
import { toRunning, type Running } from './running.js';
import { explainFailure } from './start-failure.js';
import { stopAll } from './stop.js';
import { within } from './time-limit.js';
import { Timeline } from './timeline.js';
import { holdPromise } from './unwrap.js';
import { asServiceFactory, describeFeature } from './validate.js';
import type { Watchdog } from './watchdog.js';

/** How long a version may take to start or stop, in milliseconds. */
const DEFAULT_START_LIMIT = 30_000;

/** What a preparation is made into: the instances of a backend, and what happens on the way. */
type Making = { instances: Instances; timeline: Timeline; prepared: Promise<Preparation> };

/** What a host was given stands for which backend; of another copy of the wiring it is not here. */
const hostedBackends = new WeakMap<HostedBackend, WiredBackend>();

/** A backend from the first feature to its stop: which step may follow which, and who waits for whom. */
export class WiredBackend implements Backend {
  private readonly added: AddedFeature[] = [];
  private readonly registry: ServiceRegistry;
  private isAsked = false;
  private making: Making | undefined;
  private starting: Promise<StartedBackend> | undefined;
  private running: Running | undefined;
  private replacing: Promise<unknown> = Promise.resolve();
  private stopped: Promise<void> | undefined;
  private leave: ((stop: () => Promise<void>) => Promise<void>) | undefined;
  private unhandle: (() => void) | undefined;
  private watchdog: Watchdog | undefined;
  private isBusy = false;
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
    if (this.isAsked) throw wiringErrors.addedAfterStart();
    this.added.push({
      value: holdPromise(feature),
      index: this.added.length,
      site: takeCallSite(2),
    });
  }

  async start(): Promise<StartedBackend> {
    if (this.isAsked) throw wiringErrors.alreadyStarted();
    if (this.stopped) throw wiringErrors.alreadyStopped();
    this.isAsked = true;
    const host = findBackendHost();
    return host ? host.start(this.toHosted()) : this.run();
  }

  async stop(): Promise<void> {
    this.stopped ??= this.leave ? this.leave(() => this.shutDown()) : Promise.resolve();
    return this.stopped;
  }

  private toHosted(): HostedBackend {
    const hosted: HostedBackend = {
      plan: () => this.plan(),
      start: () => this.run(),
      stop: () => this.stop(),
      replaceWith: (next, options) => this.replaceWith(next, options),
    };
    hostedBackends.set(hosted, this);
    return hosted;
  }

  private async plan(): Promise<Plan> {
    const { verdict } = await this.make().prepared;
    return this.running?.started.plan ?? verdict.plan;
  }

  /** One replacement after the other. */
  private async replaceWith(next: HostedBackend, options: ReplaceOptions): Promise<Replacement> {
    const former = this.replacing;
    const replacing = (async () => {
      await former;
      return this.replaceNow(next, options);
    })();
    this.replacing = Promise.allSettled([replacing]);
    return replacing;
  }

  private async replaceNow(next: HostedBackend, options: ReplaceOptions): Promise<Replacement> {
    if (this.stopped) throw wiringErrors.alreadyStopped();
    if (!this.running) throw wiringErrors.notStarted();
    const other = hostedBackends.get(next);
    if (!other || other === this) throw wiringErrors.notReplaceable();
    const { startLimit = DEFAULT_START_LIMIT, isChanged } = options;
    const prepared = await within(startLimit, other.make().prepared);
    if (prepared === 'late') {
      // It is stopped once it gets there.
      void other.stop().catch(() => {});
      const error = wiringErrors.preparationSlow(startLimit, other.describeStart());
      return replaceNothing(this.running, [toDiagnostic(toFinding(error))]);
    }
    try {
      return await replacePlugins(this.running, prepared, {
        isChanged: (file) => isChanged(file),
        startLimit,
      });
    } finally {
      // What was made in order to know the plan changes nothing in what came of the replacement.
      await other.stop().catch(() => {});
    }
  }

  /** The start as it is without a host. */
  private async run(): Promise<StartedBackend> {
    if (this.starting) throw wiringErrors.alreadyStarted();
    if (this.stopped) throw wiringErrors.alreadyStopped();
    this.starting = this.wire();
    return this.starting;
  }

  private async wire(): Promise<StartedBackend> {
    const { ownsProcess = true } = this.options;
    if (ownsProcess && process.env.NODE_ENV !== 'test') this.unhandle = this.handleFailures();
    const making = this.make();
    this.isBusy = true;
    try {
      return await this.boot(making);
    } catch (error) {
      await explainFailure(error, making.instances);
      this.startFailure = { error };
      throw error;
    } finally {
      this.isBusy = false;
    }
  }

  /** Prepares what was added, once; from here on the process knows of this backend. */
  private make(): Making {
    if (this.making) return this.making;
    if (this.stopped) throw wiringErrors.alreadyStopped();
    const live = {
      stop: () => this.stop(),
      describeStart: () => (this.isBusy ? this.describeStart() : undefined),
    };
    const { ownsProcess = true } = this.options;
    this.leave = ownsProcess ? enlist(live) : (stop) => stop();
    this.isBusy = true;
    const timeline = new Timeline();
    const instances = new Instances(this.registry, timeline);
    const { extensionPointFactoryMiddleware = [], serviceHints = {} } = this.options;
    const { added } = this;
    const prepared = prepare({
      added,
      instances,
      timeline,
      extensionPointFactoryMiddleware,
      serviceHints,
    }).finally(() => (this.isBusy = this.starting !== undefined));
    this.making = { instances, timeline, prepared };
    return this.making;
  }

  /** Everything was looked at before anything is made. */
  private async boot({ instances, timeline, prepared }: Making): Promise<StartedBackend> {
    const preparation = await prepared;
    const { verdict, policy, extensionPointMiddleware } = preparation;
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
    });
    const started = { result, plan: verdict.plan, timeline: timeline.entries };
    this.running = toRunning(preparation, instances, timeline, started);
    return started;
  }

  private async shutDown(): Promise<void> {
    try {
      await this.making?.prepared.catch(() => {});
      await this.starting?.catch(() => {});
      await this.replacing;
      if (this.making) await stopAll(this.making.instances);
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

  private describeStart(): string[] {
    return describeStart({ ...this.making, added: this.added, watchdog: this.watchdog });
  }
}
