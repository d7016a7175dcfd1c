import { contestants } from '../lib/contestants.mjs';
import { alternate } from '../lib/rounds.mjs';
import { mebibytes, ratioText, spread, table } from '../lib/report.mjs';
import { startRun } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'From 1 to 1,000 plugins';
export const target = '1,000 plugins start in at most 0.15 of what the stock backend takes';

const sizes = [
  { plugins: 1 },
  { plugins: 50 },
  { plugins: 200 },
  { plugins: 1_000 },
  { plugins: 1_000, query: true },
];
const IDLE_MS = 3_000;
const START_LIMIT_MS = 300_000;
const ids = ['stock', 'stagewire', 'published'];

/** Start and memory by number of plugins, and what each further plugin costs. */
export async function measure({ folder, rounds }) {
  const rows = [];
  for (const size of sizes) {
    const runs = await alternate(ids, { rounds }, (id) =>
      startRun(contestants[id], { folder, ...size, idle: IDLE_MS, limit: START_LIMIT_MS }),
    );
    for (const id of ids) rows.push(row(size, id, runs));
  }
  return { rows, perPlugin: ids.map((id) => perPlugin(id, rows)) };
}

function row({ plugins, query = false }, id, runs) {
  const of = (who, field) => runs[who].map((run) => run[field]);
  return {
    plugins,
    query,
    contestant: id,
    readyMs: summary(of(id, 'readyMs')),
    readyOfStock: ratio(of(id, 'readyMs'), of('stock', 'readyMs')),
    ...cpuOf(of, id),
    rss: summary(of(id, 'rss')),
    rssOfStock: ratio(of(id, 'rss'), of('stock', 'rss')),
  };
}

/** Only Linux tells the CPU time of another process finely enough. */
function cpuOf(of, id) {
  const cpuMs = of(id, 'cpuMs');
  if (cpuMs.includes(undefined)) return {};
  return { cpuMs: summary(cpuMs), cpuOfStock: ratio(cpuMs, of('stock', 'cpuMs')) };
}

/**
 * What each further plugin costs, in CPU time where that is known: waiting for a core is no cost of
 * a plugin. Linear means that those from 200 to 1,000 cost as much as those from 50 to 200.
 */
function perPlugin(id, rows) {
  const until = (plugins) => {
    const { cpuMs, readyMs } = rows.find(
      (one) => one.contestant === id && one.plugins === plugins && !one.query,
    );
    return (cpuMs ?? readyMs).median;
  };
  const cost = (from, to) => (until(to) - until(from)) / (to - from);
  return {
    contestant: id,
    from50to200: cost(50, 200),
    from200to1000: cost(200, 1_000),
    from50to1000: cost(50, 1_000),
  };
}

/** The result as two markdown tables. */
export function render({ rows, perPlugin }) {
  return [
    table([
      ['plugins', 'contestant', 'ready, ms', 'of stock', 'CPU, ms', 'of stock', 'MiB', 'of stock'],
      ...rows.map((one) => [
        one.plugins.toLocaleString('en-US') + (one.query ? ', each queries its database' : ''),
        contestants[one.contestant].label,
        spread(one.readyMs),
        ratioText(one.readyOfStock),
        one.cpuMs ? spread(one.cpuMs) : 'unknown',
        one.cpuOfStock ? ratioText(one.cpuOfStock) : 'unknown',
        spread(one.rss, mebibytes),
        ratioText(one.rssOfStock),
      ]),
    ]),
    'Linear is a backend in which the plugins from 200 to 1,000 cost no more each than those before.',
    table([
      [
        'ms of CPU for each further plugin',
        'from 50 to 200',
        'from 200 to 1,000',
        'from 50 to 1,000',
      ],
      ...perPlugin.map(({ contestant, from50to200, from200to1000, from50to1000 }) => [
        contestants[contestant].label,
        ...[from50to200, from200to1000, from50to1000].map((cost) => cost.toFixed(2)),
      ]),
    ]),
  ].join('\n\n');
}
