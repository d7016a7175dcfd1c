import type { ExplainedError } from '@stagewire/errors';
import type {
  ServiceDecoratorShape,
  ServiceFactoryShape,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { toFinding, type Finding } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import type { Origin } from './origin.js';
import {
  PLUGIN_METADATA,
  type DecoratorEntry,
  type FactoryEntry,
  type ServiceRegistry,
} from './registry.js';

/** Tells who could provide a service that is missing, as the end of a fix. @public */
export type ServiceHints = Readonly<Record<string, string>>;

/** Makes the error that a service would fail with for some plugin; undefined where it would not. */
type Problem = ((pluginId: string) => ExplainedError | undefined) | undefined;

type Maker = ServiceFactoryShape | ServiceDecoratorShape;

/**
 * Looks at services without making any: circles, scopes, and whether everything that a factory
 * needs is there.
 */
export class ServiceCheck {
  private readonly problems = new Map<FactoryEntry, Problem>();
  /** Whose factory or decorator is wrong, by the error that says so. */
  private readonly blamed = new WeakMap<Error, Maker>();
  /** What can be made for any plugin. */
  private readonly sound = new Set<ServiceRefShape>();
  private eager: FactoryEntry[] | undefined;

  constructor(
    private readonly registry: ServiceRegistry,
    private readonly hints: ServiceHints,
  ) {}

  /** What is wrong with the backend as a whole: circles, and root services that cannot be made. */
  findings(): Finding[] {
    const circles = this.registry.findCircles();
    if (circles.length > 0) return [this.cycleFinding(circles)];

    const findings = new Map<string, Finding>();
    for (const { factory } of this.registry.eager('root')) {
      for (const entry of this.registry.all().get(factory.service.id) ?? []) {
        const problem = this.problemOf(entry);
        const error = problem?.('root');
        // What several services lack is one problem: that of the first.
        if (!error || findings.has(error.message)) continue;
        findings.set(error.message, toFinding(error, { origins: this.culpritsOf(error) }));
      }
    }
    return [...findings.values()];
  }

  private cycleFinding(cycles: string[][]): Finding {
    const members = new Set(cycles.flat());
    const origins = this.registry.culprits(({ service }) => members.has(service.id));
    const decorated = [...members].filter((id) => this.registry.decoratorsOf(id).length > 0);
    return toFinding(wiringErrors.serviceCycle(cycles, decorated), { origins });
  }

  /** Decorators of services that nobody provides, or for plugins that are not there. */
  decoratorFindings(pluginIds: readonly string[]): Finding[] {
    return this.registry.allDecorators().flatMap((entry) => {
      const { service, plugins = [] } = entry.decorator;
      if (!this.registry.hasProvider(service)) return [this.idleFinding(entry)];
      return plugins
        .filter((pluginId) => !pluginIds.includes(pluginId))
        .map((pluginId) => toOrphanFinding(entry, pluginId, pluginIds));
    });
  }

  private idleFinding({ decorator: { service }, origin }: DecoratorEntry): Finding {
    const fix = `${this.fixFor([service.id], [])}, or leave the decorator out`;
    return toFinding(wiringErrors.decoratorIdle(service.id, fix), { origins: [origin] });
  }

  /** Whether somebody provides a ref, and if so, why it cannot be made for a plugin. */
  forPlugin(ref: ServiceRefShape, pluginId: string): 'missing' | ExplainedError | undefined {
    if (this.sound.has(ref)) return undefined;
    if (!this.isProvided(ref)) return 'missing';
    const problem = this.examineNeed(ref, []);
    if (!problem) this.sound.add(ref);
    return problem?.(pluginId);
  }

  /** Where the factory or decorator came from that an error of this check is about. */
  culpritsOf(error: unknown): Origin[] {
    for (let each = error; each instanceof Error; each = each.cause) {
      const culprit = this.blamed.get(each);
      if (culprit) return this.registry.culprits((maker) => maker === culprit);
    }
    return [];
  }

  /** Plugin scoped services that are made for every plugin, asked for or not. */
  eagerPluginServices(): FactoryEntry[] {
    this.eager ??= this.registry.eager('plugin');
    return this.eager;
  }

  /** What to type in order to provide services that are missing. */
  fixFor(ids: string[], path: string[]): string {
    const hints = ids.map((id) => this.hints[id]).filter(Boolean);
    const unknown = ids.filter((id) => !this.hints[id]).map((id) => `'${id}'`);
    const way = path.length > 1 ? `${path.join(' -> ')}: ` : '';
    const add = `add a factory for ${unknown.join(' and ')} with backend.add(createServiceFactory({ service, … }))`;
    return `${way}${[...(unknown.length > 0 ? [add] : []), ...hints].join('; ')}`;
  }

  private isProvided(ref: ServiceRefShape): boolean {
    return ref.id === PLUGIN_METADATA || ref.multiton === true || this.providersOf(ref).length > 0;
  }

  private providersOf(ref: ServiceRefShape): ReadonlyArray<FactoryEntry | Error> {
    if (ref.id === PLUGIN_METADATA) return [];
    try {
      return this.registry.providersOf(ref);
    } catch (error) {
      return [error as Error];
    }
  }

  private problemOf(entry: FactoryEntry, path: string[] = []): Problem {
    if (this.problems.has(entry)) return this.problems.get(entry);
    const problem = this.examine(entry, [...path, entry.factory.service.id]);
    this.problems.set(entry, problem);
    return problem;
  }

  private examine({ factory }: FactoryEntry, path: string[]): Problem {
    const { id, scope } = factory.service;
    // A root service fails with the error of what it needs; a plugin service adds its own name.
    const failed = scope === 'root' ? undefined : wiringErrors.serviceFailed;
    const decorators = this.registry.decoratorsOf(id).map(({ decorator }) => decorator);
    return firstOf([
      ...this.examineNeeds(factory, path, failed),
      ...decorators.flatMap((decorator) =>
        this.examineNeeds(decorator, path, wiringErrors.decoratorFailed).map(
          (problem): Problem =>
            (pluginId) =>
              (decorator.plugins?.includes(pluginId) ?? true) ? problem?.(pluginId) : undefined,
        ),
      ),
    ]);
  }

  private examineNeeds(
    maker: Maker,
    path: string[],
    failed?: (id: string, pluginId: string, error: unknown) => ExplainedError,
  ): Problem[] {
    const { id, scope } = maker.service;
    const refs = Object.values(maker.deps);
    const foreign = refs.find((ref) => ref.scope === 'plugin');
    if (scope === 'root' && foreign) {
      return [this.blame(maker, () => wiringErrors.serviceScope(id, foreign.id))];
    }
    const missing = refs.filter((ref) => !this.isProvided(ref)).map((ref) => ref.id);
    if (missing.length > 0) {
      const fix = this.fixFor(missing, [...path, missing[0]!]);
      const error = (pluginId: string) =>
        wiringErrors.serviceDependencyMissing(id, pluginId, missing, fix);
      return [this.blame(maker, error)];
    }
    return refs.flatMap((ref) => {
      const inner = this.examineNeed(ref, path);
      if (!inner) return [];
      return (pluginId: string) => {
        const error = inner(pluginId);
        return error && failed ? failed(id, pluginId, error) : error;
      };
    });
  }

  private blame(maker: Maker, problem: (pluginId: string) => ExplainedError): Problem {
    return (pluginId) => {
      const error = problem(pluginId);
      this.blamed.set(error, maker);
      return error;
    };
  }

  private examineNeed(ref: ServiceRefShape, path: string[]): Problem {
    return firstOf(
      this.providersOf(ref).map((entry) => {
        if (entry instanceof Error) return () => entry as ExplainedError;
        const problem = this.problemOf(entry, path);
        return problem && entry.factory.service.scope === 'root' ? () => problem('root') : problem;
      }),
    );
  }
}

/** The first of several problems that there is for a plugin. */
function firstOf(problems: Problem[]): Problem {
  const known = problems.filter((problem) => problem !== undefined);
  if (known.length < 2) return known[0];
  return (pluginId) => {
    for (const problem of known) {
      const error = problem(pluginId);
      if (error) return error;
    }
    return undefined;
  };
}

function toOrphanFinding(
  { decorator: { service }, origin }: DecoratorEntry,
  pluginId: string,
  pluginIds: readonly string[],
): Finding {
  const fix = `name a plugin of this backend (${pluginIds.join(', ') || 'it has none'}) in 'plugins' of the decorator, or add plugin '${pluginId}'`;
  const error = wiringErrors.decoratorOrphan(service.id, pluginId, fix);
  return toFinding(error, { origins: [origin], severity: 'warning' });
}
