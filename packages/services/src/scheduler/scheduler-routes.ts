import { InputError } from '@stagewire/errors';
import type { RequestHandler } from 'express';
import type { PluginScheduler } from './plugin-scheduler.js';

const TASKS = '/.backstage/scheduler/v1/tasks';
const ACTION = /^\/([^/]+)\/(trigger|cancel)\/?$/;

/**
 * Tells about the tasks of a plugin, and triggers and cancels them:
 * `GET /.backstage/scheduler/v1/tasks`, `POST …/tasks/<id>/trigger` and `POST …/tasks/<id>/cancel`.
 */
export function createSchedulerRoutes(
  pluginId: string,
  scheduler: PluginScheduler,
): RequestHandler {
  return (req, res, next) => {
    // Asked for each request of the plugin: what is not for the scheduler goes on quickly.
    if (!req.path.startsWith(TASKS)) return next();
    const rest = req.path.slice(TASKS.length);
    const action = ACTION.exec(rest);

    if (req.method === 'GET' && (rest === '' || rest === '/')) {
      listTasks(pluginId, scheduler).then((tasks) => res.json({ tasks }), next);
    } else if (req.method === 'POST' && action) {
      act(scheduler, action).then(() => res.status(200).end(), next);
    } else {
      next();
    }
  };
}

async function listTasks(pluginId: string, scheduler: PluginScheduler) {
  return Promise.all(
    scheduler.tasks.map(async (task) => ({
      taskId: task.id,
      pluginId,
      scope: task.scope,
      settings: task.settings,
      taskState: (await task.getState()) ?? null,
      workerState: task.workerState ?? null,
    })),
  );
}

async function act(scheduler: PluginScheduler, [, encodedId, action]: string[]): Promise<void> {
  const id = decode(encodedId ?? '');
  if (action === 'trigger') await scheduler.triggerTask(id);
  else await scheduler.cancelTask(id);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    throw new InputError(`'${text}' is no id of a task`, error);
  }
}
