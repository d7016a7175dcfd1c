import {
  AUTHORS_FACTORY,
  PLUGIN_VIEW,
  SUCCESSION,
  type PluginViews,
  type ServiceDecoratorShape,
  type ServiceFactoryShape,
  type ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { toError } from '@stagewire/errors';
import type { PluginMetadataService } from '@stagewire/plugin-api';
import { disposeOf } from './dispose.js';
import { wiringErrors } from './errors.js';
import { formatOrigin, type Origin } from './origin.js';
import {
  PLUGIN_METADATA,
  type DecoratorEntry,
  type FactoryEntry,
  type ServiceRegistry,
} from './registry.js';
import { allOf, goOn, reject, rescue, type Soon } from './soon.js';
import { Succession } from './succession.js';
import type { Timeline, TimelineEntry } from './timeline.js';

/** A service that was found; its value may be anything, also something falsy. */
export type FoundService = { value: unknown };

/** What makes an instance of a service, or a layer around it. */
type Maker = ServiceFactoryShape | ServiceDecoratorShape;

/** Everything that was made for one plugin, or for the backend itself. */
export class Scope {
  /**
   * In the order in which they were asked for, with all their decorators; a promise is in the making,
   * or has failed.
   */
  readonly instances = new Map<ServiceFactoryShape, Soon<FoundService>>();
  /** All that was made, in that order, so that stopping can undo it in reverse. */
  readonly values: unknown[] = [];
  /** What the plugin gets in the place of root services. */
  readonly views = new Map<object, unknown>();
  /** `core.pluginMetadata`. */
  readonly metadata: { readonly value: PluginMetadataService };
  /** Set when all was undone: what is made later has to go too. */
  isClosed = false;

  constructor(
    /** A plugin id, or `root`. */
    readonly id: string,
    readonly succession = new Succession(false),
  ) {
    const metadata = { getId: () => id };
    this.metadata = { value: Object.defineProperty(metadata, SUCCESSION, { value: succession }) };
  }
}

/**
 * Makes services on first demand and remembers them: once per backend for root services, once per
 * plugin for plugin services. A failed creation stays failed.
 */
export class Instances {
  readonly root = new Scope('root');
  private readonly plugins = new Map<string, Scope>();
  private readonly contexts = new Map<ServiceFactoryShape, Soon<FoundService>>();
  /** Whose factory or decorator an error came out of. */
  private readonly throwers = new WeakMap<Error, Maker>();

  constructor(
    readonly registry: ServiceRegistry,
    private readonly timeline: Timeline,
  ) {}

  /** The scope of a plugin, made on first demand; its modules share it. */
  scopeOf(pluginId: string): Scope {
    let scope = this.plugins.get(pluginId);
    if (!scope) this.plugins.set(pluginId, (scope = new Scope(pluginId)));
    return scope;
  }

  /** The scope of a plugin, if anything was made for it. */
  findScope(pluginId: string): Scope | undefined {
    return this.plugins.get(pluginId);
  }

  /** Puts a scope in the place of an earlier one of the same plugin. */
  setScope(scope: Scope): void {
    this.plugins.set(scope.id, scope);
  }

  /** Forgets a scope, unless another one has its place. */
  dropScope(scope: Scope): void {
    if (this.plugins.get(scope.id) === scope) this.plugins.delete(scope.id);
  }

  /** The scopes of all plugins that anything was made for. */
  pluginScopes(): Iterable<Scope> {
    return this.plugins.values();
  }

  /**
   * Gets a service for a plugin, or for the backend itself with the root scope.
   *
   * @returns undefined when nobody provides it; an array of all for a multiton. At once when it is
   *   there, or can be made without waiting; never throws
   */
  get(ref: ServiceRefShape, scope: Scope): Soon<FoundService | undefined> {
    if (ref.id === PLUGIN_METADATA) return scope.metadata;
    try {
      const providers = this.registry.use(ref);
      return providers instanceof Promise
        ? providers.then((loaded) => this.provide(ref, loaded, scope))
        : this.provide(ref, providers, scope);
    } catch (error) {
      return reject(error);
    }
  }

  private provide(
    ref: ServiceRefShape,
    providers: readonly FactoryEntry[],
    scope: Scope,
  ): Soon<FoundService | undefined> {
    if (ref.multiton) {
      const made = allOf(providers.map(({ factory }) => this.instance(factory, scope)));
      return goOn(made, (all) => ({ value: all.map(({ value }) => value) }));
    }
    const [entry] = providers;
    if (!entry) return undefined;
    const made = this.instance(entry.factory, scope);
    return made instanceof Promise
      ? made.then((found) => this.viewOf(found, entry, scope))
      : this.viewOf(made, entry, scope);
  }

  /** What a plugin gets of a root service: itself, or a view that takes back what the plugin hands to it. */
  private viewOf(found: FoundService, { factory }: FactoryEntry, scope: Scope): FoundService {
    const { value } = found;
    if (scope === this.root || factory.service.scope !== 'root' || !hasViews(value)) return found;
    let view = scope.views.get(value);
    if (!view) {
      view = value[PLUGIN_VIEW](scope.metadata.value, value);
      scope.views.set(value, view);
      if (view !== value) scope.values.push(view);
    }
    return { value: view };
  }

  /** What was already made for a ref in a scope; undefined if nothing was, or its making failed. */
  async findMade(ref: ServiceRefShape, scope: Scope): Promise<FoundService | undefined> {
    const made = [...scope.instances].find(([factory]) => factory.service.id === ref.id);
    return rescue<FoundService | undefined>(
      () => made?.[1],
      () => undefined,
    );
  }

  /** What an error came out of first; undefined for errors of other origin. */
  findThrower(error: unknown): Maker | undefined {
    let thrower: Maker | undefined;
    for (let each = error; each instanceof Error; each = each.cause) {
      thrower = this.throwers.get(each) ?? thrower;
    }
    return thrower;
  }

  /** Where that came from. */
  culpritsOf(error: unknown): Origin[] {
    const thrower = this.findThrower(error);
    return thrower ? this.registry.culprits((maker) => maker === thrower) : [];
  }

  /** Tells what a service is held up by: the way down to those whose factory has not come back. */
  describeWait(id: string, scope: Scope): string {
    const factory = this.findUnmade(id, scope);
    if (!factory) return `service '${id}'`;
    const open = this.depsOf(factory, scope).filter((ref) => this.findUnmade(ref.id, scope));
    if (open.length > 0) {
      const ways = open.map((ref) => this.describeWait(ref.id, scope));
      return `service '${id}' -> ${ways.join(' and ')}`;
    }
    const entry = this.registry
      .all()
      .get(id)
      ?.find((candidate) => candidate.factory === factory);
    const isOfOthers = entry && entry.source !== 'default';
    return `service '${id}'${isOfOthers ? ` (${formatOrigin(entry.origin)})` : ''}`;
  }

  /** Like {@link Instances.describeWait}, for what the backend itself asked for first. */
  describeRootWait(): string | undefined {
    const unmade = [...this.root.instances].find(([, made]) => made instanceof Promise);
    return unmade && this.describeWait(unmade[0].service.id, this.root);
  }

  private findUnmade(id: string, scope: Scope): ServiceFactoryShape | undefined {
    for (const { instances } of [scope, this.root]) {
      for (const [factory, made] of instances) {
        if (factory.service.id === id && made instanceof Promise) return factory;
      }
    }
    return undefined;
  }

  private instance(factory: ServiceFactoryShape, wanted: Scope): Soon<FoundService> {
    const scope = factory.service.scope === 'root' ? this.root : wanted;
    const known = scope.instances.get(factory);
    if (known) return known;
    // It has its place before those that it needs.
    scope.instances.set(factory, IN_THE_MAKING);
    const made = rescue(() => this.makeWhole(factory, scope), reject);
    scope.instances.set(factory, made);
    return made;
  }

  /** The instance inside of everything that it is wrapped in. */
  private makeWhole(factory: ServiceFactoryShape, scope: Scope): Soon<FoundService> {
    let made =
      factory.service.scope === 'root'
        ? this.makeRoot(factory)
        : this.makeForPlugin(factory, scope);
    for (const entry of this.decoratorsFor(factory, scope)) {
      made = goOn(made, ({ value }) => this.decorate(value, entry, scope));
    }
    return goOn(made, (found) => keep(scope.instances, factory, found));
  }

  private decoratorsFor(
    { service: { id } }: ServiceFactoryShape,
    scope: Scope,
  ): readonly DecoratorEntry[] {
    const all = this.registry.decoratorsOf(id);
    if (all.length === 0) return all;
    return all.filter(({ decorator: { plugins } }) => plugins?.includes(scope.id) ?? true);
  }

  /** What a service needs in a scope, for itself and for what it is wrapped in. */
  private depsOf(factory: ServiceFactoryShape, scope: Scope): ServiceRefShape[] {
    const decorators = this.decoratorsFor(factory, scope).map(({ decorator }) => decorator);
    return [factory, ...decorators].flatMap(({ deps }) => Object.values(deps));
  }

  private decorate(
    inner: unknown,
    { decorator, origin }: DecoratorEntry,
    scope: Scope,
  ): Soon<FoundService> {
    const { service, deps } = decorator;
    if (service.scope === 'root') assertRootDeps(decorator);
    const entry = (): Omit<TimelineEntry, 'start'> => ({
      ...this.timelineEntry('decorator', service.id, scope),
      ...(origin.package && { package: formatOrigin({ package: origin.package }) }),
    });
    return rescue(
      () =>
        goOn(this.dependencies(decorator, deps, scope), (resolved) =>
          this.make(entry(), decorator, scope, () => decorator.decorate(inner, resolved)),
        ),
      (error) => {
        throw wiringErrors.decoratorFailed(service.id, scope.id, error);
      },
    );
  }

  private makeRoot(factory: ServiceFactoryShape): Soon<FoundService> {
    assertRootDeps(factory);
    return goOn(this.dependencies(factory, factory.deps, this.root), (deps) => {
      const entry = this.timelineEntry('service', factory.service.id, this.root);
      return this.make(entry, factory, this.root, () => authorsFactory(factory)(deps, undefined));
    });
  }

  private makeForPlugin(factory: ServiceFactoryShape, scope: Scope): Soon<FoundService> {
    const { id } = factory.service;
    const missing = Object.values(factory.deps).filter((ref) => !this.registry.isKnown(ref));
    if (missing.length > 0) {
      throw missingDependency(
        factory,
        scope,
        missing.map((ref) => ref.id),
      );
    }
    return rescue(
      () =>
        goOn(this.rootContext(factory), (context) =>
          goOn(this.dependencies(factory, factory.deps, scope), (deps) =>
            this.make(this.timelineEntry('service', id, scope), factory, scope, () =>
              authorsFactory(factory)(deps, context?.value),
            ),
          ),
        ),
      (error) => {
        throw wiringErrors.serviceFailed(id, scope.id, error);
      },
    );
  }

  /** Made at most once per factory and backend, from its root scoped dependencies. */
  private rootContext(factory: ServiceFactoryShape): Soon<FoundService | undefined> {
    if (!factory.createRootContext) return undefined;
    let context = this.contexts.get(factory);
    if (!context) {
      context = this.makeRootContext(factory);
      this.contexts.set(factory, context);
    }
    return context;
  }

  private async makeRootContext(factory: ServiceFactoryShape): Promise<FoundService> {
    try {
      const rootDeps = Object.fromEntries(
        Object.entries(factory.deps).filter(([, ref]) => ref.scope === 'root'),
      );
      const deps = await this.dependencies(factory, rootDeps, this.root);
      return keep(this.contexts, factory, { value: await factory.createRootContext!(deps) });
    } catch (error) {
      this.blame(factory, error);
      throw wiringErrors.serviceContextFailed(factory.service.id, error);
    }
  }

  private dependencies(
    maker: Maker,
    deps: Record<string, ServiceRefShape>,
    scope: Scope,
  ): Soon<Record<string, unknown>> {
    const names = Object.keys(deps);
    const found = allOf(names.map((name) => this.get(deps[name]!, scope)));
    return found instanceof Promise
      ? found.then((values) => toResolved(maker, names, values, scope))
      : toResolved(maker, names, found, scope);
  }

  /** Runs a factory or decorator and notes how long it took. */
  private make(
    entry: Omit<TimelineEntry, 'start'>,
    maker: Maker,
    scope: Scope,
    run: () => unknown,
  ): Soon<FoundService> {
    const started = this.timeline.begin(entry);
    return rescue(
      () => {
        const made = run();
        return isThenable(made)
          ? Promise.resolve(made).then((value) => this.take(value, started, scope))
          : this.take(made, started, scope);
      },
      (error) => {
        this.timeline.end(started, toError(error));
        this.blame(maker, error);
        throw error;
      },
    );
  }

  private take(value: unknown, started: TimelineEntry, scope: Scope): Soon<FoundService> {
    this.timeline.end(started);
    if (scope.isClosed) return disposeOf(value).then(() => ({ value }));
    scope.values.push(value);
    return { value };
  }

  private timelineEntry(kind: 'service' | 'decorator', id: string, scope: Scope) {
    return { kind, id, ...(scope !== this.root && { pluginId: scope.id }) };
  }

  private blame(maker: Maker, error: unknown): void {
    if (error instanceof Error && !this.throwers.has(error)) this.throwers.set(error, maker);
  }
}

/** What an instance is until it is known whether it has to be waited for. */
const IN_THE_MAKING = new Promise<never>(() => {});

/** Puts what was waited for in the place of the promise, unless that was given up meanwhile. */
function keep(
  from: Map<ServiceFactoryShape, Soon<FoundService>>,
  factory: ServiceFactoryShape,
  found: FoundService,
): FoundService {
  if (from.has(factory)) from.set(factory, found);
  return found;
}

/** The author's own function, where the plugin API tells it: it need not be waited for. */
function authorsFactory({ factory }: ServiceFactoryShape) {
  return (factory as { [AUTHORS_FACTORY]?: typeof factory })[AUTHORS_FACTORY] ?? factory;
}

/** The deps of a factory or decorator by their names. @throws `E_SERVICE_MISSING` */
function toResolved(
  maker: Maker,
  names: string[],
  found: Array<FoundService | undefined>,
  scope: Scope,
): Record<string, unknown> {
  const resolved: Record<string, unknown> = {};
  const missing: string[] = [];
  names.forEach((name, index) => {
    const service = found[index];
    if (service) resolved[name] = service.value;
    else missing.push(maker.deps[name]!.id);
  });
  if (missing.length > 0) throw missingDependency(maker, scope, missing);
  return resolved;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' && typeof value !== 'function') return false;
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

function hasViews(value: unknown): value is PluginViews<unknown> {
  return typeof value === 'object' && value !== null && PLUGIN_VIEW in value;
}

/** @throws `E_SERVICE_SCOPE` when a root service needs one that belongs to plugins */
function assertRootDeps({ service, deps }: Maker): void {
  for (const ref of Object.values(deps)) {
    if (ref.scope === 'plugin') throw wiringErrors.serviceScope(service.id, ref.id);
  }
}

function missingDependency(maker: Maker, scope: Scope, missing: string[]) {
  return wiringErrors.serviceDependencyMissing(
    maker.service.id,
    scope.id,
    missing,
    `add a factory for ${missing.join(' and ')} with backend.add()`,
  );
}
