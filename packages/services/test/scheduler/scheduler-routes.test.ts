import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { SchedulerService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import express, { type ErrorRequestHandler, type RequestHandler } from 'express';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSchedulerRoutes } from '../../src/scheduler/scheduler-routes.js';
import { schedulerServiceFactory } from '../../src/scheduler/scheduler-service-factory.js';
import {
  createDatabase,
  createScheduler,
  createTask,
  recordingLogger,
  recordingMetrics,
} from './support.js';

const schedule = { frequency: { hours: 1 }, timeout: { minutes: 1 } };
const settings = { version: 2, cadence: 'PT1H', timeoutAfterDuration: 'PT1M' };

describe('the routes of a scheduler', () => {
  it('[SCH-17] tell about its tasks', async () => {
    const { scheduler, clock } = createScheduler();
    const task = createTask();
    const request = await serve(createSchedulerRoutes('todo', scheduler));
    expect(await request('GET', '')).toEqual({ status: 200, body: { tasks: [] } });
    const startedAt = new Date(clock.now()).toISOString();

    await scheduler.scheduleTask({ ...schedule, id: 'done', fn: () => {} });
    await clock.advance(1_000);
    task.hold();
    await scheduler.scheduleTask({ ...schedule, id: 'busy', fn: task.fn, scope: 'local' });
    await scheduler.scheduleTask({
      id: 'waiting',
      fn: () => {},
      frequency: { trigger: 'manual' },
      timeout: { minutes: 1 },
      initialDelay: { hours: 2 },
    });
    await clock.advance(1_000);

    const at = (ms: number) => new Date(Date.parse(startedAt) + ms).toISOString();
    expect(await request('GET', '')).toEqual({
      status: 200,
      body: {
        tasks: [
          {
            taskId: 'done',
            pluginId: 'todo',
            scope: 'global',
            settings,
            taskState: { status: 'idle', startsAt: at(3_600_000), lastRunEndedAt: startedAt },
            workerState: { status: 'idle' },
          },
          {
            taskId: 'busy',
            pluginId: 'todo',
            scope: 'local',
            settings,
            taskState: { status: 'running', startedAt: at(1_000), timesOutAt: at(61_000) },
            workerState: { status: 'running' },
          },
          {
            taskId: 'waiting',
            pluginId: 'todo',
            scope: 'global',
            settings: {
              version: 2,
              cadence: 'manual',
              initialDelayDuration: 'PT2H',
              timeoutAfterDuration: 'PT1M',
            },
            taskState: { status: 'idle' },
            workerState: { status: 'initial-wait' },
          },
        ],
      },
    });
    await task.end();
  });

  it('[SCH-17] trigger and cancel a task, also one with a special id', async () => {
    const { scheduler, clock } = createScheduler();
    const task = createTask();
    task.hold();
    const id = 'refresh a/b ü';
    await scheduler.scheduleTask({
      ...schedule,
      id,
      fn: task.fn,
      initialDelay: { hours: 1 },
      scope: 'local',
    });
    const request = await serve(createSchedulerRoutes('todo', scheduler));
    const path = `/${encodeURIComponent(id)}`;

    expect(await request('POST', `${path}/trigger`)).toEqual({ status: 200, body: '' });
    await clock.advance(0);
    expect(task.runs).toBe(1);
    expect(await request('POST', `${path}/trigger`)).toMatchObject({ status: 409 });
    expect(await request('POST', `${path}/cancel`)).toEqual({ status: 200, body: '' });
    expect(task.isStopped).toBe(true);
    await task.end();
    expect(await request('POST', `${path}/cancel`)).toMatchObject({ status: 409 });
  });

  it('[SCH-17] answer 404 for a task that does not exist', async () => {
    const { scheduler } = createScheduler();
    const request = await serve(createSchedulerRoutes('todo', scheduler));

    expect(await request('POST', '/nope/trigger')).toEqual({
      status: 404,
      body: 'Task nope does not exist',
    });
    expect(await request('POST', '/nope/cancel')).toMatchObject({ status: 404 });
    expect(await request('POST', '/%zz/cancel')).toMatchObject({ status: 400 });
  });

  it('leave everything else to the plugin', async () => {
    const { scheduler } = createScheduler();
    const request = await serve(createSchedulerRoutes('todo', scheduler));

    for (const [method, path] of [
      ['POST', ''],
      ['GET', '/task/trigger'],
      ['POST', '/task/stop'],
      ['GET', 'x'],
    ] as const) {
      expect(await request(method, path)).toEqual({ status: 418, body: 'of the plugin' });
    }
  });
});

describe('the factory of core.scheduler', () => {
  it('[SCH-17] adds the routes to the router of the plugin when a scheduler is made', async () => {
    const handlers: RequestHandler[] = [];
    const shape = schedulerServiceFactory as unknown as ServiceFactoryShape;
    const hooks: Array<() => unknown> = [];
    const scheduler = (await shape.factory(
      {
        database: createDatabase(),
        logger: recordingLogger(),
        rootLifecycle: { addBeforeShutdownHook: (hook: () => unknown) => hooks.push(hook) },
        httpRouter: { use: (handler: RequestHandler) => handlers.push(handler) },
        pluginMetadata: { getId: () => 'todo' },
        metrics: recordingMetrics().metrics,
      },
      undefined,
    )) as SchedulerService;
    onTestFinished(async () => {
      await Promise.all(hooks.map((hook) => hook()));
    });

    await scheduler.scheduleTask({ ...schedule, id: 'task', fn: () => {}, scope: 'local' });

    const request = await serve(handlers[0]!);
    const { body } = await request('GET', '');
    expect(body).toMatchObject({ tasks: [{ taskId: 'task', pluginId: 'todo' }] });
  });
});

/** Serves the routes as a plugin would, and gives what asks them. */
async function serve(routes: RequestHandler) {
  const app = express();
  app.use('/api/todo', routes, answerOfPlugin, tellError);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as AddressInfo;

  return async (method: string, path: string) => {
    const url = `http://127.0.0.1:${port}/api/todo/.backstage/scheduler/v1/tasks${path}`;
    const response = await fetch(url, { method });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json');
    return { status: response.status, body: isJson ? JSON.parse(text) : text };
  };
}

const answerOfPlugin: RequestHandler = (_req, res) => void res.status(418).send('of the plugin');

const tellError: ErrorRequestHandler = (error, _req, res, _next) => {
  const status = { ConflictError: 409, NotFoundError: 404, InputError: 400 }[error.name as string];
  res.status(status ?? 500).send(error.message);
};
