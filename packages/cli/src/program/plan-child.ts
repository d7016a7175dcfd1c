// Loaded before an integrator's program, in a process of its own: every `start()` of a backend
// becomes a plan, which is told to the parent process. Nothing is opened.
import { Server } from 'node:net';
import { setBackendHost, type HostedBackend } from '@stagewire/wiring/host';
import type { Plan, StartedBackend } from '@stagewire/wiring';
import { describeThrown } from './describe-thrown.js';
import { tell } from './tell-parent.js';

/** How long a program may go on after its last plan, as it may start another backend; milliseconds. */
const GRACE = 500;

let starts = 0;
let planning = 0;
let planned = 0;
let ending: NodeJS.Timeout | undefined;

setBackendHost({ start: planInstead });
process.on('uncaughtExceptionMonitor', (error: unknown) => {
  // What a program does with a backend that only seems to run is of no interest.
  if (planned === 0 || planning > 0) tell({ type: 'threw', error: describeThrown(error) });
});
process.on('exit', (exitCode) =>
  tell({ type: 'ended', exitCode, starts, isPlanning: planning > 0 }),
);
Server.prototype.listen = pretendToListen;

async function planInstead(backend: HostedBackend): Promise<StartedBackend> {
  starts++;
  planning++;
  clearTimeout(ending);
  const plan = await backend.plan();
  tell({ type: 'planned', plan });
  planned++;
  planning--;
  await backend.stop();
  ending = setTimeout(() => process.exit(0), GRACE).unref();
  return toStarted(plan);
}

/** As if all had started: a program that starts several backends in turn goes on to the next. */
function toStarted(plan: Plan): StartedBackend {
  const now = new Date();
  const plugins = plan.plugins.map(({ pluginId, modules }) => ({
    pluginId,
    resultAt: now,
    modules: modules.map(({ moduleId }) => ({ moduleId, resultAt: now })),
  }));
  return {
    result: { outcome: 'success', beginAt: now, resultAt: now, plugins },
    plan,
    timeline: [],
  };
}

/** Servers of the program itself, such as one for metrics, believe that they listen. */
function pretendToListen(this: Server, ...args: unknown[]): Server {
  tell({ type: 'listens' });
  const callback = args.at(-1);
  if (typeof callback === 'function') this.once('listening', callback as () => void);
  process.nextTick(() => this.emit('listening'));
  return this;
}
