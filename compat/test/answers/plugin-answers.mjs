import { setTimeout as wait } from 'node:timers/promises';
import { startBackend } from '../../lib/start-backend.mjs';
import { normalise } from './normalise.mjs';
import { pluginRequests, requestsOfEvery, toRequestsKey, toSent } from './plugin-requests.mjs';

const READY_LIMIT_MS = 60_000;
const POLL_INTERVAL_MS = 200;
/** How many relations lines/catalog.yaml makes, counted at both ends. */
const RELATIONS = 16;

/**
 * Starts a backend with the packages of a set, asks all that is to be asked of them, and stops it.
 *
 * @param on - `'stock'` or `'stagewire'`
 * @param set - from `matrix/sets.mjs`
 * @param packages - rows of `readPackages`
 * @returns normalised answers by `<package>: <request>`
 */
export async function collectPluginAnswers(on, set, packages) {
  const backend = await startPackages(on, set, packages);
  try {
    await waitForData(backend, packages);
    const tokens = await collectTokens(backend);
    const answers = new Map();
    for (const [name, row] of rowsFor(packages)) {
      const answer = normalise(await answerOf(backend, toSent(row, tokens)));
      answers.set(name, withoutKeys(answer));
    }
    return answers;
  } finally {
    await backend.terminate();
  }
}

export function startPackages(on, { folder }, packages) {
  return startBackend({
    on,
    features: 'published.mjs',
    options: { folder, packages: packages.map(({ name }) => name) },
    config: 'lines/app-config.yaml',
  });
}

/** What is asked of packages, as rows by name. */
export function rowsFor(packages) {
  return packages.flatMap(({ name, pluginId, isModule }) => {
    const key = toRequestsKey(name);
    const rows = [...(isModule ? [] : requestsOfEvery(pluginId)), ...(pluginRequests[key] ?? [])];
    return rows.map((row) => [`${key}: ${row.name}`, row]);
  });
}

/** A connection that is dropped is an answer too, and may not hide the others. */
async function answerOf(backend, sent) {
  try {
    return await backend.request(sent);
  } catch (error) {
    return { status: 0, headers: {}, body: String(error) };
  }
}

/** A plugin has a key once it has issued a token, which for some depends on the time of day. */
function withoutKeys(answer) {
  const keySet = /^\{"keys":\[(\{[^{}]*\})?\]\}$/;
  if (!keySet.test(answer.body)) return answer;
  return { ...answer, body: '<keys>', 'header etag': '', 'header content-length': '' };
}

async function collectTokens(backend) {
  const { status, body } = await backend.request('/api/auth/guest/refresh');
  if (status !== 200) throw new Error(`the guest was not signed in: ${status} ${body}`);
  return {
    user: JSON.parse(body).backstageIdentity.token,
    service: 'compat-static-token',
    stranger: 'nobody-has-issued-this',
  };
}

/** Waits until the catalog is stitched and indexed: both backends take their time for it. */
async function waitForData(backend, packages) {
  const has = (name) => packages.some((one) => one.name === `@backstage/plugin-${name}`);
  const headers = { authorization: 'Bearer compat-static-token' };
  const ask = async (path) => JSON.parse((await backend.request({ path, headers })).body);

  await eventually(async () => {
    const entities = await ask('/api/catalog/entities');
    return entities.filter(isOurs).flatMap(({ relations = [] }) => relations).length === RELATIONS;
  });
  if (has('catalog-backend-module-backstage-openapi')) {
    await eventually(async () => (await ask('/api/catalog/entities?filter=kind=API')).length === 2);
  }
  if (has('search-backend-module-catalog')) {
    await eventually(async () => {
      const { results } = await ask('/api/search/query?term=berth');
      return results?.length > 0;
    });
  }
}

/** Whether an entity is from our file, and not what a module has made. */
function isOurs({ metadata }) {
  return metadata.annotations['backstage.io/managed-by-location'].endsWith('lines/catalog.yaml');
}

async function eventually(look) {
  const deadline = Date.now() + READY_LIMIT_MS;
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`did not come within ${READY_LIMIT_MS} ms: ${look}`);
    await wait(POLL_INTERVAL_MS);
  }
}
