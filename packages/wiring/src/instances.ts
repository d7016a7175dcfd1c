import type { ServiceFactoryShape, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { wiringErrors } from './errors.js';
import { PLUGIN_METADATA, type FactoryEntry, type ServiceRegistry } from './registry.js';
import type { Timeline } from './timeline.js';

/** A service that was found; its value may be anything, also something falsy. */
export type FoundService = { value: unknown };

/**
 * Everything that was made for one plugin, or for the backend itself: instances in the order in
 * which they were asked for, so that stopping can undo them in reverse.
 */
export class Scope {
  readonly instances = new Map<FactoryEntry, Promise<unknown>>();
  /** Services that are being made at this moment, for telling what a slow start waits for. */
  readonly pending = new Set<string>();
  readonly metadata = { getId: () => this.id };

  constructor(
    /** A plugin id, or `root`. */
    readonly id: string,
  ) {}
}

/**
 * Makes services on first demand and remembers them: once per backend for root services, once per
 * plugin for plugin services. A failed creation stays failed.
 */
export class Instances {
  readonly root = new Scope('root');
  private readonly plugins = new Map<string, Scope>();
  private readonly contexts = new Map<ServiceFactoryShape, Promise<unknown>>();

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
      return { value: await Promise.all(providers.map((entry) => this.instance(entry, scope))) };
    }
    const [entry] = providers;
    return entry && { value: await this.instance(entry, scope) };
  }

  /** What was already made for a ref in a scope; undefined if nothing was, or its making failed. */
  async findMade(ref: ServiceRefShape, scope: Scope): Promise<FoundService | undefined> {
    const made = [...scope.instances].find(([entry]) => entry.factory.service.id === ref.id);
    if (!made) return undefined;
    return made[1].then(
      (value) => ({ value }),
      () => undefined,
    );
  }

  private instance(entry: FactoryEntry, wanted: Scope): Promise<unknown> {
    const isRoot = entry.factory.service.scope === 'root';
    const scope = isRoot ? this.root : wanted;
    const known = scope.instances.get(entry);
    if (known) return known;
    const made = isRoot ? this.makeRoot(entry) : this.makeForPlugin(entry, scope);
    scope.instances.set(entry, made);
    return made;
  }

  private async makeRoot({ factory }: FactoryEntry): Promise<unknown> {
    for (const ref of Object.values(factory.deps)) {
      if (ref.scope === 'plugin') throw wiringErrors.serviceScope(factory.service.id, ref.id);
    }
    const deps = await this.dependencies(factory, factory.deps, this.root);
    return this.make(factory, this.root, () => factory.factory(deps, undefined));
  }

  private async makeForPlugin({ factory }: FactoryEntry, scope: Scope): Promise<unknown> {
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
      return await this.make(factory, scope, () => factory.factory(deps, context));
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
      throw wiringErrors.serviceContextFailed(factory.service.id, error);
    }
  }

  private async dependencies(
    factory: ServiceFactoryShape,
    deps: Record<string, ServiceRefShape>,
    scope: Scope,
  ): Promise<Record<string, unknown>> {
    const names = Object.keys(deps);
    const found = await Promise.all(names.map((name) => this.get(deps[name]!, scope)));
    const missing = names.filter((_, index) => !found[index]).map((name) => deps[name]!.id);
    if (missing.length > 0) throw missingDependency(factory, scope, missing);
    return Object.fromEntries(names.map((name, index) => [name, found[index]!.value]));
  }

  /** Runs a factory and notes how long it took. */
  private async make(
    factory: ServiceFactoryShape,
    scope: Scope,
    run: () => Promise<unknown>,
  ): Promise<unknown> {
    const { id } = factory.service;
    const pluginId = scope === this.root ? undefined : scope.id;
    scope.pending.add(id);
    try {
      return await this.timeline.measure(
        { kind: 'service', id, ...(pluginId && { pluginId }) },
        run,
      );
    } finally {
      scope.pending.delete(id);
    }
  }
}

function missingDependency(factory: ServiceFactoryShape, scope: Scope, missing: string[]) {
  return wiringErrors.serviceDependencyMissing(
    factory.service.id,
    scope.id,
    missing,
    `add a factory for ${missing.join(' and ')} with backend.add()`,
  );
}
