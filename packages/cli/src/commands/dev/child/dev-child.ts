// The process of a backend under `stagewire dev`: runs a program, and brings what is saved into it.
import { pathToFileURL } from 'node:url';
import { formatStartFailure, type StartedBackend } from '@stagewire/wiring';
import { setBackendHost } from '@stagewire/wiring/host';
import { formatLoadFailure } from '../../../program/format-load-failure.js';
import type { DevMessage, DevProgram, DevRequest } from '../dev-messages.js';
import { LoadedModules } from './loaded-modules.js';
import { tellConfigOnce } from './quiet-console.js';
import { Replacer, type Saved } from './replacer.js';
import { RunningProgram } from './running-program.js';

process.once('message', (request: DevRequest) => {
  if (request.type === 'run') void run(request);
});
// Whoever started this process is gone: stop as if told to.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

async function run({ root, program }: Extract<DevRequest, { type: 'run' }>): Promise<void> {
  const entry = program.type === 'file' ? program.file : undefined;
  // Whoever asks which program runs means that of the integrator.
  process.argv[1] = entry ?? program.type;
  const modules = new LoadedModules(root);
  const running = new RunningProgram(await toLoad(program), onStarted);
  const replacer = new Replacer(running, modules, entry);
  setBackendHost(running);
  tellConfigOnce();
  process.on('message', (request: DevRequest) => void answer(request, running, replacer));
  // A program that ends by itself may do so.
  process.channel?.unref();
  try {
    await running.run();
  } catch (error) {
    console.error(running.hasBackend ? formatStartFailure(error) : formatLoadFailure(error));
    await running.stop().catch(() => {});
    process.exit(1);
  }

  function onStarted({ plan }: StartedBackend): void {
    const pluginIds = plan.plugins.map(({ pluginId }) => pluginId);
    void replacer.learn().then(() => tell({ type: 'started', pluginIds }));
  }
}

async function toLoad(program: DevProgram): Promise<() => Promise<unknown>> {
  if (program.type === 'plugin') {
    // Only then: a program of the repository brings a backend of its own.
    const { createPluginAlone } = await import('./plugin-alone.js');
    return createPluginAlone(program.plugin);
  }
  const { href } = pathToFileURL(program.file);
  return () => import(href);
}

async function answer(
  request: DevRequest,
  running: RunningProgram,
  replacer: Replacer,
): Promise<void> {
  if (request.type === 'replace') {
    const saved: Saved = request;
    tell({ type: 'replaced', outcome: await replacer.replace(saved) });
  }
  if (request.type === 'stop') {
    await running.stop().catch((error: unknown) => console.error(error));
    process.exit(0);
  }
}

function tell(message: DevMessage): void {
  // Nobody listens any more: this process ends soon.
  if (process.connected) process.send?.(message);
}
