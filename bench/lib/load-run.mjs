import { fileURLToPath } from 'node:url';
import { run } from '../../scripts/lib/run.mjs';
import { LOAD_CORE, pinned } from './pinned.mjs';

const script = fileURLToPath(new URL('load-process.mjs', import.meta.url));

/** How long a load may take longer than planned. */
const SLACK_S = 60;

/**
 * Puts load on a server from a process of its own, on a core of its own, over kept connections, and
 * checks every answer.
 *
 * @param options
 * - `url`: what is asked for; `paths`: in its place, several paths below it, in turn
 * - `headers`: of the requests, default none
 * - `expect`: the body that each answer must have, as text; default any
 * - `connections`: how many ask at once, default 32; each waits for its answer
 * - `duration`: for how many seconds, or `amount`: how many requests
 * - `rate`: requests per second; default as many as are answered. At a rate, requests are due at even
 *   distances, and latency counts from the moment a request was due, so that the wait of one that
 *   could not be sent counts too
 * @returns `{ requests, seconds, perSecond, p50, p99, loaderShare }`: latency in ms; `loaderShare` is
 *   how much of its core the load took, from 0 to 1; above 0.9 the load is what limits `perSecond`,
 *   except at a rate, where it always waits actively
 * @throws when an answer is missing, late, none of 2xx, or not what is expected
 */
export async function load({ connections = 32, ...options }) {
  const { duration, amount } = options;
  const seconds = SLACK_S + (duration ?? amount / 200);
  const [program, ...args] = pinned(
    [process.execPath, script, JSON.stringify({ connections, ...options })],
    LOAD_CORE,
  );
  const { code, output, stdout } = await run(program, args, { seconds });
  if (code !== 0) throw new Error(`load on ${options.url} failed:\n${output}`);
  return JSON.parse(stdout);
}
