import { toFigure } from '../lib/figures.mjs';
import { loadBackend } from '../lib/load-backends.mjs';
import { SERVER_CORE } from '../lib/pinned.mjs';
import { createPortalApp, portalToken } from '../lib/portal-app.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { withBackend } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'The catalog of the standard portal: entities?limit=20, static token';
export const targets = ['at least 1.6 times the stock backend, plain and with gzip'];
export const appliesToQuick = true;

const kinds = {
  plain: { label: 'plain', headers: {} },
  gzip: { label: 'accept-encoding: gzip', headers: { 'accept-encoding': 'gzip' } },
};

/** Requests per second, and per second of the server's CPU time. */
export async function measure({ rounds, node, quick }) {
  const { contestants, options, remove } = await createPortalApp();
  const ids = Object.keys(contestants);
  try {
    const runs = await alternate(ids, { rounds: quick ? 1 : rounds }, (id) =>
      withBackend(contestants[id], { ...options(id), node, core: SERVER_CORE }, (backend) =>
        measureKinds(backend, quick),
      ),
    );
    const rows = Object.keys(kinds).flatMap((kind) =>
      ids.map((id) => row(id, kind, contestants[id].label, runs)),
    );
    return { rows };
  } finally {
    await remove();
  }
}

async function measureKinds(backend, quick) {
  const results = {};
  for (const [kind, { headers }] of Object.entries(kinds)) {
    results[kind] = await loadBackend(backend, {
      url: `${backend.url}/api/catalog/entities?limit=20`,
      headers: { authorization: `Bearer ${portalToken}`, ...headers },
      duration: quick ? 1 : 4,
    });
  }
  return results;
}

function row(id, kind, label, runs) {
  const of = (who, field) => runs[who].map((run) => run[kind][field]);
  const compare = (field) => ratio(of(id, field), of('stock', field));
  const hasCpu = !of(id, 'perCpuSecond').includes(undefined);
  return {
    contestant: id,
    kind,
    label,
    perSecond: summary(of(id, 'perSecond')),
    ofStock: compare('perSecond'),
    perCpuSecond: hasCpu ? summary(of(id, 'perCpuSecond')) : undefined,
    cpuOfStock: hasCpu ? compare('perCpuSecond') : undefined,
  };
}

/** By wall clock and by CPU time, each kind. */
export function figures({ rows }) {
  return rows
    .filter(({ contestant }) => contestant === 'stagewire')
    .flatMap(({ kind, ofStock, cpuOfStock }) => {
      const label = `catalog entities, ${kinds[kind].label}, times stock`;
      const more = { better: 'more', target: { atLeast: 1.6 } };
      return [
        toFigure({ ...more, id: `catalog.${kind}`, label }, ofStock),
        ...(cpuOfStock
          ? [
              toFigure(
                { ...more, id: `catalog.${kind}-cpu`, label: `${label}, by CPU time` },
                cpuOfStock,
              ),
            ]
          : []),
      ];
    });
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['', 'contestant', 'requests/s', 'times stock', 'per CPU second', 'times stock'];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map((one) => [
      kinds[one.kind].label,
      one.label,
      spread(one.perSecond),
      ratioText(one.ofStock),
      one.perCpuSecond ? spread(one.perCpuSecond) : 'unknown',
      one.cpuOfStock ? ratioText(one.cpuOfStock) : 'unknown',
    ]),
  );
}
