import { toFigure } from '../lib/figures.mjs';
import { loadBackend, loaded, prepareLoad, withLoaded } from '../lib/load-backends.mjs';
import { ratioText, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = "Latency at half of the stock backend's peak rate";
export const targets = ["p99 at most 0.4 of the stock backend's, both at the same rate"];
export const appliesToQuick = true;

const ids = ['stock', 'stagewire'];

/** What the stock backend can do at most, then both at half of that, in turn. */
export async function measure({ folder, rounds, node, quick }) {
  const start = (id, options) =>
    withLoaded(id, { folder, node }, async (backend) =>
      loadBackend(backend, { ...(await prepareLoad(backend, 'open')), ...options }),
    );
  const { perSecond: peak } = await start('stock', { duration: quick ? 1 : 4 });
  const rate = Math.round(peak / 2);
  const runs = await alternate(ids, { rounds: quick ? 1 : rounds, warmUp: false }, (id) =>
    start(id, { rate, duration: quick ? 1 : 4 }),
  );
  return { peak, rate, rows: ids.map((id) => row(id, runs)) };
}

function row(id, runs) {
  const of = (who, field) => runs[who].map((run) => run[field]);
  const compare = (field) => ratio(of(id, field), of('stock', field));
  return {
    contestant: id,
    p50: summary(of(id, 'p50')),
    p50OfStock: compare('p50'),
    p99: summary(of(id, 'p99')),
    p99OfStock: compare('p99'),
  };
}

/** The tail is promised, not the middle. */
export function figures({ rows }) {
  const { p99OfStock } = rows.find(({ contestant }) => contestant === 'stagewire');
  return [
    toFigure(
      {
        id: 'latency.p99',
        label: "p99 at half of stock's peak rate, of stock",
        better: 'less',
        target: { atMost: 0.4 },
      },
      p99OfStock,
    ),
  ];
}

/** The result as a markdown table, with the rates. */
export function render(byNode) {
  const rates = byNode.map(
    ({ node, measured: { rate, peak } }) =>
      `${count(rate)} requests/s on Node ${node.major} (the stock backend's peak: ${count(peak)})`,
  );
  const heading = ['contestant', 'p50, ms', 'of stock', 'p99, ms', 'of stock'];
  return [
    `Both at ${rates.join(', ')}.`,
    tableByNode(byNode, heading, ({ rows }) =>
      rows.map((one) => [
        loaded[one.contestant].label,
        milliseconds(one.p50),
        ratioText(one.p50OfStock),
        milliseconds(one.p99),
        ratioText(one.p99OfStock),
      ]),
    ),
  ].join('\n\n');
}

const count = (value) => Math.round(value).toLocaleString('en-US');

const milliseconds = ({ median, min, max }) =>
  `${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)})`;
