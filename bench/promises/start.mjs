import { contestants } from '../lib/contestants.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratioText, spread, table } from '../lib/report.mjs';
import { startRun } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'From process start to readiness, one plugin';
export const target = 'at most 0.25 of the stock backend';

const variants = {
  takes: { label: 'takes router, logger and database', options: {} },
  queries: { label: 'also queries its database', options: { query: true } },
};

/** Time and CPU time until the first 200, for a plugin that waits and one that queries at once. */
export async function measure({ folder, rounds }) {
  const rows = [];
  for (const [variant, { options }] of Object.entries(variants)) {
    const ids = Object.keys(contestants).filter((id) => id !== 'bare' || variant === 'takes');
    const runs = await alternate(ids, { rounds }, (id) =>
      startRun(contestants[id], { folder, ...options }),
    );
    for (const id of ids) rows.push(row(variant, id, runs));
  }
  return { rows };
}

function row(variant, id, runs) {
  const of = (who, field) => runs[who].map((run) => run[field]);
  // Only Linux tells the CPU time of another process finely enough.
  const hasCpu = !of(id, 'cpuMs').includes(undefined);
  return {
    variant,
    contestant: id,
    readyMs: summary(of(id, 'readyMs')),
    readyOfStock: ratio(of(id, 'readyMs'), of('stock', 'readyMs')),
    cpuMs: hasCpu ? summary(of(id, 'cpuMs')) : undefined,
    cpuOfStock: hasCpu ? ratio(of(id, 'cpuMs'), of('stock', 'cpuMs')) : undefined,
  };
}

/** The result as a markdown table. */
export function render({ rows }) {
  return table([
    ['the plugin …', 'contestant', 'ready after, ms', 'of stock', 'CPU until then, ms', 'of stock'],
    ...rows.map(({ variant, contestant, readyMs, readyOfStock, cpuMs, cpuOfStock }) => [
      variants[variant].label,
      contestants[contestant].label,
      spread(readyMs),
      ratioText(readyOfStock),
      cpuMs ? spread(cpuMs) : 'unknown',
      cpuOfStock ? ratioText(cpuOfStock) : 'unknown',
    ]),
  ]);
}
