import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBackend, prepareLoad, withLoaded } from './load-backends.mjs';
import { withProbed } from './load-inside.mjs';
import { load } from './load-run.mjs';
import { packageOf, requestPartOf, startPartOf } from './profile-parts.mjs';
import { toSource } from './profile-sources.mjs';

/** How many places of the code are named beside the parts. */
const NAMED = 25;

const INTERVAL_US = 500;

/**
 * Where a request spends its time: CPU time per request, measured without a profiler, shared out by
 * what a CPU profile of the same load tells.
 *
 * @param options - `{ folder, node }`; `kind`: key of `asked`; `seconds`: of each of the two loads
 * @returns `{ us, parts, packages }`: CPU time per request in µs, by part, and by package
 */
export function profileRequests(id, { folder, node, kind, seconds }) {
  return withProbed(id, 'profile', { folder, node }, async (backend) => {
    const prepared = await prepareLoad(backend, kind);
    const { cpuUs } = await loadBackend(backend, { ...prepared, warm: 2, duration: seconds });
    await backend.ask();
    await load({ ...prepared, duration: seconds });
    return toShares(await backend.ask(), requestPartOf, cpuUs);
  });
}

/**
 * Where a start spends its time, from the first line that Node runs to readiness.
 *
 * @returns `{ us, parts, packages }`: time in µs that was not idle, by part, and by package
 */
export async function profileStart(id, { folder, node }) {
  const profiles = await mkdtemp(join(folder, 'profile-'));
  try {
    const nodeOptions = [
      '--cpu-prof',
      `--cpu-prof-dir=${profiles}`,
      `--cpu-prof-interval=${INTERVAL_US}`,
    ];
    const readyAt = await withLoaded(id, { folder, node, nodeOptions }, () => microsecondsNow());
    const [file] = await readdir(profiles);
    const profile = JSON.parse(await readFile(join(profiles, file), 'utf8'));
    return toShares(until(profile, readyAt), startPartOf);
  } finally {
    await rm(profiles, { recursive: true });
  }
}

/** V8 and `process.hrtime` read the same clock. */
const microsecondsNow = () => Number(process.hrtime.bigint() / 1000n);

/** The part of a profile before a moment. */
function until({ nodes, startTime, samples, timeDeltas }, moment) {
  let at = startTime;
  const end = timeDeltas.findIndex((delta) => (at += delta) > moment);
  return end < 0
    ? { nodes, samples, timeDeltas }
    : { nodes, samples: samples.slice(0, end), timeDeltas: timeDeltas.slice(0, end) };
}

/**
 * Self time by part and by package.
 *
 * @param total - what it is shared out of, in µs; default the time in the profile
 */
function toShares({ nodes, samples, timeDeltas }, partOf, total) {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, toSource(callFrame)]));
  const parts = {};
  const packages = {};
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    const part = partOf(frame);
    if (part === undefined) continue;
    const us = timeDeltas[index];
    busy += us;
    parts[part] = (parts[part] ?? 0) + us;
    packages[packageOf(frame)] = (packages[packageOf(frame)] ?? 0) + us;
  }
  const scale = (total ?? busy) / busy;
  return {
    us: busy * scale,
    parts: scaled(Object.entries(parts), scale),
    packages: scaled(
      Object.entries(packages)
        .sort(([, a], [, b]) => b - a)
        .slice(0, NAMED),
      scale,
    ),
  };
}

const scaled = (entries, scale) =>
  Object.fromEntries(entries.map(([name, us]) => [name, Math.round(us * scale * 100) / 100]));
