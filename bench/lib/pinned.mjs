import { accessSync, constants } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where a backend under load runs, and where its load comes from: neither takes the other's time. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/**
 * A command that runs on one core of the machine.
 *
 * @param command - program and arguments, as one list
 * @param core - its number, from 0; undefined for any
 * @returns the same command on a machine without `taskset`, or with one core
 * @example
 * const [program, ...args] = pinned([node.path, script], SERVER_CORE);
 */
export function pinned(command, core) {
  if (core === undefined || !canPin()) return command;
  return [taskset, '-c', String(core), ...command];
}

/** Whether this machine pins: told beside the results. */
export function canPin() {
  return taskset !== undefined && availableParallelism() > 1;
}

const taskset = process.platform === 'linux' ? findProgram('taskset') : undefined;

function findProgram(name) {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
