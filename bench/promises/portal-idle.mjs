import { setTimeout as wait } from 'node:timers/promises';
import { toFigure } from '../lib/figures.mjs';
import { createPortalApp } from '../lib/portal-app.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { withBackend } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'The standard portal with nothing to do: CPU time per minute';
export const targets = ['at most 0.3 of the stock backend'];
export const appliesToQuick = false;

const SETTLES_MS = 45_000;
const MINUTE_MS = 60_000;
const ROUNDS = 3;

/** Both at the same time: CPU time, unlike time, is not taken away by the other. */
export async function measure({ node }) {
  const { contestants, options, remove } = await createPortalApp();
  const ids = Object.keys(contestants);
  try {
    const runs = await Promise.all(
      ids.map((id) => withBackend(contestants[id], { ...options(id), node }, idleMinutes)),
    );
    const rows = ids.map((id, index) => ({
      contestant: id,
      label: contestants[id].label,
      cpuMs: summary(runs[index]),
      ofStock: ratio(runs[index], runs[ids.indexOf('stock')]),
    }));
    return { rows };
  } finally {
    await remove();
  }
}

/** CPU time of some minutes, one after the other. */
async function idleMinutes({ usage }) {
  await wait(SETTLES_MS);
  const minutes = [];
  for (let round = 0; round < ROUNDS; round++) {
    const { cpuMs } = await usage();
    await wait(MINUTE_MS);
    minutes.push((await usage()).cpuMs - cpuMs);
  }
  return minutes;
}

export function figures({ rows }) {
  const { ofStock } = rows.find(({ contestant }) => contestant === 'stagewire');
  return [
    toFigure(
      {
        id: 'portal-idle.cpu',
        label: 'standard portal, CPU time when idle, of stock',
        better: 'less',
        target: { atMost: 0.3 },
      },
      ofStock,
    ),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['contestant', 'CPU per idle minute, ms', 'of stock'];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map(({ label, cpuMs, ofStock }) => [label, spread(cpuMs), ratioText(ofStock)]),
  );
}
