import { findCycles } from '@stagewire/graph';
import type {
  ServiceDecoratorShape,
  ServiceFactoryShape,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { wiringErrors } from './errors.js';
import { PackageFinder, type Origin } from './origin.js';
import { goOn, type Soon } from './soon.js';
import { asServiceFactory } from './validate.js';

/** Built in: it tells a plugin its own id, which only the wiring knows. */
export const PLUGIN_METADATA = 'core.pluginMetadata';

/** Provided by the backend after all features are known. */
export const INSTANCE_METADATA = 'core.rootInstanceMetadata';

/** Parts the id of a service from the number of its copy; no id that a person writes holds it. */
const COPY = '\0';

/** A factory with where it came from. */
export type FactoryEntry = {
  factory: ServiceFactoryShape;
  /** Who brought it: the backend's default list, an `add`, a loader, or the ref itself. */
  source: 'default' | 'added' | 'loader' | 'ref';
  origin: Origin;
};

/** A decorator with where it came from. */
export type DecoratorEntry = {
  decorator: ServiceDecoratorShape;
  source: 'added' | 'loader';
  origin: Origin;
};

/** A default factory of a ref: made once per function, whatever the ids of the refs that share it. */
type RefDefault = {
  entry?: FactoryEntry;
  failure?: { error: unknown };
  /** Until one of the two is there. */
  loading?: Promise<void>;
};

type MakeDefault = NonNullable<ServiceRefShape['__defaultFactory']>;

/**
 * Knows which factories provide which service, and who wins: a factory given to `add` over one from
 * a loader, over the default list, over the ref's own default.
 */
export class ServiceRegistry {
  private readonly entries = new Map<string, FactoryEntry[]>();
  private readonly decorators = new Map<string, DecoratorEntry[]>();
  private readonly refDefaults = new Map<unknown, RefDefault>();
  private readonly used = new Set<string>();
  /** What {@link ServiceRegistry.findCircles} found; undefined after every change. */
  private circles: string[][] | undefined;

  /** @throws `E_SERVICE_DUPLICATE`, `E_SERVICE_RESERVED`, `E_SERVICE_CYCLE` */
  constructor(defaults: FactoryEntry[]) {
    const ids = defaults.map(({ factory }) => factory.service.id);
    if (ids.includes(PLUGIN_METADATA)) throw wiringErrors.serviceReserved(PLUGIN_METADATA);
    const repeated = [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))];
    if (repeated.length > 0) throw wiringErrors.serviceDuplicate(repeated, []);
    for (const entry of defaults) this.entries.set(entry.factory.service.id, [entry]);
    const circles = this.findCircles();
    if (circles.length > 0) throw wiringErrors.serviceCycle(circles);
  }

  /** @throws `E_SERVICE_DUPLICATE`, `E_SERVICE_RESERVED`, `E_SERVICE_TOO_LATE` */
  add(entry: FactoryEntry): void {
    const { id, multiton } = entry.factory.service;
    const rival = this.entries.get(id)?.find(({ source }) => source === 'added');
    if (rival && !multiton) {
      throw wiringErrors.serviceDuplicate([id], [rival.origin, entry.origin]);
    }
    this.set(entry);
  }

  /** Provides a service that only the backend itself can. @throws `E_SERVICE_DUPLICATE` */
  addBuiltIn(entry: FactoryEntry): void {
    const { id } = entry.factory.service;
    const rival = this.find(id);
    if (rival && rival.source !== 'default') {
      throw wiringErrors.serviceBuiltIn(id);
    }
    this.entries.set(id, [entry]);
    this.circles = undefined;
  }

  /** Installs what a feature loader returned. @throws `E_SERVICE_RESERVED`, `E_SERVICE_TOO_LATE` */
  set(entry: FactoryEntry): void {
    const { id, multiton } = entry.factory.service;
    if (id === PLUGIN_METADATA) throw wiringErrors.serviceReserved(id);
    if (this.used.has(id)) throw wiringErrors.serviceTooLate(id, entry.origin);
    if (multiton) this.entries.set(id, [...(this.entries.get(id) ?? []), entry]);
    // Setting an existing key keeps its place: an override is visited where the default was.
    else this.entries.set(id, [entry]);
    this.circles = undefined;
  }

  /**
   * Wraps a service, whoever provides it: outside of the decorators that are there already.
   *
   * @throws `E_SERVICE_RESERVED`, `E_SERVICE_TOO_LATE`, `E_DECORATOR_MULTITON`, `E_DECORATOR_PLUGINS`
   */
  decorate(entry: DecoratorEntry): void {
    const { service, plugins } = entry.decorator;
    const { id, multiton, scope } = service;
    if (id === PLUGIN_METADATA || id === INSTANCE_METADATA) {
      throw wiringErrors.decoratorReserved(id);
    }
    if (multiton) throw wiringErrors.decoratorMultiton(id);
    if (scope === 'root' && plugins) throw wiringErrors.decoratorOfPlugins(id, plugins);
    if (this.used.has(id)) throw wiringErrors.decoratorTooLate(id, entry.origin);
    this.decorators.set(id, [...this.decoratorsOf(id), entry]);
    this.circles = undefined;
  }

  /** What a service is wrapped in, innermost first. */
  decoratorsOf(id: string): readonly DecoratorEntry[] {
    return this.decorators.get(id) ?? NO_DECORATORS;
  }

  /** All decorators, those of one service together. */
  allDecorators(): DecoratorEntry[] {
    return [...this.decorators.values()].flat();
  }

  /** The factory that was set for a singleton, if any; says nothing of a ref's own default. */
  find(id: string): FactoryEntry | undefined {
    return this.entries.get(id)?.[0];
  }

  /**
   * Factories whose service is made without being asked for, in the order in which that is done:
   * root services unless they are lazy, plugin services if they are always made. Of a multiton, the
   * first factory decides.
   */
  eager(scope: 'root' | 'plugin'): FactoryEntry[] {
    return [...this.entries.values()]
      .map(([first]) => first!)
      .filter(({ factory }) => factory.service.scope === scope)
      .filter(({ factory: { initialization } }) =>
        scope === 'root' ? initialization !== 'lazy' : initialization === 'always',
      );
  }

  /** The default factories of refs, as far as they were loaded. */
  loadedDefaults(): FactoryEntry[] {
    return [...this.refDefaults.values()].flatMap(({ entry }) => entry ?? []);
  }

  /** Lets another copy of a ref have the default factory that is here already. */
  shareDefault(ref: ServiceRefShape, entry: FactoryEntry): void {
    if (ref.__defaultFactory === undefined || this.refDefaults.has(ref.__defaultFactory)) return;
    this.refDefaults.set(ref.__defaultFactory, { entry });
  }

  /** All factories that were set, in order. */
  all(): ReadonlyMap<string, readonly FactoryEntry[]> {
    return this.entries;
  }

  /**
   * Where the factories and decorators that `isMeant` picks came from, for a diagnostic; those of
   * the backend itself are left out.
   */
  culprits(isMeant: (maker: ServiceFactoryShape | ServiceDecoratorShape) => boolean): Origin[] {
    const factories = [...[...this.entries.values()].flat(), ...this.loadedDefaults()]
      .filter(({ factory }) => isMeant(factory))
      .flatMap((entry) => culpritOf(entry) ?? []);
    const decorators = this.allDecorators().filter(({ decorator }) => isMeant(decorator));
    return [...factories, ...decorators.map(({ origin }) => origin)];
  }

  /**
   * Services that wait for each other, each circle as the ids on the way round. They are visited in
   * the order of the registry, followed by the loaded defaults of refs.
   */
  findCircles(): string[][] {
    this.circles ??= findCycles(this.needGraph()).map((circle) =>
      circle.map((node) => node.split(COPY)[0]!),
    );
    return this.circles;
  }

  /** Who needs whom. Built-in services need nobody and are left out. */
  private needGraph(): Map<string, string[]> {
    const nodes = new Map<string, readonly FactoryEntry[]>(this.entries);
    const defaultNodes = new Map<unknown, string>();
    for (const [make, { entry }] of this.refDefaults) {
      if (!entry) continue;
      const { id } = entry.factory.service;
      // Copies of a ref with defaults of their own share an id, and are services of their own.
      const node = nodes.has(id) ? `${id}${COPY}${defaultNodes.size}` : id;
      defaultNodes.set(make, node);
      nodes.set(node, [entry]);
    }
    const toNode = (ref: ServiceRefShape) =>
      this.entries.has(ref.id) ? ref.id : defaultNodes.get(ref.__defaultFactory);
    return new Map(
      [...nodes].map(([node, entries]) => {
        const decorators = this.decoratorsOf(entries[0]!.factory.service.id);
        const needed = [...entries.map(({ factory }) => factory), ...decorators.map(toDecorator)]
          .flatMap(({ deps }) => Object.values(deps))
          .map(toNode);
        return [node, [...new Set(needed)].filter((one) => one !== undefined)];
      }),
    );
  }

  /**
   * The factories for a ref: those that were set, or else the ref's own default.
   *
   * @remarks Only what {@link ServiceRegistry.loadDefaults} has loaded is known.
   * @throws `E_SERVICE_DEFAULT_FACTORY` when the ref's default could not be loaded
   */
  providersOf(ref: ServiceRefShape): readonly FactoryEntry[] {
    const set = this.entries.get(ref.id);
    if (set) return set;
    const fallback = this.refDefaults.get(ref.__defaultFactory);
    if (fallback?.failure) throw wiringErrors.serviceDefaultFailed(ref.id, fallback.failure.error);
    return fallback?.entry ? [fallback.entry] : [];
  }

  /** Tells whether anything could provide a ref; an empty multiton is provided. */
  isKnown(ref: ServiceRefShape): boolean {
    return (
      this.entries.has(ref.id) ||
      ref.id === PLUGIN_METADATA ||
      ref.multiton === true ||
      ref.__defaultFactory !== undefined
    );
  }

  /** Tells whether anybody provides a service of this id, in whichever copy of its ref. */
  hasProvider(ref: ServiceRefShape): boolean {
    return (
      this.entries.has(ref.id) ||
      ref.__defaultFactory !== undefined ||
      [...this.refDefaults.values()].some(({ entry }) => entry?.factory.service.id === ref.id)
    );
  }

  /** Looks a ref up in order to make it: from now on no factory can be added for its id. */
  use(ref: ServiceRefShape): Soon<readonly FactoryEntry[]> {
    this.used.add(ref.id);
    const set = this.entries.get(ref.id);
    return set ?? goOn(this.loadDefault(ref), () => this.providersOf(ref));
  }

  /** Loads the default factories of these refs, and of all that those need; never rejects. */
  async loadDefaults(refs: Iterable<ServiceRefShape>): Promise<void> {
    const seen = new Set<unknown>();
    const pending = [...refs];
    for (let ref = pending.pop(); ref; ref = pending.pop()) {
      const set = this.entries.get(ref.id);
      const key = set ? ref.id : ref.__defaultFactory;
      if (key === undefined || seen.has(key)) continue;
      seen.add(key);
      if (!set) await this.loadDefault(ref);
      const entry = set ? undefined : this.refDefaults.get(ref.__defaultFactory)?.entry;
      const factories = (set ?? (entry ? [entry] : [])).map(({ factory }) => factory);
      for (const { deps } of [...factories, ...this.decoratorsOf(ref.id).map(toDecorator)]) {
        pending.push(...Object.values(deps));
      }
    }
  }

  private loadDefault(ref: ServiceRefShape): Soon<void> {
    const make = ref.__defaultFactory;
    if (!make) return;
    let known = this.refDefaults.get(make);
    if (!known) this.refDefaults.set(make, (known = this.readDefault(ref, make)));
    return known.loading;
  }

  private readDefault(ref: ServiceRefShape, make: MakeDefault): RefDefault {
    const known: RefDefault = {};
    known.loading = readDefault(ref, make, known).then(() => {
      delete known.loading;
      this.circles = undefined;
    });
    return known;
  }
}

const NO_DECORATORS: readonly DecoratorEntry[] = [];

const toDecorator = ({ decorator }: DecoratorEntry) => decorator;

/** Where a factory came from; undefined for one of the backend itself. */
function culpritOf({ source, origin, factory }: FactoryEntry): Origin | undefined {
  if (source === 'default') return undefined;
  if (source !== 'ref') return origin;
  // Looked for only now: hardly anybody ever asks where a default factory was made.
  const found = new PackageFinder().complete(factory, {});
  return found.location || found.package ? found : undefined;
}

async function readDefault(
  ref: ServiceRefShape,
  make: MakeDefault,
  into: RefDefault,
): Promise<void> {
  try {
    const made = await make(ref);
    // Plugin APIs before 1.0 give a function here that has yet to be called, marked or not.
    const factory = typeof made === 'function' ? (made as () => unknown)() : made;
    into.entry = {
      factory: asServiceFactory(factory, `default factory for service "${ref.id}"`),
      source: 'ref',
      origin: {},
    };
  } catch (error) {
    into.failure = { error };
  }
}
