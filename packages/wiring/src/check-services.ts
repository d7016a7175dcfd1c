import { findCycles } from '@stagewire/graph';
import type { ExplainedError } from '@stagewire/errors';
import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import { toFinding, type Finding } from './diagnostic.js';
import { wiringErrors } from './errors.js';
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

  constructor(
    private readonly registry: ServiceRegistry,
    private readonly hints: ServiceHints,
  ) {}

  /** What is wrong with the backend as a whole: circles, and root services that cannot be made. */
  findings(): Finding[] {
    const cycles = findCycles(this.registry.needGraph());
    if (cycles.length > 0) return [this.cycleFinding(cycles)];

    const findings: Finding[] = [];
    for (const entries of this.registry.all().values()) {
      const [first] = entries;
      const { service, initialization } = first!.factory;
      if (service.scope !== 'root' || initialization === 'lazy') continue;
      for (const entry of entries) {
        const problem = this.problemOf(entry);
        if (problem) findings.push(toFinding(problem('root'), { origins: [entry.origin] }));
      }
    }
    return findings;
  }

  private cycleFinding(cycles: string[][]): Finding {
    const members = [...new Set(cycles.flat())];
    const origins = members.flatMap((id) => this.registry.find(id)?.origin ?? []);
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

  /** Plugin scoped services that are made for every plugin, asked for or not. */
  eagerPluginServices(): FactoryEntry[] {
    return [...this.registry.all().values()]
      .map(([first]) => first!)
      .filter(
        ({ factory }) => factory.service.scope === 'plugin' && factory.initialization === 'always',
      );
  }

  /** What to type in order to provide services that are missing. */
  fixFor(ids: string[], path: string[]): string {
    const hints = ids.map((id) => this.hints[id]).filter(Boolean);
    const way = path.length > 1 ? `${path.join(' -> ')}: ` : '';
    const add = `add a factory for ${ids.map((id) => `'${id}'`).join(' and ')} with backend.add(createServiceFactory({ service, … }))`;
    return [`${way}${add}`, ...hints].join('; ');
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
    if (scope === 'root' && foreign) return () => wiringErrors.serviceScope(id, foreign.id);

    const missing = refs.filter((ref) => !this.isProvided(ref)).map((ref) => ref.id);
    if (missing.length > 0) {
      const fix = this.fixFor(missing, [...path, missing[0]!]);
      return (pluginId) => wiringErrors.serviceDependencyMissing(id, pluginId, missing, fix);
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
