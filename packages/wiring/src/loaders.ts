import { toError } from '@stagewire/errors';
import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import { attempt, type Collector, type QueuedLoader } from './collector.js';
import { toFindings } from './diagnostic.js';
import { wiringErrors } from './errors.js';
import type { Instances } from './instances.js';
import { PLUGIN_METADATA, type FactoryEntry } from './registry.js';
import type { Timeline } from './timeline.js';
import { describeRef } from './unit.js';
import { unwrapFeature } from './unwrap.js';
import {
  assertDependencies,
  assertServiceRef,
  describeOutput,
  recogniseFeature,
  refuse,
} from './validate.js';

/** How many loaders may return loaders, one inside the other; an endless chain is refused there. */
const MAX_NESTING = 50;

/** Runs all queued loaders, one after the other, each followed by the loaders that it returned. */
export async function runLoaders(
  collector: Collector,
  instances: Instances,
  timeline: Timeline,
): Promise<void> {
  if (collector.loaders.length === 0) return;
  const runner = new LoaderRunner(collector, instances, timeline);
  await runner.runAll(collector.loaders.splice(0), 0);
}

/** How messages call a loader. */
export function nameOf({ feature, source }: QueuedLoader): string {
  return typeof feature.description === 'string' ? feature.description : source;
}

class LoaderRunner {
  /** Set once there is no sense in going on: services wait for each other, or loaders have no end. */
  private halted = false;

  constructor(
    private readonly collector: Collector,
    private readonly instances: Instances,
    private readonly timeline: Timeline,
  ) {}

  /** One nesting level: singletons that two loaders of one level return are a conflict. */
  async runAll(loaders: QueuedLoader[], depth: number): Promise<void> {
    const claimed = new Map<string, string>();
    this.collector.allLoaders.push(...loaders);
    for (const loader of loaders) {
      this.halted ||= this.collector.registry.findCircles().length > 0;
      if (this.halted) return; // the endless chain was told, and check() tells the circle
      const nested = await this.run(loader, claimed, depth);
      if (nested.length > 0) await this.runAll(nested, depth + 1);
    }
  }

  private async run(
    loader: QueuedLoader,
    claimed: Map<string, string>,
    depth: number,
  ): Promise<QueuedLoader[]> {
    const entry = { kind: 'loader' as const, id: nameOf(loader) };
    try {
      if (depth >= MAX_NESTING) {
        this.halted = true;
        throw wiringErrors.loaderFailed(nameOf(loader), `${MAX_NESTING} loaders deep, and no end`);
      }
      const outputs = await this.timeline.measure(entry, async () => this.load(loader));
      return this.install(outputs, loader, claimed);
    } catch (error) {
      this.collector.findings.push(...toFindings(toError(error), { origins: [loader.origin] }));
      return [];
    }
  }

  private async load(loader: QueuedLoader): Promise<unknown[]> {
    const deps = await this.resolve(loader);
    let outputs: unknown;
    try {
      outputs = await loader.feature.loader(deps);
      // As what is added: each may be a promise of a feature.
      if (Array.isArray(outputs)) return await Promise.all(outputs);
    } catch (error) {
      throw wiringErrors.loaderFailed(nameOf(loader), error);
    }
    return refuse(`${loader.source} -> loader output`, 'an array of backend features', outputs);
  }

  private async resolve(loader: QueuedLoader): Promise<Record<string, unknown>> {
    const { feature, source } = loader;
    const given: unknown = feature.deps ?? {};
    assertDependencies(given, `${source}.deps`);
    const deps: Record<string, ServiceRefShape> = {};
    for (const [name, ref] of Object.entries(given)) {
      assertServiceRef(ref, `${source}.deps.${name}`);
      if (ref.scope !== 'root') {
        throw wiringErrors.loaderScope(name, ref.scope, nameOf(loader));
      }
      deps[name] = ref;
    }
    return this.make(deps, nameOf(loader));
  }

  private async make(deps: Record<string, ServiceRefShape>, loader: string) {
    const { registry } = this.instances;
    await registry.loadDefaults(Object.values(deps));
    const circles = registry.findCircles();
    if (circles.length > 0) throw wiringErrors.serviceCycle(circles);
    const made: Record<string, unknown> = {};
    const missing: string[] = [];
    for (const [name, ref] of Object.entries(deps)) {
      const found = await this.instances.get(ref, this.instances.root);
      if (found) made[name] = found.value;
      else missing.push(describeRef(ref));
    }
    if (missing.length > 0) throw wiringErrors.loaderDependencyMissing(missing, loader);
    return made;
  }

  /** All outputs are looked at before the first one is installed. */
  private install(
    outputs: unknown[],
    loader: QueuedLoader,
    claimed: Map<string, string>,
  ): QueuedLoader[] {
    const recognised = outputs.map((output, index) => {
      const value = unwrapFeature(output);
      const source = describeOutput(value, loader.source, index);
      return { ...recogniseFeature(value, source), source };
    });
    const nested: QueuedLoader[] = [];
    for (const item of recognised) {
      const origin = this.collector.packages.complete(item.feature, {
        loader: nameOf(loader),
      });
      if (item.kind === 'service') {
        const entry: FactoryEntry = { factory: item.feature, source: 'loader', origin };
        attempt(this.collector, origin, () => this.setFactory(entry, loader, claimed));
      } else if (item.kind === 'decorator') {
        const { decorator } = item;
        attempt(this.collector, origin, () =>
          this.collector.registry.decorate({ decorator, source: 'loader', origin }),
        );
      } else if (item.kind === 'loader') {
        nested.push({ feature: item.feature, source: item.source, origin });
      } else {
        this.collector.registrations.push({ feature: item.feature, source: item.source, origin });
      }
    }
    return nested;
  }

  private setFactory(
    entry: FactoryEntry,
    loader: QueuedLoader,
    claimed: Map<string, string>,
  ): void {
    const { registry } = this.collector;
    const { id, multiton } = entry.factory.service;
    if (!multiton) {
      const present = registry.find(id);
      // What was added directly wins: that is how an integrator settles a conflict of loaders.
      if (present?.source === 'added' || id === PLUGIN_METADATA) return;
      const rival = claimed.get(id);
      if (rival !== undefined) {
        throw wiringErrors.serviceDuplicateInLoaders(id, nameOf(loader), rival);
      }
      if (present?.source === 'loader') return; // set by another nesting level: first wins
      claimed.set(id, nameOf(loader));
    }
    registry.set(entry);
  }
}
