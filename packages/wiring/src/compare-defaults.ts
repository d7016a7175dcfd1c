import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import type { CollectedRegistration } from './collect.js';
import { formatOrigin } from './origin.js';
import { PLUGIN_METADATA, type FactoryEntry, type ServiceRegistry } from './registry.js';
import type { Made, Sameness } from './sameness.js';
import { serviceRefsOf } from './unit.js';

/** Compares the services that nobody but their refs provide. */
export class CompareDefaults {
  private readonly used: ServiceRefShape[] = [];

  constructor(
    private readonly running: ServiceRegistry,
    private readonly next: ServiceRegistry,
    private readonly sameness: Sameness,
  ) {}

  /** Whether a plugin or module would get another plugin service than it has, from a ref itself. */
  differFor(old: CollectedRegistration, now: CollectedRegistration): boolean {
    // The same feature has the same refs.
    if (old.feature === now.feature) return false;
    const refs = serviceRefsOf(now.registration);
    this.used.push(...refs);
    const known = new Map(serviceRefsOf(old.registration).map((ref) => [ref.id, ref]));
    return refs.some((ref) => {
      const before = known.get(ref.id);
      return before !== undefined && this.differs(before, ref, new Set());
    });
  }

  /** Notes what the new version of a plugin uses. */
  addUsed(registrations: readonly CollectedRegistration[]): void {
    for (const { registration } of registrations) this.used.push(...serviceRefsOf(registration));
  }

  /**
   * Root services that the next versions would get from their refs, and that are there already from
   * others; those that are the same are shared.
   */
  findRootChanges(): string[] {
    const there = new Map<string, FactoryEntry[]>();
    for (const entry of this.running.loadedDefaults()) {
      const { id, scope } = entry.factory.service;
      if (scope === 'root') there.set(id, [...(there.get(id) ?? []), entry]);
    }
    const changes = new Set<string>();
    for (const ref of this.allUsed()) {
      const rivals = ref.scope === 'root' ? there.get(ref.id) : undefined;
      const now = rivals && this.findDefault(this.next, ref);
      if (!now) continue;
      const same = rivals.find((rival) => this.sameness.areSame(toMade(rival), toMade(now)));
      if (same) this.running.shareDefault(ref, same);
      else changes.add(`${toMade(now).key} is changed (${formatOrigin(now.origin)})`);
    }
    return [...changes];
  }

  private differs(before: ServiceRefShape, now: ServiceRefShape, seen: Set<string>): boolean {
    if (now.scope === 'root' || seen.has(now.id)) return false;
    seen.add(now.id);
    const [old, fresh] = [this.findDefault(this.running, before), this.findDefault(this.next, now)];
    if (!old || !fresh) return Boolean(old) !== Boolean(fresh);
    if (!this.sameness.areSame(toMade(old), toMade(fresh))) return true;
    return Object.entries(fresh.factory.deps).some(([name, ref]) => {
      const dep = old.factory.deps[name];
      return dep === undefined || this.differs(dep, ref, seen);
    });
  }

  /** What is used, and what that uses. */
  private allUsed(): ServiceRefShape[] {
    const all = new Set<ServiceRefShape>(this.used);
    for (const ref of all) {
      const entry = this.findDefault(this.next, ref);
      for (const dep of Object.values(entry?.factory.deps ?? {})) all.add(dep);
    }
    return [...all];
  }

  /** The default factory of a ref, where it is what provides the service. */
  private findDefault(registry: ServiceRegistry, ref: ServiceRefShape): FactoryEntry | undefined {
    if (ref.id === PLUGIN_METADATA || registry.find(ref.id)) return undefined;
    try {
      return registry.providersOf(ref)[0];
    } catch {
      return undefined; // it cannot be loaded, which is a finding of its own
    }
  }
}

const toMade = ({ factory, origin }: FactoryEntry): Made => ({
  key: `the default factory of service '${factory.service.id}'`,
  feature: factory,
  origin,
});
