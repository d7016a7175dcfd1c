import { contestants } from '../lib/contestants.mjs';
import { toFigure } from '../lib/figures.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { startRun } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'From process start to readiness, one plugin';
export const targets = [
  'at most 0.15 of the stock backend',
  'at most 4 times what a bare Node server takes',
];
export const appliesToQuick = true;

const variants = {
  takes: { label: 'takes router, logger and database', options: {} },
  queries: { label: 'also queries its database', options: { query: true } },
};

/** Time and CPU time until the first 200, for a plugin that waits and one that queries at once. */
export async function measure({ folder, rounds, node, quick }) {
  const rows = [];
  for (const [variant, { options }] of Object.entries(variants).slice(0, quick ? 1 : 2)) {
    const ids = Object.keys(contestants).filter((id) => id !== 'bare' || variant === 'takes');
    const runs = await alternate(ids, { rounds }, (id) =>
      startRun(contestants[id], { folder, node, ...options }),
    );
    for (const id of ids) rows.push(row(variant, id, runs));
  }
  return { rows };
}

function row(variant, id, runs) {
  const of = (who, field) => runs[who].map((run) => run[field]);
  const compare = (field, base) => (runs[base] ? ratio(of(id, field), of(base, field)) : undefined);
  // Only Linux tells the CPU time of another process finely enough.
  const hasCpu = !of(id, 'cpuMs').includes(undefined);
  return {
    variant,
    contestant: id,
    readyMs: summary(of(id, 'readyMs')),
    readyOfStock: compare('readyMs', 'stock'),
    readyOfBare: compare('readyMs', 'bare'),
    cpuMs: hasCpu ? summary(of(id, 'cpuMs')) : undefined,
    cpuOfStock: hasCpu ? compare('cpuMs', 'stock') : undefined,
  };
}

/** What is promised of the plugin that takes its services, and what one that queries takes. */
export function figures({ rows }) {
  const find = (variant) =>
    rows.find((one) => one.variant === variant && one.contestant === 'stagewire');
  const [takes, queries] = [find('takes'), find('queries')];
  const start = { better: 'less', label: 'process start → ready, 1 plugin, of stock' };
  return [
    toFigure({ ...start, id: 'start.ratio', target: { atMost: 0.15 } }, takes.readyOfStock),
    toFigure(
      {
        id: 'start.of-bare',
        label: 'process start → ready, 1 plugin, times a bare Node server',
        better: 'less',
        target: { atMost: 4 },
      },
      takes.readyOfBare,
    ),
    ...(queries
      ? [
          toFigure(
            { ...start, id: 'start.query-ratio', label: `${start.label}, with a query` },
            queries.readyOfStock,
          ),
        ]
      : []),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = [
    'the plugin …',
    'contestant',
    'ready after, ms',
    'of stock',
    'of bare',
    'CPU until then, ms',
    'of stock',
  ];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map((one) => [
      variants[one.variant].label,
      contestants[one.contestant].label,
      spread(one.readyMs),
      ratioText(one.readyOfStock),
      one.readyOfBare ? ratioText(one.readyOfBare) : '',
      one.cpuMs ? spread(one.cpuMs) : 'unknown',
      one.cpuOfStock ? ratioText(one.cpuOfStock) : 'unknown',
    ]),
  );
}
