import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDevRepository } from '../lib/dev-repository.mjs';
import { toFigure } from '../lib/figures.mjs';
import { ratioText, spread, tableByNode } from '../lib/report.mjs';
import { alternate } from '../lib/rounds.mjs';
import { ratio, summary } from '../lib/statistics.mjs';

export const title = 'From a save to the new answer, one of 20 plugins with databases';
export const targets = ['at most 500 ms'];
export const appliesToQuick = false;

const PLUGINS = 20;

/** How long a process may take to answer at all. */
const LIMIT_MS = 60_000;

const main = fileURLToPath(new URL('../../packages/cli/dist/main.js', import.meta.url));
const tsx = fileURLToPath(new URL('../../node_modules/tsx/dist/cli.mjs', import.meta.url));

const contestants = {
  restart: {
    label: 'tsx watch, which restarts the backend',
    saves: 5,
    args: ({ program }) => [tsx, 'watch', '--conditions=@stagewire/source', program],
  },
  dev: {
    label: 'stagewire dev',
    saves: 15,
    args: () => [main, 'dev', '--', '--expose-gc'],
  },
};

/** Each run is a process of its own in which many saves are brought in; its figure is their median. */
export async function measure({ rounds, node }) {
  const ids = Object.keys(contestants);
  const runs = await alternate(ids, { rounds }, (id) => measureOne(contestants[id], node));
  const times = (id) => runs[id].map(({ times: values }) => summary(values).median);
  return {
    rows: ids.map((id) => ({
      contestant: id,
      ms: summary(times(id)),
      slowest: Math.max(...runs[id].flatMap(({ times: values }) => values)),
      ofRestart: ratio(times(id), times('restart')),
    })),
    heapPerSave: summary(runs.dev.map(({ heapPerSave }) => heapPerSave)),
  };
}

async function measureOne({ args, saves }, node) {
  const repository = await createDevRepository(PLUGINS);
  const { PATH, HOME } = process.env;
  const child = spawn(node.path, args(repository), {
    cwd: repository.root,
    env: { PATH, HOME },
    stdio: 'ignore',
  });
  const agent = new Agent({ keepAlive: true });
  const read = (path) => getJson({ port: repository.port, path: `/api/p0/${path}`, agent });
  try {
    await until(async () => (await read('answer')).answer === 'first');
    // The first save finds code that has never run; it counts as warming up.
    await measureSave('warm', repository, read);
    const before = (await read('heap')).heap;
    const times = [];
    for (let count = 0; count < saves; count++) {
      times.push(await measureSave(`answer ${count}`, repository, read));
    }
    return { times, heapPerSave: ((await read('heap')).heap - before) / saves };
  } finally {
    agent.destroy();
    child.kill('SIGTERM');
    await once(child, 'exit');
    await repository.remove();
  }
}

async function measureSave(answer, repository, read) {
  const start = performance.now();
  await repository.save(answer);
  await until(async () => (await read('answer')).answer === answer);
  const took = performance.now() - start;
  // Nobody saves again in the same moment.
  await wait(200);
  return took;
}

async function until(isTrue) {
  const start = performance.now();
  while (!(await isTrue().catch(() => false))) {
    if (performance.now() - start > LIMIT_MS) throw new Error('no answer in time');
    await wait(2);
  }
}

function getJson(options) {
  return new Promise((resolve, reject) => {
    const request = get({ host: '127.0.0.1', ...options }, async (response) => {
      try {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(JSON.parse(text));
      } catch (error) {
        reject(error);
      }
    });
    request.on('error', reject);
  });
}

/** Milliseconds, and beside a restart. */
export function figures({ rows }) {
  const { ms, ofRestart } = rows.find(({ contestant }) => contestant === 'dev');
  return [
    toFigure(
      {
        id: 'dev.save',
        label: 'from a save to the new answer, 20 plugins',
        better: 'less',
        unit: 'ms',
        target: { atMost: 500 },
      },
      ms,
    ),
    toFigure({ id: 'dev.of-restart', label: 'a save, of a restart', better: 'less' }, ofRestart),
  ];
}

/** The result as a markdown table. */
export function render(byNode) {
  const heading = ['contestant', 'median of the saves, ms', 'slowest, ms', 'of a restart'];
  const left = byNode.map(
    ({ node, measured }) => `${spread(measured.heapPerSave, kibibytes)} KiB on Node ${node.major}`,
  );
  return [
    tableByNode(byNode, heading, ({ rows }) =>
      rows.map(({ contestant, ms, slowest, ofRestart }) => [
        contestants[contestant].label,
        spread(ms),
        String(Math.round(slowest)),
        ratioText(ofRestart),
      ]),
    ),
    '',
    `What a save leaves behind in the heap, as Node frees no module: ${left.join(', ')}.`,
  ].join('\n');
}

const kibibytes = (bytes) => bytes / 2 ** 10;
