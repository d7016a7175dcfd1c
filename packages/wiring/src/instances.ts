import {
  PLUGIN_VIEW,
  SUCCESSION,
  type PluginViews,
  type ServiceDecoratorShape,
  type ServiceFactoryShape,
  type ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { disposeOf } from './dispose.js';
import { wiringErrors } from './errors.js';
import { formatOrigin, type Origin } from './origin.js';
import {
  PLUGIN_METADATA,
  type DecoratorEntry,
  type FactoryEntry,
  type ServiceRegistry,
} from './registry.js';
import { Succession } from './succession.js';
import type { Timeline, TimelineEntry } from './timeline.js';

/** A service that was found; its value may be anything, also something falsy. */
export type FoundService = { value: unknown };

/** What makes an instance of a service, or a layer around it. */
type Maker = ServiceFactoryShape | ServiceDecoratorShape;

/** Everything that was made for one plugin, or for the backend itself. */
export class Scope {
  /** In the order in which they were asked for; some may still be in the making. */
  readonly instances = new Map<ServiceFactoryShape, Promise<unknown>>();
  /** Those that are there, with all their decorators. */
  readonly made = new Set<ServiceFactoryShape>();
  /** All that was made, in that order, so that stopping can undo it in reverse. */
  readonly values: unknown[] = [];
  /** What the plugin gets in the place of root services. */
  readonly views = new Map<object, unknown>();
  readonly metadata: { getId(): string };
  /** Set when all was undone: what is made later has to go too. */
  isClosed = false;

  constructor(
    /** A plugin id, or `root`. */
    readonly id: string,
    readonly succession = new Succession(false),
  ) {
    this.metadata = Object.defineProperty({ getId: () => id }, SUCCESSION, { value: succession });
  }
}

/**
 * Makes services on first demand and remembers them: once per backend for root services, once per
 * plugin for plugin services. A failed creation stays failed.
 */
export class Instances {
  readonly root = new Scope('root');
  private readonly plugins = new Map<string, Scope>();
  private readonly contexts = new Map<ServiceFactoryShape, Promise<unknown>>();
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
   * @returns undefined when nobody provides it; an array of all for a multiton
   */
  async get(ref: ServiceRefShape, scope: Scope): Promise<FoundService | undefined> {
    if (ref.id === PLUGIN_METADATA) return { value: scope.metadata };
    const providers = await this.registry.use(ref);
    if (ref.multiton) {
      return {
        value: await Promise.all(providers.map(({ factory }) => this.instance(factory, scope))),
      };
    }
    const [entry] = providers;
    return entry && { value: this.viewOf(await this.instance(entry.factory, scope), entry, scope) };
  }

  /** What a plugin gets of a root service: itself, or a view that takes back what the plugin hands to it. */
  private viewOf(value: unknown, { factory }: FactoryEntry, scope: Scope): unknown {
    if (scope === this.root || factory.service.scope !== 'root' || !hasViews(value)) return value;
    let view = scope.views.get(value);
    if (!view) {
      view = value[PLUGIN_VIEW](scope.metadata, value);
      scope.views.set(value, view);
      if (view !== value) scope.values.push(view);
    }
    return view;
  }

  /** What was already made for a ref in a scope; undefined if nothing was, or its making failed. */
  async findMade(ref: ServiceRefShape, scope: Scope): Promise<FoundService | undefined> {
    const made = [...scope.instances].find(([factory]) => factory.service.id === ref.id);
    if (!made) return undefined;
    return made[1].then(
      (value) => ({ value }),
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
    const { instances, made } = this.root;
    const factory = [...instances.keys()].find((candidate) => !made.has(candidate));
    return factory && this.describeWait(factory.service.id, this.root);
  }

  private findUnmade(id: string, scope: Scope): ServiceFactoryShape | undefined {
    for (const { instances, made } of [scope, this.root]) {
      for (const factory of instances.keys()) {
        if (factory.service.id === id && !made.has(factory)) return factory;
      }
    }
    return undefined;
  }

  private instance(factory: ServiceFactoryShape, wanted: Scope): Promise<unknown> {
    const scope = factory.service.scope === 'root' ? this.root : wanted;
    const known = scope.instances.get(factory);
    if (known) return known;
    const made = this.makeWhole(factory, scope);
    scope.instances.set(factory, made);
    return made;
  }

  /** The instance inside of everything that it is wrapped in. */
  private async makeWhole(factory: ServiceFactoryShape, scope: Scope): Promise<unknown> {
    let value = await (factory.service.scope === 'root'
      ? this.makeRoot(factory)
      : this.makeForPlugin(factory, scope));
    for (const entry of this.decoratorsFor(factory, scope)) {
      value = await this.decorate(value, entry, scope);
    }
    scope.made.add(factory);
    return value;
  }

  private decoratorsFor({ service: { id } }: ServiceFactoryShape, scope: Scope): DecoratorEntry[] {
    return this.registry
      .decoratorsOf(id)
      .filter(({ decorator: { plugins } }) => plugins?.includes(scope.id) ?? true);
  }

  /** What a service needs in a scope, for itself and for what it is wrapped in. */
  private depsOf(factory: ServiceFactoryShape, scope: Scope): ServiceRefShape[] {
    const decorators = this.decoratorsFor(factory, scope).map(({ decorator }) => decorator);
    return [factory, ...decorators].flatMap(({ deps }) => Object.values(deps));
  }

  private async decorate(
    inner: unknown,
    { decorator, origin }: DecoratorEntry,
    scope: Scope,
  ): Promise<unknown> {
    const { service, deps } = decorator;
    if (service.scope === 'root') assertRootDeps(decorator);
    try {
      const resolved = await this.dependencies(decorator, deps, scope);
      const entry = {
        ...this.timelineEntry('decorator', service.id, scope),
        ...(origin.package && { package: formatOrigin({ package: origin.package }) }),
      };
      return await this.make(entry, decorator, scope, () => decorator.decorate(inner, resolved));
    } catch (error) {
      throw wiringErrors.decoratorFailed(service.id, scope.id, error);
    }
  }

  private async makeRoot(factory: ServiceFactoryShape): Promise<unknown> {
    assertRootDeps(factory);
    const deps = await this.dependencies(factory, factory.deps, this.root);
    const entry = this.timelineEntry('service', factory.service.id, this.root);
    return this.make(entry, factory, this.root, () => factory.factory(deps, undefined));
  }

  private async makeForPlugin(factory: ServiceFactoryShape, scope: Scope): Promise<unknown> {
    const { id } = factory.service;
    const missing = Object.values(factory.deps).filter((ref) => !this.registry.isKnown(ref));
    if (missing.length > 0) {
      throw missingDependency(
        factory,
        scope,
        missing.map((ref) => ref.id),
      );
    }
    try {
      const context = await this.rootContext(factory);
      const deps = await this.dependencies(factory, factory.deps, scope);
      const entry = this.timelineEntry('service', id, scope);
      return await this.make(entry, factory, scope, () => factory.factory(deps, context));
    } catch (error) {
      throw wiringErrors.serviceFailed(id, scope.id, error);
    }
  }

  /** Made at most once per factory and backend, from its root scoped dependencies. */
  private rootContext(factory: ServiceFactoryShape): Promise<unknown> | undefined {
    if (!factory.createRootContext) return undefined;
    let context = this.contexts.get(factory);
    if (!context) {
      context = this.makeRootContext(factory);
      this.contexts.set(factory, context);
    }
    return context;
  }

  private async makeRootContext(factory: ServiceFactoryShape): Promise<unknown> {
    try {
      const rootDeps = Object.fromEntries(
        Object.entries(factory.deps).filter(([, ref]) => ref.scope === 'root'),
      );
      return await factory.createRootContext!(
        await this.dependencies(factory, rootDeps, this.root),
      );
    } catch (error) {
      this.blame(factory, error);
      throw wiringErrors.serviceContextFailed(factory.service.id, error);
    }
  }

  private async dependencies(
    maker: Maker,
    deps: Record<string, ServiceRefShape>,
    scope: Scope,
  ): Promise<Record<string, unknown>> {
    const names = Object.keys(deps);
    const found = await Promise.all(names.map((name) => this.get(deps[name]!, scope)));
    const missing = names.filter((_, index) => !found[index]).map((name) => deps[name]!.id);
    if (missing.length > 0) throw missingDependency(maker, scope, missing);
    return Object.fromEntries(names.map((name, index) => [name, found[index]!.value]));
  }

  /** Runs a factory or decorator and notes how long it took. */
  private async make(
    entry: Omit<TimelineEntry, 'start'>,
    maker: Maker,
    scope: Scope,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    try {
      const value = await this.timeline.measure(entry, run);
      if (scope.isClosed) await disposeOf(value);
      else scope.values.push(value);
      return value;
    } catch (error) {
      this.blame(maker, error);
      throw error;
    }
  }

  private timelineEntry(kind: 'service' | 'decorator', id: string, scope: Scope) {
    return { kind, id, ...(scope !== this.root && { pluginId: scope.id }) };
  }

  private blame(maker: Maker, error: unknown): void {
    if (error instanceof Error && !this.throwers.has(error)) this.throwers.set(error, maker);
  }
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
