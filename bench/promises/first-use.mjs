import * as alpha from '@stagewire/plugin-api/alpha';
import * as api from '@stagewire/plugin-api';
import { serviceUses } from '../backends/service-uses.mjs';
import { firstUse } from '../lib/contestants.mjs';
import { mebibytes, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { startRun } from '../lib/start-run.mjs';
import { summary } from '../lib/statistics.mjs';

export const title = 'What the first use of each service adds to a start';
/** None: it shows what is paid only by those who use it. */
export const targets = [];
export const appliesToQuick = false;

/** Something to find: a server of the run may be read from, and a git host is connected. */
const found = {
  APP_CONFIG_backend_reading_allow: '[{"host":"127.0.0.1:1024-65535"}]',
  APP_CONFIG_integrations_github: '[{"host":"github.com"}]',
};

/** A backend of one plugin that uses one service while it starts, less the same that uses none. */
export async function measure({ folder, rounds, node }) {
  const names = Object.keys(serviceUses({ ...api, ...alpha }));
  const runs = await alternate(names, { rounds }, (name) =>
    startRun(firstUse, { folder, node, env: { BENCH_SERVICE: name, ...found } }),
  );
  const added = (name, figure) =>
    summary(runs[name].map((run, round) => run[figure] - runs.nothing[round][figure]));
  return {
    rows: names
      .filter((name) => name !== 'nothing')
      .map((name) => ({
        service: name,
        ready: added(name, 'readyMs'),
        cpu: added(name, 'cpuMs'),
        rss: added(name, 'rss'),
      })),
  };
}

/** None: what a service adds is within the noise of a start for most of them. */
export function figures() {
  return [];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['service', 'added until ready, ms', 'added CPU time, ms', 'added memory, MiB'];
  return tableByNode(byNode, heading, ({ rows }) =>
    rows.map(({ service, ready, cpu, rss }) => [
      service,
      spread(ready),
      spread(cpu),
      spread(rss, mebibytes),
    ]),
  );
}
