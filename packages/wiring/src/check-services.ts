import type { ExplainedError } from '@stagewire/errors';
import type { ServiceFactoryShape, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { toFinding, type Finding } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import type { Origin } from './origin.js';
import { PLUGIN_METADATA, type FactoryEntry, type ServiceRegistry } from './registry.js';

/** Tells who could provide a service that is missing, as the end of a fix. */
export type ServiceHints = Readonly<Record<string, string>>;

/** Makes the error that a service would fail with for some plugin; undefined where it would not. */
type Problem = ((pluginId: string) => ExplainedError) | undefined;

/**
 * Looks at services without making any: circles, scopes, and whether everything that a factory
 * needs is there.
 */
export class ServiceCheck {
  private readonly problems = new Map<FactoryEntry, Problem>();
  /** Whose factory is wrong, by the error that says so. */
  private readonly blamed = new WeakMap<Error, ServiceFactoryShape>();
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
    return toFinding(wiringErrors.serviceCycle(cycles), { origins });
  }

  /** Whether somebody provides a ref, and if so, why it cannot be made for a plugin. */
  forPlugin(ref: ServiceRefShape, pluginId: string): 'missing' | ExplainedError | undefined {
    if (!this.isProvided(ref)) return 'missing';
    for (const entry of this.providersOf(ref)) {
      if (entry instanceof Error) return entry as ExplainedError;
      const problem = this.problemOf(entry);
      if (problem) return problem(entry.factory.service.scope === 'root' ? 'root' : pluginId);
    }
    return undefined;
  }

  /** Where the factory came from that an error of this check is about. */
  culpritsOf(error: unknown): Origin[] {
    for (let each = error; each instanceof Error; each = each.cause) {
      const culprit = this.blamed.get(each);
      if (culprit) return this.registry.culprits((factory) => factory === culprit);
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
    const refs = Object.values(factory.deps);
    const foreign = refs.find((ref) => ref.scope === 'plugin');
    if (scope === 'root' && foreign) {
      return this.blame(factory, () => wiringErrors.serviceScope(id, foreign.id));
    }

    const missing = refs.filter((ref) => !this.isProvided(ref)).map((ref) => ref.id);
    if (missing.length > 0) {
      const fix = this.fixFor(missing, [...path, missing[0]!]);
      return this.blame(factory, (pluginId) =>
        wiringErrors.serviceDependencyMissing(id, pluginId, missing, fix),
      );
    }
    for (const ref of refs) {
      const inner = this.examineNeed(ref, path);
      if (!inner) continue;
      // A root service fails with the error of what it needs; a plugin service adds its own name.
      if (scope === 'root') return inner;
      return (pluginId) => wiringErrors.serviceFailed(id, pluginId, inner(pluginId));
    }
    return undefined;
  }

  private blame(factory: ServiceFactoryShape, problem: NonNullable<Problem>): Problem {
    return (pluginId) => {
      const error = problem(pluginId);
      this.blamed.set(error, factory);
      return error;
    };
  }

  private examineNeed(ref: ServiceRefShape, path: string[]): Problem {
    for (const entry of this.providersOf(ref)) {
      if (entry instanceof Error) return () => entry as ExplainedError;
      const problem = this.problemOf(entry, path);
      if (problem) {
        return entry.factory.service.scope === 'root' ? () => problem('root') : problem;
      }
    }
    return undefined;
  }
}
