// Starts and stops backends for tests in this process, one after the other, and prints how long
// that took as JSON, in milliseconds: `firstMs`, with the import of all that it needs, then warm
// `ms`, and `requestMs` with one request each.
//
//   node test-backends.mjs stock|stagewire

const COUNT = 25;

const contestant = process.argv[2];
const begin = performance.now();
const { api, testing } =
  contestant === 'stock'
    ? {
        api: await import('@backstage/backend-plugin-api'),
        testing: await import('@backstage/backend-test-utils'),
      }
    : {
        api: await import('@stagewire/plugin-api'),
        testing: await import('@stagewire/testing'),
      };

const plugin = api.createBackendPlugin({
  pluginId: 'todo',
  register(env) {
    env.registerInit({
      deps: {
        router: api.coreServices.httpRouter,
        logger: api.coreServices.logger,
        database: api.coreServices.database,
      },
      async init({ router, logger }) {
        router.use((_request, response) => {
          logger.debug('asked');
          response.json({ ok: true });
        });
      },
    });
  },
});

await startAndStop();
const firstMs = performance.now() - begin;
const ms = await timeMany(startAndStop);
const requestMs = await timeMany(startAskAndStop);
process.stdout.write(`${JSON.stringify({ firstMs, ms, requestMs })}\n`, () => process.exit());

async function startAndStop() {
  const backend = await testing.startTestBackend({ features: [plugin] });
  await backend.stop();
}

/** What a test of a route does: through the port where there is no other way. */
async function startAskAndStop() {
  const backend = await testing.startTestBackend({ features: [plugin] });
  const answer = backend.request
    ? await backend.request('/api/todo/items')
    : await fetch(`http://127.0.0.1:${backend.server.port()}/api/todo/items`);
  if (!(await answer.json()).ok) throw new Error(`answered ${answer.status}`);
  await backend.stop();
}

/** Warm: a fifth of the runs is not counted. */
async function timeMany(run) {
  for (let index = 0; index < COUNT / 5; index++) await run();
  const times = [];
  for (let index = 0; index < COUNT; index++) times.push(await time(run));
  return times.sort((a, b) => a - b)[Math.floor(COUNT / 2)];
}

async function time(run) {
  const start = performance.now();
  await run();
  return performance.now() - start;
}
