import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Asked before the duration begins: the first answers of new connections count in no latency. */
const WARM_S = 0.5;

/** How long an answer may take. */
const LIMIT_MS = 10_000;

/**
 * Asks at even distances, whatever the server does. Latency counts from the moment that a request
 * was due, also when all connections were waiting then.
 *
 * @remarks
 * autocannon sends the requests of each second in one burst at its beginning, so that what it
 * measures at a rate is the length of the burst.
 *
 * @param options - `url`, `headers`, `expect`, `connections`, `duration`, `rate`, as of `load()`
 * @returns `{ requests, seconds, p50, p99, failures }`: latency in ms; `failures` is undefined or text
 */
export async function askAtRate({ url, headers, expect, connections, duration, rate }) {
  const latencies = [];
  const failures = [];
  const all = await openConnections({ url, headers, expect, connections, failures });
  const idle = [...all];
  const total = Math.round((WARM_S + duration) * rate);
  const begin = performance.now();
  const dueAt = (index) => begin + (index / rate) * 1000;
  const ask = async (due) => {
    const connection = idle.pop();
    await connection.ask();
    idle.push(connection);
    if (due >= begin + WARM_S * 1000) latencies.push(performance.now() - due);
  };
  const isLate = () => performance.now() > dueAt(total) + LIMIT_MS;
  for (let next = 0; next < total || idle.length < connections; await nextTurn()) {
    while (next < total && idle.length && dueAt(next) <= performance.now()) ask(dueAt(next++));
    if (isLate()) failures.push('answers are missing');
    if (failures.length) break;
  }
  for (const connection of all) connection.close();
  latencies.sort((a, b) => a - b);
  return {
    requests: total,
    seconds: WARM_S + duration,
    p50: latencies[Math.floor(latencies.length * 0.5)],
    p99: latencies[Math.floor(latencies.length * 0.99)],
    failures: failures.length ? failures.join('\n') : undefined,
  };
}

/** Connections that ask for one thing, one after the other: `{ ask(), close() }` each. */
function openConnections({ url, headers, expect, connections, failures }) {
  const { hostname, port } = new URL(url);
  const request = toRequest(url, headers);
  return Promise.all(
    Array.from({ length: connections }, async () => {
      const socket = connect({ host: hostname, port: Number(port), noDelay: true });
      await once(socket, 'connect');
      let received = '';
      let settle;
      socket.setEncoding('utf8');
      socket.on('data', (text) => {
        received += text;
        if (!isWhole(received)) return;
        if (!isExpected(received, expect)) failures.push(received);
        received = '';
        settle();
      });
      socket.on('error', (error) => failures.push(error.message));
      socket.on('end', () => failures.push('the server closed a connection'));
      return {
        ask: () => {
          socket.write(request);
          return new Promise((resolve) => (settle = resolve));
        },
        close: () => socket.destroy(),
      };
    }),
  );
}

function toRequest(url, headers = {}) {
  const { host, pathname, search } = new URL(url);
  const lines = Object.entries({ host, connection: 'keep-alive', ...headers });
  return [
    `GET ${pathname}${search} HTTP/1.1`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '\r\n',
  ].join('\r\n');
}

/** Whether an answer has come to its end; only those that tell their length do. */
function isWhole(answer) {
  const body = answer.indexOf('\r\n\r\n') + 4;
  if (body < 4) return false;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer);
  return Buffer.byteLength(answer) - body >= Number(length?.[1] ?? Infinity);
}

function isExpected(answer, expect) {
  return (
    answer.startsWith('HTTP/1.1 2') &&
    (expect === undefined || answer.endsWith(`\r\n\r\n${expect}`))
  );
}
