import { contestants } from '../lib/contestants.mjs';
import { numberText, toFigure } from '../lib/figures.mjs';
import { idleRun } from '../lib/idle-run.mjs';
import { linePanels } from '../lib/plot-lines.mjs';
import { alternate } from '../lib/rounds.mjs';
import { mebibytes, ratioText, spread, tableByNode } from '../lib/report.mjs';
import { startRun } from '../lib/start-run.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'From 1 to 2,000 plugins';
export const targets = [
  '1,000 plugins start in at most 0.08 of what the stock backend takes, and in at most 0.4 of its memory',
  'from 10 to 2,000, each further plugin costs the same CPU time and memory, within 20 %',
  'an idle plugin has no timer',
];
export const appliesToQuick = true;

/** The stock backend only where it is compared: its thousand plugins take long. */
const points = [
  ...[1, 10, 100, 1_000, 2_000].map((plugins) => ({ id: 'stagewire', plugins })),
  ...[1, 1_000].map((plugins) => ({ id: 'stock', plugins })),
  { id: 'published', plugins: 1_000 },
  { id: 'stagewire', plugins: 1_000, query: true },
  { id: 'stock', plugins: 1_000, query: true },
];
const quickPoints = points.filter(({ plugins }) => plugins === 1).concat(points[1], points[2]);

/** Each further plugin is what lies between two of these. */
const steps = [
  [10, 100],
  [100, 1_000],
  [1_000, 2_000],
];

/** Sizes at which both are looked into; more of ours where linear has to show. */
const probes = [
  ...[10, 100, 1_000, 2_000].map((plugins) => ({ id: 'stagewire', plugins })),
  ...[10, 100].map((plugins) => ({ id: 'stock', plugins })),
];

const IDLE_MS = 2_000;
const START_LIMIT_MS = 300_000;

/** Start and memory by number of plugins, and what each further plugin costs. */
export async function measure({ folder, rounds, node, quick }) {
  const measured = quick ? quickPoints : points;
  const runs = await alternate(measured.map(keyOf), { rounds, warmUp: false }, (key) => {
    const { id, plugins, query } = measured.find((point) => keyOf(point) === key);
    const idle = quick ? 200 : IDLE_MS;
    const options = { folder, node, plugins, query, idle, limit: START_LIMIT_MS };
    return startRun(contestants[id], options);
  });
  const rows = measured.map((point) => row(point, runs));
  return { rows, perPlugin: quick ? [] : await perPlugin(rows, { folder, node }) };
}

const keyOf = ({ id, plugins, query = false }) => `${id} ${plugins} ${query}`;

function row({ id, plugins, query = false }, runs) {
  const of = (who, field) => runs[keyOf({ id: who, plugins, query })]?.map((run) => run[field]);
  // Only Linux tells the CPU time of another process finely enough.
  const fields = ['readyMs', 'cpuMs', 'rss'].filter((field) => !of(id, field).includes(undefined));
  const compare = (field) =>
    of('stock', field) ? ratio(of(id, field), of('stock', field)) : undefined;
  return {
    contestant: id,
    plugins,
    query,
    ...Object.fromEntries(fields.map((field) => [field, summary(of(id, field))])),
    ofStock: Object.fromEntries(fields.map((field) => [field, compare(field)])),
  };
}

/** CPU time, memory in use and timers of each further plugin, step by step. */
async function perPlugin(rows, options) {
  const inside = [];
  for (const { id, plugins } of probes) {
    const found = await idleRun(contestants[id], {
      ...options,
      plugins,
      idle: IDLE_MS,
      limit: START_LIMIT_MS,
    });
    inside.push({ contestant: id, plugins, ...found });
  }
  return [...steps.map(([from, to]) => cost('stagewire', from, to)), cost('stock', 10, 100)];

  function cost(contestant, from, to) {
    const at = (list, plugins) =>
      list.find((one) => one.contestant === contestant && one.plugins === plugins && !one.query);
    const each = (values, field) => {
      const [before, after] = [at(values, from)?.[field], at(values, to)?.[field]];
      if (before === undefined || after === undefined) return undefined;
      return ((after.median ?? after) - (before.median ?? before)) / (to - from);
    };
    return {
      contestant,
      from,
      to,
      cpuMs: each(rows, 'cpuMs') ?? each(rows, 'readyMs'),
      rss: each(rows, 'rss'),
      heap: each(inside, 'heap'),
      timers: each(inside, 'timers'),
    };
  }
}

/** Beside the stock backend, and beside itself at other sizes. */
export function figures({ rows, perPlugin: costs }) {
  const thousand = rows.find((one) => one.contestant === 'stagewire' && isThousand(one));
  if (!thousand) return [];
  const own = costs.filter(({ contestant }) => contestant === 'stagewire');
  const { readyMs, rss } = thousand.ofStock;
  const percent = { unit: '%' };
  return [
    toFigure(promise('start-ratio', '1,000 plugins: start, of stock', 0.08), readyMs),
    toFigure(promise('memory-ratio', '1,000 plugins: memory, of stock', 0.4), rss),
    single(
      promise('cpu-deviation', 'CPU of a further plugin, 10 to 2,000: off its mean', 20, percent),
      deviation(own, 'cpuMs'),
    ),
    single(
      promise(
        'heap-deviation',
        'memory of a further plugin, 10 to 2,000: off its mean',
        20,
        percent,
      ),
      deviation(own, 'heap'),
    ),
    single(promise('timers', 'timers of an idle plugin', 0), timersEach(mean(own, 'timers'))),
  ];
}

const promise = (id, label, atMost, rest) => ({
  id: `many-plugins.${id}`,
  label,
  better: 'less',
  target: { atMost },
  ...rest,
});

const isThousand = ({ plugins, query }) => plugins === 1_000 && !query;

const single = (text, value) => toFigure(text, { median: value, min: value, max: value });

/** What a plugin costs on the whole way from the first step to the last. */
function mean(costs, field) {
  const sum = costs.reduce((total, one) => total + one[field] * count(one), 0);
  return sum / costs.reduce((total, one) => total + count(one), 0);
}

/** A timer of the backend that comes or goes between two runs is none of a plugin. */
const timersEach = (value) => Math.round(Math.abs(value) * 100) / 100;

const count = ({ from, to }) => to - from;

/** How far the cost of a step is from that mean at most, in %. */
function deviation(costs, field) {
  const whole = mean(costs, field);
  return Math.max(...costs.map((one) => Math.abs(one[field] / whole - 1))) * 100;
}

/** The result as two markdown tables. */
export function render(byNode) {
  const heading = ['plugins', 'contestant', 'ready, ms', 'of stock', 'CPU, ms', 'MiB', 'of stock'];
  const all = tableByNode(byNode, heading, ({ rows }) =>
    rows.map((one) => [
      one.plugins.toLocaleString('en-US') + (one.query ? ', each queries its database' : ''),
      contestants[one.contestant].label,
      spread(one.readyMs),
      one.ofStock.readyMs ? ratioText(one.ofStock.readyMs) : '',
      one.cpuMs ? spread(one.cpuMs) : 'unknown',
      spread(one.rss, mebibytes),
      one.ofStock.rss ? ratioText(one.ofStock.rss) : '',
    ]),
  );
  return byNode.some(({ measured }) => measured.perPlugin.length)
    ? [all, 'What each further plugin costs:', renderCosts(byNode)].join('\n\n')
    : all;
}

function renderCosts(byNode) {
  const heading = [
    'contestant',
    'plugins',
    'CPU, ms',
    'resident, KiB',
    'heap in use, KiB',
    'timers',
  ];
  return tableByNode(byNode, heading, ({ perPlugin: costs }) =>
    costs.map(({ contestant, from, to, cpuMs, rss, heap, timers }) => [
      contestants[contestant].label,
      `from ${from.toLocaleString('en-US')} to ${to.toLocaleString('en-US')}`,
      cpuMs === undefined ? '' : cpuMs.toFixed(2),
      kibibytes(rss),
      kibibytes(heap),
      numberText(timersEach(timers)),
    ]),
  );
}

const kibibytes = (bytes) => (bytes === undefined ? '' : (bytes / 2 ** 10).toFixed(1));

/** Time and memory by number of plugins. */
export function plots(byNode) {
  const lines = (field, scale) =>
    byNode.flatMap(({ node, measured }, dashed) =>
      ['stock', 'stagewire'].map((id, colour) => ({
        name: `${contestants[id].label}, Node ${node.major}`,
        colour: 1 - colour,
        dashed: dashed > 0,
        points: measured.rows
          .filter(({ contestant, query }) => contestant === id && !query)
          .map((one) => [one.plugins, scale(one[field].median)]),
      })),
    );
  return {
    'many-plugins': linePanels('Start and memory by number of plugins', {
      xName: 'plugins',
      panels: [
        { name: 'ready after, s', lines: lines('readyMs', (ms) => ms / 1_000) },
        { name: 'resident, MiB', lines: lines('rss', mebibytes) },
      ],
    }),
  };
}
