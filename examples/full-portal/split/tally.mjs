import { setTimeout as wait } from 'node:timers/promises';
import { coreServices, createBackendPlugin } from '@stagewire/plugin-api';
import Router from 'express-promise-router';

const RUN_MS = 300;

/**
 * Counts once a second, whichever backend it runs in: it may be in several of them, and where
 * they share its database, one of them counts at a time.
 */
export const tally = createBackendPlugin({
  pluginId: 'tally',
  register(env) {
    env.registerInit({
      deps: { httpRouter: coreServices.httpRouter, scheduler: coreServices.scheduler },
      async init({ httpRouter, scheduler }) {
        const runs = [];
        await scheduler.scheduleTask({
          id: 'count',
          frequency: { seconds: 1 },
          timeout: { minutes: 1 },
          async fn() {
            const startedAt = Date.now();
            await wait(RUN_MS);
            runs.push({ startedAt, endedAt: Date.now() });
          },
        });

        const router = Router();
        router.get('/runs', (_request, response) => {
          response.json(runs);
        });
        httpRouter.use(router);
      },
    });
  },
});
