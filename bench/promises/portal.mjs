import { toFigure } from '../lib/figures.mjs';
import { createPortalApp } from '../lib/portal-app.mjs';
import { mebibytes, ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { startRun } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'The standard portal, 27 published plugins and modules: start and memory';
export const targets = [
  'ready after at most 0.68 of what the stock backend takes',
  'at most 0.75 of its resident memory, idle 15 s after readiness',
  'made with `stagewire build`: at most 0.5 of the time, and 0.65 of the memory',
];
export const appliesToQuick = true;

const IDLE_MS = 15_000;

/** Starts with a database that is there, as any start but the first. */
export async function measure({ rounds, node, quick }) {
  const app = await createPortalApp();
  try {
    const contestants = { ...app.contestants, built: await app.build(node) };
    const runs = await alternate(Object.keys(contestants), { rounds: quick ? 1 : rounds }, (id) =>
      startRun(contestants[id], { ...app.options(id), node, idle: quick ? 4_000 : IDLE_MS }),
    );
    return { rows: Object.keys(contestants).map((id) => row(id, contestants[id].label, runs)) };
  } finally {
    await app.remove();
  }
}

function row(id, label, runs) {
  const of = (who, field) => runs[who].map((run) => run[field]);
  const compared = (field) => [summary(of(id, field)), ratio(of(id, field), of('stock', field))];
  const [readyMs, readyOfStock] = compared('readyMs');
  const [rss, rssOfStock] = compared('rss');
  const hasCpu = !of(id, 'cpuMs').includes(undefined);
  const [cpuMs, cpuOfStock] = hasCpu ? compared('cpuMs') : [];
  return { contestant: id, label, readyMs, readyOfStock, cpuMs, cpuOfStock, rss, rssOfStock };
}

const promised = [
  {
    contestant: 'stagewire',
    id: 'portal',
    label: 'standard portal',
    start: { atMost: 0.68 },
    memory: { atMost: 0.75 },
  },
  {
    contestant: 'built',
    id: 'portal.built',
    label: 'standard portal after `stagewire build`',
    start: { atMost: 0.5 },
    memory: { atMost: 0.65 },
  },
];

/** What is promised of Stagewire as it is installed, and of what it builds. */
export function figures({ rows }) {
  return promised.flatMap(({ contestant, id, label, start, memory }) => {
    const found = rows.find((one) => one.contestant === contestant);
    const less = (name, what, target, ratioOfStock) =>
      ratioOfStock
        ? [
            toFigure(
              { id: `${id}.${name}`, label: `${label}, ${what}, of stock`, better: 'less', target },
              ratioOfStock,
            ),
          ]
        : [];
    return [
      ...less('start', 'process start → ready', start, found.readyOfStock),
      ...less('start-cpu', 'CPU time until ready', undefined, found.cpuOfStock),
      ...less('memory', 'memory, idle', memory, found.rssOfStock),
    ];
  });
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['contestant', 'ready, ms', 'of stock', 'CPU, ms', 'of stock', 'MiB', 'of stock'];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map((one) => [
      one.label,
      spread(one.readyMs),
      ratioText(one.readyOfStock),
      one.cpuMs ? spread(one.cpuMs) : 'unknown',
      one.cpuOfStock ? ratioText(one.cpuOfStock) : 'unknown',
      spread(one.rss, mebibytes),
      ratioText(one.rssOfStock),
    ]),
  );
}
