// The servers that tests talk to for real: where they are expected, and whether they are there.

import { connect } from 'node:net';

/** How long a server on this machine may take to accept a connection, in milliseconds. */
const PATIENCE = 2_000;

/**
 * Each server: the variable that says where it is, where it is looked for otherwise, and what
 * starts one.
 */
export const testServices = {
  postgres: {
    title: 'PostgreSQL',
    variable: 'STAGEWIRE_TEST_POSTGRES',
    url: 'postgres://postgres@127.0.0.1:5432/postgres',
    start: 'docker run -e POSTGRES_HOST_AUTH_METHOD=trust -p 127.0.0.1:5432:5432 postgres',
  },
  mysql: {
    title: 'MySQL or MariaDB',
    variable: 'STAGEWIRE_TEST_MYSQL',
    url: 'mysql://root@127.0.0.1:3306/test',
    start:
      'docker run -e MARIADB_ALLOW_EMPTY_ROOT_PASSWORD=1 -e MARIADB_DATABASE=test -p 127.0.0.1:3306:3306 mariadb',
  },
  redis: {
    title: 'Redis or Valkey',
    variable: 'STAGEWIRE_TEST_REDIS',
    url: 'redis://127.0.0.1:6379',
    start: 'docker run -p 127.0.0.1:6379:6379 valkey/valkey',
  },
  memcached: {
    title: 'Memcached',
    variable: 'STAGEWIRE_TEST_MEMCACHED',
    url: 'memcached://127.0.0.1:11211',
    start: 'docker run -p 127.0.0.1:11211:11211 memcached',
  },
};

/** Whether a missing server is a failure: so in CI, where nothing is skipped. */
export function areTestServicesRequired(env = process.env) {
  return env.STAGEWIRE_TEST_SERVICES === 'required';
}

/**
 * Finds the servers that answer: their URLs by name, undefined for one that is not there.
 *
 * @param tell - called with one line for each server that is not there
 */
export async function findTestServices({ env = process.env, tell = () => {} } = {}) {
  const found = {};
  for (const [name, { title, variable, url, start }] of Object.entries(testServices)) {
    const at = env[variable] ?? url;
    found[name] = (await answers(at)) ? at : undefined;
    if (!found[name]) {
      const { host } = new URL(at);
      tell(
        `No ${title} at ${host}: its tests ${areTestServicesRequired(env) ? 'fail' : 'are skipped'}. Start one (${start}), or say where one is with ${variable}.`,
      );
    }
  }
  return found;
}

/** Whether something accepts connections there. */
async function answers(url) {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: PATIENCE });
    const end = (isThere) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
