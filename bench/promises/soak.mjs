import { toFigure } from '../lib/figures.mjs';
import { asked, loadBackend, prepareLoad } from '../lib/load-backends.mjs';
import { withProbed } from '../lib/load-inside.mjs';
import { load } from '../lib/load-run.mjs';
import { linePanels } from '../lib/plot-lines.mjs';
import { mebibytes, tableByNode } from '../lib/report.mjs';
import { trend } from '../lib/statistics.mjs';

export const title = 'Ten minutes at half load';
export const targets = ['the heap does not grow: at most 16 KiB per 100,000 requests'];
export const appliesToQuick = false;
export const onRequest = true;

const SAMPLES = 20;
const BETWEEN_S = 30;

/** Until here caches fill, and code is compiled. */
const WARM_SAMPLES = 4;

/** Every kind of request in turn, each at half of what is possible, and the heap in between. */
export async function measure({ folder, node }) {
  return withProbed('stagewire', 'heap', { folder, node }, async (backend) => {
    const rates = {};
    for (const kind of Object.keys(asked)) {
      const { perSecond } = await loadBackend(backend, {
        ...(await prepareLoad(backend, kind)),
        duration: 3,
      });
      rates[kind] = Math.round(perSecond / 2);
    }
    const samples = [{ requests: 0, ...(await backend.ask()) }];
    for (let count = 0; count < SAMPLES; count++) {
      let { requests } = samples.at(-1);
      for (const [kind, rate] of Object.entries(rates)) {
        // Tokens end: each load begins with a new one.
        const prepared = await prepareLoad(backend, kind);
        const duration = BETWEEN_S / Object.keys(rates).length;
        requests += (await load({ ...prepared, rate, duration })).requests;
      }
      samples.push({ requests, ...(await backend.ask()) });
    }
    return { rates, samples, ...trendOf(samples) };
  });
}

/** Bytes per 100,000 requests. */
function trendOf(samples) {
  const counted = samples.slice(WARM_SAMPLES);
  const of = (field) => trend(counted.map((one) => [one.requests / 100_000, one[field]]));
  return { heap: of('heap'), rss: of('rss') };
}

/** The slope of the heap, with twice its standard error. */
export function figures({ heap: { slope, error } }) {
  return [
    toFigure(
      {
        id: 'soak.heap',
        label: 'growth of the heap per 100,000 requests',
        better: 'less',
        unit: 'KiB',
        target: { atMost: 16 },
      },
      {
        median: kibibytes(slope),
        min: kibibytes(slope - 2 * error),
        max: kibibytes(slope + 2 * error),
      },
    ),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = [
    'requests',
    'heap after 2 minutes, MiB',
    'at the end',
    'growth per 100,000 requests, KiB',
    'resident after 2 minutes, MiB',
    'at the end',
    'growth per 100,000 requests, KiB',
  ];
  return tableByNode(byNode, heading, ({ samples, heap, rss }) => {
    const [first, last] = [samples[WARM_SAMPLES], samples.at(-1)];
    return [
      [
        last.requests.toLocaleString('en-US'),
        mebibytes(first.heap).toFixed(1),
        mebibytes(last.heap).toFixed(1),
        slopeText(heap),
        mebibytes(first.rss).toFixed(1),
        mebibytes(last.rss).toFixed(1),
        slopeText(rss),
      ],
    ];
  });
}

const slopeText = ({ slope, error }) =>
  `${kibibytes(slope).toFixed(1)} ± ${kibibytes(2 * error).toFixed(1)}`;

/** Heap and resident memory by requests. */
export function plots(byNode) {
  const lines = (field) =>
    byNode.map(({ node, measured }, colour) => ({
      name: `Node ${node.major}`,
      colour,
      points: measured.samples.map((one) => [one.requests / 1e6, mebibytes(one[field])]),
    }));
  return {
    soak: linePanels('Ten minutes at half load', {
      xName: 'million requests',
      panels: [
        { name: 'heap after garbage collection, MiB', lines: lines('heap') },
        { name: 'resident, MiB', lines: lines('rss') },
      ],
    }),
  };
}

const kibibytes = (bytes) => bytes / 2 ** 10;
