import { fromIsoDuration } from './iso-duration.js';

/** When a task runs; times are in milliseconds since the Unix epoch, null is never by itself. */
export interface Cadence {
  /** The time from start to start, in milliseconds, where that is always the same. */
  readonly interval?: number;

  /** The first start of a task that was never scheduled before. */
  first(now: number): number | null;

  /** The next start of a task that is scheduled already, seen from now. */
  next(now: number): number | null;

  /** The next start after a run that was planned for some time and has ended now. */
  afterRun(planned: number, now: number): number | null;
}

/** How much before the time of a crontab its first start is stored, in milliseconds. */
const CRON_LEAD = 1_000;

/**
 * Reads how often a task runs: an ISO 8601 duration, a crontab text, or `manual`. A crontab is in
 * the time zone of the process.
 *
 * @throws Error when it is none of these, or never comes
 */
export async function parseCadence(text: string): Promise<Cadence> {
  if (text === 'manual') return manualCadence;
  // No crontab starts with a P.
  return text.startsWith('P') ? toIntervalCadence(text) : toCronCadence(text);
}

const never = () => null;
const manualCadence: Cadence = { first: never, next: never, afterRun: never };

function toIntervalCadence(text: string): Cadence {
  const interval = fromIsoDuration(text);
  if (!interval) throw new Error(`'${text}' is not a length of time of more than 0`);
  return {
    interval,
    first: (now) => now,
    next: (now) => now + interval,
    afterRun: (planned, now) => Math.max(planned + interval, now),
  };
}

async function toCronCadence(text: string): Promise<Cadence> {
  const { Cron } = await import('croner');
  const cron = new Cron(text);
  const after = (time: number) => cron.nextRun(new Date(time))?.getTime() ?? null;
  if (after(Date.now()) === null) throw new Error(`the time of '${text}' never comes`);
  return {
    first: (now) => {
      const time = after(now);
      return time === null ? null : time - CRON_LEAD;
    },
    next: after,
    // A first run may come before the time that it is for, and must not be followed by another.
    afterRun: (planned, now) => after(Math.max(now, planned + CRON_LEAD)),
  };
}
