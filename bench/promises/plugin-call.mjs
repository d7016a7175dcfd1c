import { toFigure } from '../lib/figures.mjs';
import { loadBackend, loaded, prepareLoad, withLoaded } from '../lib/load-backends.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'Requests that call another plugin of the same backend';
export const targets = ['at least 6 times the stock backend'];
export const appliesToQuick = true;

const ids = ['stock', 'stagewire'];

/** One plugin asks another one through discovery, a token and plain `fetch`, for each request. */
export async function measure({ folder, rounds, node, quick }) {
  const runs = await alternate(ids, { rounds: quick ? 1 : rounds, warmUp: false }, (id) =>
    withLoaded(id, { folder, node }, async (backend) =>
      loadBackend(backend, {
        ...(await prepareLoad(backend, 'call')),
        warm: quick ? 1 : 2,
        duration: quick ? 1 : 4,
      }),
    ),
  );
  return { rows: ids.map((id) => row(id, runs)) };
}

function row(id, runs) {
  const of = (who, field) => runs[who].map((run) => run[field]);
  const hasCpu = !of(id, 'perCpuSecond').includes(undefined);
  return {
    contestant: id,
    perSecond: summary(of(id, 'perSecond')),
    ofStock: ratio(of(id, 'perSecond'), of('stock', 'perSecond')),
    perCpuSecond: hasCpu ? summary(of(id, 'perCpuSecond')) : undefined,
    cpuOfStock: hasCpu ? ratio(of(id, 'perCpuSecond'), of('stock', 'perCpuSecond')) : undefined,
    p99: summary(of(id, 'p99')),
  };
}

/** Per second of CPU time where that is known. */
export function figures({ rows }) {
  const { cpuOfStock, ofStock } = rows.find(({ contestant }) => contestant === 'stagewire');
  return [
    toFigure(
      {
        id: 'plugin-call.requests',
        label: 'requests that call another plugin, times stock',
        better: 'more',
        target: { atLeast: 6 },
      },
      cpuOfStock ?? ofStock,
    ),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = [
    'contestant',
    'requests/s',
    'times stock',
    'per CPU second',
    'times stock',
    'p99, ms',
  ];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map((one) => [
      loaded[one.contestant].label,
      spread(one.perSecond),
      ratioText(one.ofStock),
      one.perCpuSecond ? spread(one.perCpuSecond) : 'unknown',
      one.cpuOfStock ? ratioText(one.cpuOfStock) : 'unknown',
      spread(one.p99),
    ]),
  );
}
