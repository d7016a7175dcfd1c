import { explain, InputError } from '@stagewire/errors';

/** How a task can be scheduled wrongly. @internal */
export const schedulerErrors = {
  invalidId: (id: unknown) =>
    explain(
      new InputError(`${String(id)} is not a valid ID, expected non-empty string`),
      'E_SCHEDULER_ID',
      'give the task an id that is a text, unique in the plugin, and the same after each restart',
    ),

  invalidTask: (reason: string, cause?: unknown) =>
    explain(
      new Error(`Failed to persist task, ${reason}`, { cause }),
      'E_SCHEDULER_TASK',
      'correct its schedule: frequency { cron: "0 */6 * * *" }, { minutes: 30 } or { trigger: "manual" }, and timeout { minutes: 10 }',
    ),
};
