import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { metricsServiceRef } from '@stagewire/plugin-api/alpha';
import { successionOf } from '@stagewire/plugin-api/internal';
import { PluginScheduler } from './plugin-scheduler.js';
import { createSchedulerRoutes } from './scheduler-routes.js';

/**
 * `core.scheduler`: runs recurring tasks; global ones together with all processes that share the
 * plugin's database, one at a time, local ones in each process.
 *
 * @remarks
 * Its routes are added when the plugin first depends on it, behind the plugin's usual auth. A
 * process that dies or does not respond loses the tasks that it runs after some 20 to 30 seconds,
 * and another one takes over.
 *
 * @public
 */
export const schedulerServiceFactory = createServiceFactory({
  service: coreServices.scheduler,
  deps: {
    database: coreServices.database,
    logger: coreServices.logger,
    rootLifecycle: coreServices.rootLifecycle,
    httpRouter: coreServices.httpRouter,
    pluginMetadata: coreServices.pluginMetadata,
    metrics: metricsServiceRef,
  },
  factory({ httpRouter, pluginMetadata, ...deps }) {
    const succession = successionOf(pluginMetadata);
    const scheduler = new PluginScheduler({ ...deps, succession });
    httpRouter.use(createSchedulerRoutes(pluginMetadata.getId(), scheduler));
    return scheduler;
  },
});
