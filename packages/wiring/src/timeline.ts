import { toError } from '@stagewire/errors';
import { goOn, rescue, type Soon } from './soon.js';

/** One thing that took time while the backend started, as plain data. @public */
export type TimelineEntry = {
  /** What was going on; a decorator is named after the service that it wraps. */
  kind:
    | 'collect'
    | 'loader'
    | 'check'
    | 'service'
    | 'decorator'
    | 'module'
    | 'plugin'
    | 'startup-hooks';
  /** Who: a service id, plugin id, module id or loader description; the kind itself for a phase. */
  id: string;
  /** The plugin it was done for; absent for the backend itself and root services. */
  pluginId?: string;
  /** The package and version that the code comes from, where it is known. */
  package?: string;
  /** When it began, in milliseconds since `start()` was called. */
  start: number;
  /** How long it took, in milliseconds; absent while it still runs. */
  duration?: number;
  /** What it had to wait for before its own work began: service ids, module ids. */
  waitedFor?: string[];
  /** The message of the error that ended it. */
  error?: string;
};

/** Takes down what begins and ends while a backend starts. */
export class Timeline {
  readonly entries: TimelineEntry[] = [];
  private readonly origin = performance.now();

  /** Milliseconds since the timeline began. */
  now(): number {
    return Math.round((performance.now() - this.origin) * 1000) / 1000;
  }

  /** Notes that something begins; the entry grows its duration by {@link Timeline.end}. */
  begin(entry: Omit<TimelineEntry, 'start'>): TimelineEntry {
    const started = { ...entry, start: this.now() };
    this.entries.push(started);
    return started;
  }

  /** Notes that something ended, well or with an error. */
  end(entry: TimelineEntry, error?: unknown): void {
    entry.duration = Math.round((this.now() - entry.start) * 1000) / 1000;
    if (error !== undefined) entry.error = toError(error).message;
  }

  /** The last thing of a kind that has not ended yet. */
  findOpen(kind: TimelineEntry['kind']): TimelineEntry | undefined {
    return this.entries.findLast((entry) => entry.kind === kind && entry.duration === undefined);
  }

  /** Forgets what was done for a plugin before some moment, or else after it. */
  forget(pluginId: string, side: 'before' | 'after', moment: number): void {
    const stays = this.entries.filter(
      (entry) => entry.pluginId !== pluginId || entry.start < moment === (side === 'after'),
    );
    this.entries.splice(0, Infinity, ...stays);
  }

  /** Notes a whole piece of work. */
  measure<T>(entry: Omit<TimelineEntry, 'start'>, work: () => Soon<T>): Soon<T> {
    const started = this.begin(entry);
    return rescue(
      () =>
        goOn(work(), (result) => {
          this.end(started);
          return result;
        }),
      (error) => {
        this.end(started, toError(error));
        throw error;
      },
    );
  }
}
