/** Services of a stock installation, each wrapped in at most ten lines. */
import type { EventEmitter } from 'node:events';
import { coreServices, decorateService } from '@stagewire/plugin-api';
import { metricsServiceRef } from '@stagewire/plugin-api/alpha';

export const schedulerWithMetrics = decorateService({
  service: coreServices.scheduler,
  deps: { metrics: metricsServiceRef },
  decorate(inner, { metrics }) {
    const runs = metrics.createCounter('task.runs');
    const counted = (fn: Function) => (signal: AbortSignal) => (runs.add(1), fn(signal));
    return { scheduleTask: (task) => inner.scheduleTask({ ...task, fn: counted(task.fn) }) };
  },
});

export const loggerOfOnePlugin = decorateService({
  service: coreServices.logger,
  plugins: ['catalog'],
  decorate: (inner) => inner.child({ team: 'north' }),
});

export const databaseWithQueryTiming = decorateService({
  service: coreServices.database,
  deps: { metrics: metricsServiceRef },
  decorate(inner, { metrics }) {
    const duration = metrics.createHistogram('query.duration', { unit: 'ms' });
    const end = (began: number) => () => duration.record(performance.now() - began);
    const on = (query: EventEmitter) => query.on('end', end(performance.now()));
    return { getClient: async () => (await inner.getClient()).off('start', on).on('start', on) };
  },
});

export const cacheWithHits = decorateService({
  service: coreServices.cache,
  deps: { metrics: metricsServiceRef },
  decorate(inner, { metrics }) {
    const reads = metrics.createCounter('cache.reads');
    const count = <T>(value: T) => (reads.add(1, { hit: value !== undefined }), value);
    return { get: async (key) => count(await inner.get(key)) };
  },
});

export const headerOnEveryAnswer = decorateService({
  service: coreServices.rootHttpRouter,
  decorate: (inner) => ({
    use: (path, handler) =>
      inner.use(path, (req, res, next) => handler(req, res.setHeader('x-site', 'north'), next)),
  }),
});
