import { fileURLToPath } from 'node:url';
import { SERVER_CORE } from './pinned.mjs';
import { load } from './load-run.mjs';
import { withBackend } from './start-run.mjs';

/** Who is put under load: backends with the plugins of `backends/requests-plugins.mjs`. */
export const loaded = {
  stock: { label: 'stock backend', script: backend('requests-stock') },
  stagewire: { label: 'Stagewire', script: backend('requests-stagewire') },
  bare: { label: 'bare node:http, same bytes', script: backend('requests-bare') },
};

const staticToken = 'static-token-of-the-load-0123456789';

/** In place of lines in app-config.yaml, which start and memory are measured with, too. */
const env = {
  APP_CONFIG_backend_auth_externalAccess: JSON.stringify([
    { type: 'static', options: { token: staticToken, subject: 'load' } },
  ]),
};

/** What is asked for, and how to get the headers that it takes. */
export const asked = {
  open: { label: 'no token, open by policy', path: '/api/asked/open/1', headers: () => ({}) },
  static: {
    label: 'static external token',
    path: '/api/asked/closed/1',
    headers: () => bearer(staticToken),
  },
  service: {
    label: 'service token of another plugin',
    path: '/api/asked/closed/1',
    headers: async (url) => bearer(await fetchToken(`${url}/api/other/token`)),
  },
  user: {
    label: 'user token',
    path: '/api/asked/closed/1',
    headers: async (url) => bearer(await fetchToken(`${url}/api/auth/token`)),
  },
  call: {
    label: 'calls another plugin',
    path: '/api/asked/call/1',
    headers: () => ({}),
  },
};

/**
 * Starts one of {@link loaded} on the core for servers, hands it to `use` and ends it.
 *
 * @param id - key of `loaded`
 * @param options - `{ folder, node, env, nodeOptions }` as of `withBackend`; `mounted`: how many
 *   further plugins, default 0
 * @param use - as of `withBackend`
 */
export function withLoaded(id, { mounted = 0, env: more, ...options }, use) {
  return withBackend(
    loaded[id],
    {
      ...options,
      core: SERVER_CORE,
      limit: 120_000,
      env: { ...env, BENCH_MOUNTED: String(mounted), ...more },
    },
    use,
  );
}

/**
 * Loads a running backend after a warm-up, and counts what that took of its CPU time.
 *
 * @param backend - what `withBackend` hands over
 * @param options - as of `load()`, with `warm`: seconds that are not counted, default 1
 * @returns what `load()` does, with `perCpuSecond` requests per second of the server's CPU time, and
 *   `cpuUs`, CPU time per request in µs; both undefined where /proc is missing
 */
export async function loadBackend(backend, { warm = 1, ...options }) {
  await load({ ...options, rate: undefined, amount: undefined, duration: warm });
  const before = await backend.usage();
  const measured = await load(options);
  const cpuMs = (await backend.usage()).cpuMs - before.cpuMs;
  const cpuUs = Number.isNaN(cpuMs) ? undefined : (cpuMs * 1000) / measured.requests;
  return { ...measured, cpuUs, perCpuSecond: cpuUs && 1e6 / cpuUs };
}

/**
 * Asks one of {@link asked}: `{ url, headers, expect }` for `load()`.
 *
 * @throws when the answer is none of 2xx
 */
export async function prepareLoad(backend, kind) {
  const { path, headers } = asked[kind];
  const url = `${backend.url}${path}`;
  const toSend = await headers(backend.url);
  const { body } = await fetchAnswer(url, toSend);
  return { url, headers: toSend, expect: body };
}

/**
 * Asks the first, the middle and the last of the mounted plugins: `{ url, paths, expect }` for
 * `load()`.
 *
 * @throws when an answer is none of 2xx, or they differ
 */
export async function prepareMounted({ url }, mounted) {
  const chosen = new Set([0, Math.floor(mounted / 2), mounted - 1]);
  const paths = [...chosen].map((index) => `/api/mounted-${index}/open/1`);
  const bodies = [];
  for (const path of paths) bodies.push((await fetchAnswer(`${url}${path}`)).body);
  if (new Set(bodies).size > 1) throw new Error(`different answers: ${bodies.join('\n')}`);
  return { url, paths, expect: bodies[0] };
}

/**
 * Holds contestants to one answer: the same headers and the same body, but for the date.
 *
 * @throws with both answers when they differ
 */
export async function assertSameAnswers(ids, options) {
  const answers = [];
  for (const id of ids) {
    answers.push(
      await withLoaded(id, options, async (one) => {
        const { headers, body } = await fetchAnswer(`${one.url}${asked.open.path}`);
        const compared = [...headers].filter(([name]) => name !== 'date');
        return JSON.stringify([...compared, body], undefined, 1);
      }),
    );
  }
  const other = answers.findIndex((answer) => answer !== answers[0]);
  if (other < 0) return;
  throw new Error(
    `${ids[0]} and ${ids[other]} answer differently:\n${answers[0]}\n${answers[other]}`,
  );
}

async function fetchAnswer(url, headers) {
  const response = await fetch(url, { headers });
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status} ${body}`);
  return { headers: response.headers, body };
}

const bearer = (token) => ({ authorization: `Bearer ${token}` });

async function fetchToken(url) {
  return JSON.parse((await fetchAnswer(url)).body).token;
}

function backend(name) {
  return fileURLToPath(new URL(`../backends/${name}.mjs`, import.meta.url));
}
