import { setTimeout as wait } from 'node:timers/promises';
import { contestants } from '../lib/contestants.mjs';
import { toFigure } from '../lib/figures.mjs';
import { loaded, prepareLoad } from '../lib/load-backends.mjs';
import { load } from '../lib/load-run.mjs';
import { LOAD_CORE, SERVER_CORE } from '../lib/pinned.mjs';
import { alternate } from '../lib/rounds.mjs';
import { mebibytes, ratioText, spread, tableByNode } from '../lib/report.mjs';
import { startRun, withBackend } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'Resident memory: idle 3 s after readiness, and after 200,000 requests';
export const targets = ['at most 0.4 of the stock backend, idle and after 200,000 requests'];
export const appliesToQuick = true;

const IDLE_MS = 3_000;
const REQUESTS = 200_000;

/** The stock backend takes minutes for so many requests. */
const LOADED_ROUNDS = 3;

const moments = {
  idle: 'idle 3 s after readiness',
  loaded: '3 s after 200,000 requests',
};

/** Resident memory of a backend that has nothing to do: before it had, and after. */
export async function measure({ folder, rounds, node, quick }) {
  const idle = await alternate(Object.keys(contestants), { rounds, warmUp: false }, (id) =>
    startRun(contestants[id], { folder, node, idle: quick ? 500 : IDLE_MS }),
  );
  const rows = Object.keys(idle).map((id) => row('idle', id, idle));
  if (quick) return { rows };
  const after = await afterLoad({ folder, node, rounds: Math.min(rounds, LOADED_ROUNDS) });
  return { rows: [...rows, ...Object.keys(after).map((id) => row('loaded', id, after))] };
}

/** Both at the same time: memory, unlike time, is not taken away by the other. */
async function afterLoad({ folder, node, rounds }) {
  const cores = { stock: SERVER_CORE, stagewire: LOAD_CORE };
  const runs = { stock: [], stagewire: [] };
  for (let round = 0; round < rounds; round++) {
    await Promise.all(
      Object.keys(runs).map(async (id) => {
        runs[id].push(await loadedRun(loaded[id], { folder, node, core: cores[id] }));
      }),
    );
  }
  return runs;
}

function loadedRun(contestant, options) {
  return withBackend(contestant, options, async (backend) => {
    await load({ ...(await prepareLoad(backend, 'open')), amount: REQUESTS });
    await wait(IDLE_MS);
    return backend.usage();
  });
}

function row(moment, id, runs) {
  const rss = (who) => runs[who].map((run) => run.rss);
  return {
    moment,
    contestant: id,
    rss: summary(rss(id)),
    ofStock: ratio(rss(id), rss('stock')),
  };
}

/** Both moments. */
export function figures({ rows }) {
  return rows
    .filter(({ contestant }) => contestant === 'stagewire')
    .map(({ moment, ofStock }) =>
      toFigure(
        {
          id: `memory.${moment}-ratio`,
          label: `memory, ${moments[moment]}, of stock`,
          better: 'less',
          target: { atMost: 0.4 },
        },
        ofStock,
      ),
    );
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['moment', 'contestant', 'resident, MiB', 'of stock'];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map(({ moment, contestant, rss, ofStock }) => [
      moments[moment],
      contestants[contestant].label,
      spread(rss, mebibytes),
      ratioText(ofStock),
    ]),
  );
}
