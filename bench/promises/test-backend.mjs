import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/lib/run.mjs';
import { toFigure } from '../lib/figures.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'A backend in a test: started and stopped';
export const targets = [
  'at most 10 ms warm',
  'at most 0.1 of the stock test utilities with the import',
];
export const appliesToQuick = true;

const script = fileURLToPath(new URL('../backends/test-backends.mjs', import.meta.url));
const labels = { stock: 'stock test utilities', stagewire: '@stagewire/testing' };
const times = {
  ms: 'start and stop, warm',
  requestMs: 'start, one request and stop, warm',
  firstMs: 'import, start and stop, in a process of its own',
};

/** Each run is a process of its own that starts many backends; its figure is their median. */
export async function measure({ folder, rounds, node }) {
  const ids = Object.keys(labels);
  const runs = await alternate(ids, { rounds }, (id) => measureOne(id, folder, node));
  const of = (id, time) => runs[id].map((one) => one[time]);
  return {
    rows: Object.keys(times).flatMap((time) =>
      ids.map((id) => ({
        time,
        contestant: id,
        ms: summary(of(id, time)),
        ofStock: ratio(of(id, time), of('stock', time)),
      })),
    ),
  };
}

async function measureOne(id, folder, node) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' };
  const { code, output, stdout } = await run(node.path, [script, id], {
    cwd: folder,
    env,
    seconds: 120,
  });
  if (code !== 0) throw new Error(`${labels[id]}\n${output}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** Warm in milliseconds, and with the import beside the stock utilities. */
export function figures({ rows }) {
  const find = (time) => rows.find((one) => one.time === time && one.contestant === 'stagewire');
  return [
    toFigure(
      {
        id: 'test-backend.warm',
        label: 'a backend in a test, started and stopped, warm',
        better: 'less',
        unit: 'ms',
        target: { atMost: 10 },
      },
      find('ms').ms,
    ),
    toFigure(
      {
        id: 'test-backend.first-ratio',
        label: 'a backend in a test, with the import, of stock',
        better: 'less',
        target: { atMost: 0.1 },
      },
      find('firstMs').ofStock,
    ),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  return tableByNode(byNode, ['one plugin', 'contestant', 'ms', 'of stock'], ({ rows }) =>
    rows.map(({ time, contestant, ms, ofStock }) => [
      times[time],
      labels[contestant],
      spread(ms),
      ratioText(ofStock),
    ]),
  );
}
