import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/lib/run.mjs';
import { ratioText, spread, table } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'A backend in a test: started and stopped';
export const target = 'at most 10 ms warm, and at most 0.1 of the stock test utilities';

const script = fileURLToPath(new URL('../backends/test-backends.mjs', import.meta.url));
const labels = { stock: 'stock test utilities', stagewire: '@stagewire/testing' };
const figures = {
  ms: 'start and stop, warm',
  requestMs: 'start, one request and stop, warm',
  firstMs: 'import, start and stop, in a process of its own',
};

/** Each run is a process of its own that starts many backends; its figure is their median. */
export async function measure({ folder, rounds }) {
  const ids = Object.keys(labels);
  const runs = await alternate(ids, { rounds }, (id) => measureOne(id, folder));
  const of = (id, figure) => runs[id].map((one) => one[figure]);
  return {
    rows: Object.keys(figures).flatMap((figure) =>
      ids.map((id) => ({
        figure,
        contestant: id,
        ms: summary(of(id, figure)),
        ofStock: ratio(of(id, figure), of('stock', figure)),
      })),
    ),
  };
}

async function measureOne(id, folder) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: 'test' };
  const { code, output, stdout } = await run(process.execPath, [script, id], {
    cwd: folder,
    env,
    seconds: 120,
  });
  if (code !== 0) throw new Error(`${labels[id]}\n${output}`);
  return JSON.parse(stdout.trim().split('\n').at(-1));
}

/** The result as a markdown table. */
export function render({ rows }) {
  return table([
    ['one plugin', 'contestant', 'ms', 'of stock'],
    ...rows.map(({ figure, contestant, ms, ofStock }) => [
      figures[figure],
      labels[contestant],
      spread(ms),
      ratioText(ofStock),
    ]),
  ]);
}
