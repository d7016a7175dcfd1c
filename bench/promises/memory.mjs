import { contestants } from '../lib/contestants.mjs';
import { alternate } from '../lib/rounds.mjs';
import { mebibytes, ratioText, spread, table } from '../lib/report.mjs';
import { startRun } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'Resident memory, idle 3 s after readiness, one plugin';
export const target = 'at most 0.5 of the stock backend';

const IDLE_MS = 3_000;

/** Resident memory of a backend that has started and has nothing to do. */
export async function measure({ folder, rounds }) {
  const ids = Object.keys(contestants);
  const runs = await alternate(ids, { rounds }, (id) =>
    startRun(contestants[id], { folder, idle: IDLE_MS }),
  );
  const rss = (id) => runs[id].map((run) => run.rss);
  return {
    rows: ids.map((id) => ({
      contestant: id,
      rss: summary(rss(id)),
      ofStock: ratio(rss(id), rss('stock')),
    })),
  };
}

/** The result as a markdown table. */
export function render({ rows }) {
  return table([
    ['contestant', 'resident, MiB', 'of stock'],
    ...rows.map(({ contestant, rss, ofStock }) => [
      contestants[contestant].label,
      spread(rss, mebibytes),
      ratioText(ofStock),
    ]),
  ]);
}
