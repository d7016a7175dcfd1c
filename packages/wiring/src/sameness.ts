import { PackageFinder, type Origin } from './origin.js';

/** Something that a program made, and what tells it from others that were made in the same place. */
export type Made = { key: string; feature: object; origin: Origin };

/** Tells whether what two runs of a program made is the same. */
export class Sameness {
  /** Only the same objects are the same. */
  static readonly ofObjects = new Sameness(() => true);
  private readonly packages = new PackageFinder();

  /** @param isChanged - whether a file holds something else now */
  constructor(private readonly isChanged: (file: string) => boolean) {}

  /** The same object, or one that was made in the same place, of which no file has changed. */
  areSame(old: Made, now: Made): boolean {
    if (old.key !== now.key) return false;
    if (old.feature === now.feature) return true;
    const [from, to] = [this.originOf(old), this.originOf(now)];
    if (from.location !== to.location) return false;
    if (!to.files || from.files?.join() !== to.files.join()) return false;
    return !to.files.some((file) => this.isChanged(file));
  }

  /** Of what nobody added, it is looked for only now. */
  private originOf({ feature, origin }: Made): Origin {
    return origin.files ? origin : this.packages.complete(feature, origin);
  }
}

/** Finds for everything that is there now what it was before. */
export function pair<TMade extends Made>(
  before: readonly TMade[],
  after: readonly TMade[],
  sameness: Sameness,
): { kept: Array<[TMade, TMade]>; fresh: TMade[]; gone: TMade[] } {
  const left = new Set(before);
  const found = new Map<TMade, TMade>();
  const take = (isIt: (old: TMade, now: TMade) => boolean) => {
    for (const now of after) {
      const old = found.has(now) ? undefined : [...left].find((each) => isIt(each, now));
      if (!old) continue;
      found.set(now, old);
      left.delete(old);
    }
  };
  take((old, now) => old.feature === now.feature && old.key === now.key);
  take((old, now) => sameness.areSame(old, now));
  return {
    kept: [...found].map(([now, old]) => [old, now]),
    fresh: after.filter((now) => !found.has(now)),
    gone: [...left],
  };
}
