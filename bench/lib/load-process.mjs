// Puts load on a server and prints what load-run.mjs returns: `node load-process.mjs <options as JSON>`.

import autocannon from 'autocannon';
import { askAtRate } from './load-at-rate.mjs';

const options = JSON.parse(process.argv[2]);
const cpuBefore = process.cpuUsage();
const begin = performance.now();
const { requests, seconds, p50, p99, failures } = await (options.rate ? askAtRate : askAtPeak)(
  options,
);
const cpu = process.cpuUsage(cpuBefore);
const loaderShare = (cpu.user + cpu.system) / 1000 / (performance.now() - begin);
if (failures) {
  console.error(failures);
  process.exitCode = 1;
} else {
  console.log(
    JSON.stringify({ requests, seconds, perSecond: requests / seconds, p50, p99, loaderShare }),
  );
}

/** Each connection asks again as soon as it has its answer. */
async function askAtPeak({ url, paths, headers, expect, connections, duration, amount }) {
  const result = await autocannon({
    url,
    headers,
    connections,
    ...(paths && { requests: paths.map((path) => ({ path })) }),
    ...(expect !== undefined && { verifyBody: (body) => body === expect }),
    ...(amount ? { amount } : { duration }),
    // It ends at a sample.
    sampleInt: 100,
  });
  const { errors, timeouts, mismatches, non2xx, latency } = result;
  const failed = errors + timeouts + mismatches + non2xx;
  return {
    requests: result['2xx'],
    seconds: result.duration,
    p50: latency.p50,
    p99: latency.p99,
    failures: failed ? JSON.stringify({ errors, timeouts, mismatches, non2xx }) : undefined,
  };
}
