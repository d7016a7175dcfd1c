import { toFigure } from '../lib/figures.mjs';
import {
  asked,
  assertSameAnswers,
  loadBackend,
  loaded,
  prepareLoad,
  withLoaded,
} from '../lib/load-backends.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'Requests of a JSON route, 32 connections';
export const targets = [
  'without a token at least 4.5 times the stock backend on Node 20, and 2.8 times on Node 24',
  'at least 0.4 of a bare Node server that writes the same bytes',
  'with a token (static, of another plugin, of a user) at least 6 times the stock backend',
];
export const appliesToQuick = true;

const kindsOf = (id) => (id === 'bare' ? ['open'] : ['open', 'static', 'service', 'user']);

/** Requests per second, and per second of the server's CPU time, for each kind of credentials. */
export async function measure({ folder, rounds, node, quick }) {
  await assertSameAnswers(Object.keys(loaded), { folder, node });
  const runs = await alternate(
    Object.keys(loaded),
    { rounds: quick ? 1 : rounds, warmUp: false },
    (id) => withLoaded(id, { folder, node }, (backend) => measureKinds(id, backend, quick)),
  );
  const rows = Object.keys(loaded).flatMap((id) => kindsOf(id).map((kind) => row(id, kind, runs)));
  const all = Object.values(runs).flat(1).flatMap(Object.values);
  return { rows, loaderShare: Math.max(...all.map((run) => run.loaderShare)) };
}

async function measureKinds(id, backend, quick) {
  const results = {};
  for (const kind of kindsOf(id)) {
    results[kind] = await loadBackend(backend, {
      ...(await prepareLoad(backend, kind)),
      duration: quick ? 0.8 : 2.5,
    });
  }
  return results;
}

function row(id, kind, runs) {
  const of = (who, field) => runs[who].map((run) => run[kind][field]);
  const compare = (base, field) =>
    runs[base][0][kind] && !of(id, field).includes(undefined)
      ? ratio(of(id, field), of(base, field))
      : undefined;
  const hasCpu = !of(id, 'perCpuSecond').includes(undefined);
  return {
    contestant: id,
    kind,
    perSecond: summary(of(id, 'perSecond')),
    ofStock: compare('stock', 'perSecond'),
    ofBare: compare('bare', 'perSecond'),
    perCpuSecond: hasCpu ? summary(of(id, 'perCpuSecond')) : undefined,
    cpuOfStock: compare('stock', 'perCpuSecond'),
    cpuOfBare: compare('bare', 'perCpuSecond'),
  };
}

/** Per second of CPU time where that is known: it is not limited by what the load can ask for. */
export function figures({ rows }, node) {
  const ours = (kind) => rows.find((one) => one.contestant === 'stagewire' && one.kind === kind);
  const more = { better: 'more' };
  const open = ours('open');
  const figure = (kind, atLeast) =>
    toFigure(
      {
        ...more,
        id: `requests.${kind}`,
        label: `requests, ${asked[kind].label}, times stock`,
        target: { atLeast },
      },
      ours(kind).cpuOfStock ?? ours(kind).ofStock,
    );
  return [
    figure('open', node.major >= 24 ? 2.8 : 4.5),
    toFigure(
      {
        ...more,
        id: 'requests.of-bare',
        label: 'requests, no token, of a bare Node server',
        target: { atLeast: 0.4 },
      },
      open.cpuOfBare ?? open.ofBare,
    ),
    ...['static', 'service', 'user'].map((kind) => figure(kind, 6)),
  ];
}

/** The result as a markdown table, and how busy the load was. */
export function render(byNode) {
  const heading = [
    'credentials',
    'contestant',
    'requests/s',
    'times stock',
    'per CPU second',
    'times stock',
    'of bare',
  ];
  const shares = byNode.map(({ node, measured }) => [node.major, measured.loaderShare]);
  return [
    tableByNode(byNode, heading, ({ rows }) =>
      [...rows]
        .sort((a, b) => kindIndex(a) - kindIndex(b))
        .map((one) => [
          asked[one.kind].label,
          loaded[one.contestant].label,
          spread(one.perSecond),
          ratioOf(one.ofStock),
          one.perCpuSecond ? spread(one.perCpuSecond) : 'unknown',
          ratioOf(one.cpuOfStock),
          ratioOf(one.cpuOfBare),
        ]),
    ),
    `The load itself took at most ${shares.map(([major, share]) => `${Math.round(share * 100)} % (Node ${major})`).join(', ')} of its core;
above 90 % it limits requests/s, though not requests per second of the server's CPU time.`,
  ].join('\n\n');
}

const kindIndex = ({ kind }) => Object.keys(asked).indexOf(kind);

const ratioOf = (one) => (one ? ratioText(one) : '');
