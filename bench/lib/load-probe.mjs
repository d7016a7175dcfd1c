// Loaded into a backend before its program (`--import`), to look into it: each SIGUSR2 answers in the
// file BENCH_PROBE_FILE. With BENCH_PROBE=heap the answer is `{ heap, rss }`, bytes after garbage was
// collected; with BENCH_PROBE=profile the first signal starts a CPU profile, and the next answers
// with it. The backend's own configuration stays as it is.

import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const { BENCH_PROBE, BENCH_PROBE_FILE } = process.env;
const INTERVAL_US = 500;

const answers = { heap: tellHeap, profile: toggleProfile };
process.on('SIGUSR2', () => answer(answers[BENCH_PROBE]()));

function tellHeap() {
  // A context of its own has the function; the backend's does not get it.
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc');
  // Once more for what only the end of something else sets free.
  for (let count = 0; count < 3; count++) collectGarbage();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed, rss };
}

let profiling;

function toggleProfile() {
  if (!profiling) {
    profiling = new Session();
    profiling.connect();
    post(profiling, 'Profiler.enable');
    post(profiling, 'Profiler.setSamplingInterval', { interval: INTERVAL_US });
    post(profiling, 'Profiler.start');
    return {};
  }
  const { profile } = post(profiling, 'Profiler.stop');
  profiling.disconnect();
  profiling = undefined;
  return profile;
}

/** These methods answer before they return. */
function post(session, method, parameters) {
  let outcome;
  session.post(method, parameters, (error, result) => (outcome = { error, result }));
  if (outcome.error) throw outcome.error;
  return outcome.result;
}

/** Whoever waits for the file must not see half of it. */
function answer(value) {
  writeFileSync(`${BENCH_PROBE_FILE}.part`, JSON.stringify(value));
  renameSync(`${BENCH_PROBE_FILE}.part`, BENCH_PROBE_FILE);
}
