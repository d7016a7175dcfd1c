import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { toNodeArguments } from '../../program/node-arguments.js';
import type { Saved } from './child/replacer.js';
import type { DevMessage, DevProgram, DevRequest, ReplaceOutcome } from './dev-messages.js';

/** How long a backend may take to stop before its process is ended; milliseconds. */
const STOP_LIMIT = 10_000;

/** What a process of a backend is made of. */
export type BackendProcessOptions = {
  /** The folder of the repository. */
  root: string;
  program: DevProgram;
  /** What says which backend it wants: a file of the program's package. */
  anchor: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  nodeArguments: readonly string[];
  programArguments: readonly string[];
};

/** How a process ended. */
export type ProcessEnd = {
  exitCode: number | null;
  signal: NodeJS.Signals | null;
  /** Why there is none, when it could not be made. */
  error?: Error;
};

/** A backend in a process of its own, which takes on what is saved. */
export class BackendProcess {
  /** Ids of its plugins, once they run; pending for ever when they never do. */
  readonly started: Promise<string[]>;
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcess;
  #stopping: Promise<void> | undefined;

  constructor(options: BackendProcessOptions) {
    const { root, program, anchor, cwd, env, nodeArguments, programArguments } = options;
    this.#child = fork(
      fileURLToPath(import.meta.resolve('@stagewire/cli/dev-child')),
      programArguments,
      {
        cwd,
        env,
        execArgv: [...nodeArguments, ...toNodeArguments(anchor)],
        // The keyboard belongs to whoever watches.
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      },
    );
    this.ended = new Promise((resolve) => {
      this.#child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
      this.#child.on('error', (error) => {
        if (this.#child.pid === undefined) resolve({ exitCode: null, signal: null, error });
      });
    });
    this.started = this.#receive('started').then(({ pluginIds }) => pluginIds);
    this.#ask({ type: 'run', root, program });
  }

  /** Whether it was told to stop; an end that nobody asked for is a crash. */
  get isStopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Brings what was saved into the backend; undefined when its process ended meanwhile. */
  async replace(saved: Saved): Promise<ReplaceOutcome | undefined> {
    const answer = this.#receive('replaced');
    this.#ask({ type: 'replace', files: [...saved.files], folders: [...saved.folders] });
    return Promise.race([answer.then(({ outcome }) => outcome), this.ended.then(() => undefined)]);
  }

  /** Stops the backend, and ends its process; all calls share one stop. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    const insisting = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT);
    this.#ask({ type: 'stop' });
    await this.ended;
    clearTimeout(insisting);
  }

  #ask(request: DevRequest): void {
    // One that is ending does not hear it; that it ends is told by itself.
    if (this.#child.connected) this.#child.send(request, () => {});
  }

  #receive<T extends DevMessage['type']>(type: T): Promise<DevMessage & { type: T }> {
    return new Promise((resolve) => {
      const listen = (message: DevMessage) => {
        if (message.type !== type) return;
        this.#child.off('message', listen);
        resolve(message as DevMessage & { type: T });
      };
      this.#child.on('message', listen);
    });
  }
}
