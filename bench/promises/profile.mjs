import { readFileSync } from 'node:fs';
import { loaded } from '../lib/load-backends.mjs';
import { stackedBars } from '../lib/plot-bars.mjs';
import { requestParts, startParts } from '../lib/profile-parts.mjs';
import { profileRequests, profileStart } from '../lib/profile-run.mjs';
import { table } from '../lib/report.mjs';

export const title = 'Where the time of a request and of a start goes';
export const targets = [];
export const appliesToQuick = false;

const ids = ['stock', 'stagewire'];

/** What is looked into, and what it is made of. */
const subjects = {
  open: { label: 'a request without a token', parts: requestParts, unit: 'µs' },
  static: { label: 'a request with a static token', parts: requestParts, unit: 'µs' },
  start: { label: 'a start', parts: startParts, unit: 'ms' },
};

/** Of each load. */
const SECONDS = 3;

/** The profiles of both, by subject: one each, to be looked at. Other promises measure. */
export async function measure({ folder, node }) {
  const profiles = {};
  for (const subject of Object.keys(subjects)) {
    profiles[subject] = {};
    for (const id of ids) {
      profiles[subject][id] = await (subject === 'start'
        ? profileStart(id, { folder, node })
        : profileRequests(id, { folder, node, kind: subject, seconds: SECONDS }));
    }
  }
  return { profiles };
}

/** A profile says where, not how much: the other promises do that. */
export function figures() {
  return [];
}

/** A table for each subject: parts down, contestants across. */
export function render(byNode) {
  return Object.entries(subjects)
    .map(([subject, { label, parts, unit }]) => {
      const columns = columnsOf(subject, byNode);
      const heading = [`${label}, ${unit}`, ...columns.map((one) => one.label)];
      const rows = Object.entries(parts).map(([part, name]) => [
        name,
        ...columns.map(({ profile }) => numberOf(profile.parts[part] ?? 0, unit)),
      ]);
      const sum = ['all', ...columns.map(({ profile }) => numberOf(profile.us, unit))];
      return table([heading, ...rows, sum]);
    })
    .join('\n\n');
}

/** A bar for each contestant and Node. */
export function plots(byNode) {
  const entries = Object.entries(subjects).map(([subject, { label, parts, unit }]) => [
    `profile-${subject}`,
    stackedBars(`Where ${label} spends its CPU time`, {
      unit,
      bars: columnsOf(subject, byNode).map((column) => ({
        label: column.label,
        parts: Object.entries(parts).map(([part, name]) => ({
          name,
          value: inUnit(column.profile.parts[part] ?? 0, unit),
        })),
      })),
    }),
  ]);
  return Object.fromEntries(entries);
}

/** Stock, an earlier Stagewire, and Stagewire, on each Node; without what was not measured. */
function columnsOf(subject, byNode) {
  return byNode.flatMap(({ node: { major }, measured: { profiles } }) => {
    const { stock, stagewire } = profiles[subject];
    const { commit, nodes = [] } = readEarlier() ?? {};
    const earlier = nodes.find((one) => one.major === major)?.profiles[subject];
    return [
      { label: `${loaded.stock.label}, Node ${major}`, profile: stock },
      { label: `Stagewire ${commit}, Node ${major}`, profile: earlier?.stagewire },
      { label: `Stagewire, Node ${major}`, profile: stagewire },
    ].filter(({ profile }) => profile !== undefined);
  });
}

/** An earlier version to compare with: `{ commit, date, nodes: [{ major, profiles }] }`. */
function readEarlier() {
  try {
    return JSON.parse(
      readFileSync(new URL('../results/profile-before.json', import.meta.url), 'utf8'),
    );
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

const inUnit = (us, unit) => (unit === 'ms' ? us / 1000 : us);

const numberOf = (us, unit) => inUnit(us, unit).toFixed(unit === 'ms' ? 0 : 1);
