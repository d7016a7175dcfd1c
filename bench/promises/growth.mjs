import { toFigure } from '../lib/figures.mjs';
import { loadBackend, loaded, prepareMounted, withLoaded } from '../lib/load-backends.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'Requests by number of mounted plugins';
export const targets = ['with 10, 100 and 1,000 plugins as many requests as with one, within 10 %'];
export const appliesToQuick = true;

const points = [
  ...[1, 10, 100, 1_000].map((mounted) => ({ contestant: 'stagewire', mounted })),
  ...[1, 1_000].map((mounted) => ({ contestant: 'stock', mounted })),
];

/** A stock backend of 1,000 plugins takes long to start: it is there to compare, in fewer rounds. */
const STOCK_ROUNDS = 3;

/** The first, the middle and the last of the plugins are asked in turn. */
export async function measure({ folder, rounds, node, quick }) {
  const chosen = points.filter(({ contestant, mounted }) =>
    quick ? contestant === 'stagewire' && mounted <= 100 : true,
  );
  const runOf = ({ contestant, mounted }) =>
    withLoaded(contestant, { folder, node, mounted }, async (backend) =>
      loadBackend(backend, {
        ...(await prepareMounted(backend, mounted)),
        duration: quick ? 0.8 : 2.5,
      }),
    );
  const runs = {};
  for (const id of ['stagewire', 'stock']) {
    const own = chosen.filter(({ contestant }) => contestant === id);
    const counted = id === 'stock' ? Math.min(rounds, STOCK_ROUNDS) : rounds;
    const sizes = own.map(({ mounted }) => String(mounted));
    runs[id] = await alternate(sizes, { rounds: quick ? 1 : counted, warmUp: false }, (size) =>
      runOf({ contestant: id, mounted: Number(size) }),
    );
  }
  return { rows: chosen.map((point) => row(point, runs)) };
}

function row({ contestant, mounted }, runs) {
  const of = (size, field) => runs[contestant][size].map((run) => run[field]);
  const figure = of(mounted, 'perCpuSecond').includes(undefined) ? 'perSecond' : 'perCpuSecond';
  return {
    contestant,
    mounted,
    perSecond: summary(of(mounted, 'perSecond')),
    perCpuSecond: figure === 'perSecond' ? undefined : summary(of(mounted, 'perCpuSecond')),
    ofOne: ratio(of(mounted, figure), of(1, figure)),
  };
}

/** The worst of the sizes. */
export function figures({ rows }) {
  const [worst] = rows
    .filter(({ contestant, mounted }) => contestant === 'stagewire' && mounted > 1)
    .map(({ ofOne }) => ofOne)
    .sort((a, b) => a.ratio - b.ratio);
  return [
    toFigure(
      {
        id: 'growth.flat',
        label: 'requests with up to 1,000 mounted plugins, of those with one',
        better: 'more',
        target: { atLeast: 0.9 },
      },
      worst,
    ),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['contestant', 'plugins', 'requests/s', 'per CPU second', 'of those with one'];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map((one) => [
      loaded[one.contestant].label,
      one.mounted.toLocaleString('en-US'),
      spread(one.perSecond),
      one.perCpuSecond ? spread(one.perCpuSecond) : 'unknown',
      ratioText(one.ofOne),
    ]),
  );
}
