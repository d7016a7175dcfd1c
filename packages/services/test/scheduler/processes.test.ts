import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { runChild, type RunningChild } from '../support/run-child.js';
import { connectTo, createServerDatabase } from '../support/server-databases.js';
import { describeWithService } from '../support/test-services.js';
import { TASKS } from './support.js';

/** How much quicker time passes in these tests; the scheduler itself counts as always. */
const FACTOR = 10;

for (const kind of ['postgres', 'mysql'] as const) {
  describeWithService(kind, `a global task in several processes, on ${kind}`, (url) => {
    async function prepare(options: object) {
      const database = await createServerDatabase(kind, url);
      const timescale = { since: Date.now(), factor: FACTOR };
      const run = (more: object = {}) =>
        runChild('scheduler/fixtures/run-task.ts', { ...database, timescale, ...options, ...more });
      return { knex: connectTo(database), run };
    }

    it('is taken over within 30 seconds when the process that runs it is killed', async () => {
      const { run } = await prepare({ frequency: { minutes: 1 }, isHeld: true });
      const first = run();
      await first.line(/^started/);
      const second = run();
      await second.line(/^scheduled/);

      const killedAt = Date.now();
      await first.kill();
      const startedAt = timeOf(await second.line(/^started/));

      expect((startedAt - killedAt) * FACTOR).toBeLessThanOrEqual(30_000);
      expect((startedAt - killedAt) * FACTOR).toBeGreaterThan(5_000);
    });

    it('is lost to a process that was paused, and whose late result is refused', async () => {
      const { run, knex } = await prepare({ frequency: { minutes: 1 }, isHeld: true });
      const first = run();
      await first.line(/^started/);
      const second = run();
      await second.line(/^scheduled/);

      first.signal('SIGSTOP');
      await second.line(/^started/);
      const { current_run_ticket: ticket } = await knex(TASKS).first();
      first.signal('SIGCONT');
      await first.line(/^ended/);
      await first.line(/^log Task task was taken from this process .* its result is dropped$/);

      expect(await knex(TASKS).first()).toMatchObject({
        current_run_ticket: ticket,
        last_run_error_json: expect.stringContaining('lost with the process that ran it'),
      });
      expect(startsOf(first)).toHaveLength(1);
      expect(startsOf(second)).toHaveLength(1);
      expect(second.lines().join()).not.toContain('stopped');
    });

    it('runs neither early nor twice when their clocks are a minute apart', async () => {
      const { run } = await prepare({ frequency: { seconds: 2 }, isHeld: false, timescale: null });
      const processes = [run(), run({ skew: 60_000 }), run({ skew: -60_000 })];
      await Promise.all(processes.map((child) => child.line(/^scheduled/)));
      const begin = Date.now();

      await sleep(5_500);

      const starts = processes.flatMap(startsOf).sort((a, b) => a - b);
      const gaps = starts.slice(1).map((time, i) => time - starts[i]!);
      // MySQL keeps whole seconds.
      expect(Math.min(...gaps)).toBeGreaterThan(kind === 'mysql' ? 900 : 1_900);
      const later = starts.filter((time) => time >= begin);
      expect(later.length).toBeGreaterThanOrEqual(2);
      expect(later.length).toBeLessThanOrEqual(3);
    });
  });
}

function timeOf(line: string): number {
  return Number(line.split(' ')[1]);
}

function startsOf(child: RunningChild): number[] {
  return child
    .lines()
    .filter((line) => line.startsWith('started'))
    .map(timeOf);
}
