import type { CommandContext } from '../../command-context.js';
import { readRepository, type Repository } from '../../repository/repository.js';
import { displayPath } from '../../terminal/display-path.js';
import { shortenPathsIn } from '../../terminal/short-paths.js';
import { BackendProcess, type BackendProcessOptions, type ProcessEnd } from './backend-process.js';
import { classifyChange, type Change } from './classify-change.js';
import { Dependencies } from './dependencies.js';
import { describeOutcome } from './describe-outcome.js';
import { listenToKeys } from './keys.js';
import { watchRepository, type Burst } from './watch-repository.js';

/** What has to be done next. */
type Pending = {
  /** What was saved, by path. */
  changes: Map<string, Change>;
  /** When the first of it was saved; milliseconds, as of `performance.now()`. */
  since: number;
  /** Why the whole process has to start anew. */
  restart?: string;
};

/** Runs a backend in a process of its own, and brings in what is saved, one save after the other. */
export class DevSession {
  readonly #context: CommandContext;
  readonly #options: BackendProcessOptions;
  readonly #configFiles: readonly string[];
  readonly #dependencies: Dependencies;
  #repository: Repository;
  #process: BackendProcess | undefined;
  #pending: Pending | undefined;
  #wake = () => {};
  #isOver = false;

  constructor(
    context: CommandContext,
    repository: Repository,
    options: BackendProcessOptions,
    configFiles: readonly string[],
  ) {
    this.#context = context;
    this.#repository = repository;
    this.#options = options;
    this.#configFiles = configFiles;
    this.#dependencies = new Dependencies(repository);
  }

  /** Goes on until the command is told to end. */
  async run(): Promise<void> {
    const { signal, isInteractive } = this.#context;
    const unwatch = await watchRepository(this.#repository, this.#configFiles, (burst) =>
      this.#onSaved(burst),
    );
    const endKeys = isInteractive ? this.#listenToKeys() : () => {};
    const end = () => this.#end();
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) this.#end();
    try {
      await this.#launch();
      while (await this.#hasWork()) await this.#work();
    } finally {
      signal.removeEventListener('abort', end);
      endKeys();
      await unwatch();
      await this.#process?.stop();
    }
  }

  #onSaved({ files, since }: Burst): void {
    const changes = files.flatMap((file) => {
      const change = classifyChange(file, this.#repository, this.#configFiles);
      return change && this.#counts(change) ? [change] : [];
    });
    for (const { file } of changes.filter(({ type }) => type === 'config')) {
      this.#tell(`${this.#display(file)} saved: the backend follows it by itself`);
    }
    const toDo = changes.filter(({ type }) => type !== 'config');
    if (toDo.length > 0) this.#add(toDo, since);
  }

  /** A package.json is often saved without a change to what is installed. */
  #counts({ type, file }: Change): boolean {
    return type !== 'dependencies' || this.#dependencies.hasChanged(file);
  }

  #add(changes: readonly Change[], since: number, restart?: string): void {
    const pending: Pending = (this.#pending ??= { changes: new Map(), since });
    for (const change of changes) pending.changes.set(change.file, change);
    const installed = changes.find(({ type }) => type === 'dependencies');
    const reason = restart ?? (installed && `${this.#display(installed.file)} changed`);
    if (reason !== undefined) pending.restart = reason;
    this.#wake();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  /** Settles when there is something to do: true, or when it is over: false. */
  async #hasWork(): Promise<boolean> {
    while (!this.#isOver && !this.#pending) {
      await this.#woken();
    }
    return !this.#isOver;
  }

  async #work(): Promise<void> {
    const { changes, since, restart } = this.#take();
    if (restart !== undefined) {
      this.#tell(`restarting: ${restart}`);
      return this.#restart();
    }
    const saved = this.#displayAll([...changes.keys()]);
    if (!this.#process) {
      this.#tell(`starting again (${saved})`);
      return this.#restart();
    }
    const outcome = await Promise.race([
      this.#process.replace(toSaved(changes)),
      this.#untilUrgent(),
    ]);
    if (!outcome) return; // the process ended, which is told by whoever sees it, or has to
    const took = performance.now() - since;
    const report = describeOutcome(
      shortenPathsIn(outcome, this.#options.root),
      saved,
      took,
      this.#context.style,
    );
    this.#tell(report.text);
    if (report.restart) await this.#restart();
  }

  /** Settles when what is being replaced no longer matters: a new version may take long to start. */
  async #untilUrgent(): Promise<undefined> {
    while (!this.#isOver && this.#pending?.restart === undefined) await this.#woken();
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #take(): Pending {
    const taken = this.#pending!;
    this.#pending = undefined;
    return taken;
  }

  async #restart(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
    this.#repository = readRepository(this.#options.root);
    await this.#launch();
  }

  /** Starts the process, and waits until it runs, ends, or starts in vain as something was saved. */
  async #launch(): Promise<void> {
    if (this.#isOver) return;
    const since = performance.now();
    const started = new BackendProcess(this.#options);
    this.#process = started;
    void started.ended.then((end) => this.#onEnded(started, end));
    const interrupted = new Promise<'interrupted'>((resolve) => {
      this.#wake = () => resolve('interrupted');
    });
    const came = await Promise.race([
      started.started,
      started.ended.then(() => 'ended'),
      interrupted,
    ]);
    if (Array.isArray(came)) return this.#tellStarted(came, performance.now() - since);
    if (came === 'interrupted' && !this.#isOver) {
      this.#add([], performance.now(), 'something was saved while it started');
    }
  }

  #onEnded(ended: BackendProcess, { exitCode, signal, error }: ProcessEnd): void {
    if (ended.isStopping || this.#process !== ended) return;
    this.#process = undefined;
    const { red } = this.#context.style;
    const how = signal ? `ended by ${signal}` : `ended with exit code ${exitCode}`;
    const what = error ? `could not be run: ${error.message}` : how;
    this.#tell(`${red(`the backend ${what}`)}; it starts again with the next save`);
  }

  #tellStarted(pluginIds: readonly string[], took: number): void {
    const { green, dim } = this.#context.style;
    const plugins = pluginIds.length === 1 ? '1 plugin runs' : `${pluginIds.length} plugins run`;
    const keys = this.#context.isInteractive ? '; r restarts, q ends' : '';
    this.#tell(
      `${green(plugins)} after ${Math.round(took)} ms ${dim(`(following what is saved${keys})`)}`,
    );
  }

  #listenToKeys(): () => void {
    return listenToKeys({
      r: () => this.#add([], performance.now(), 'asked for'),
      q: () => this.#end(),
    });
  }

  #displayAll(files: readonly string[]): string {
    const [first = '', ...others] = files;
    const more = others.length > 0 ? ` and ${others.length} more` : '';
    return `${this.#display(first)}${more}`;
  }

  #display(file: string): string {
    return displayPath(file, this.#options.root);
  }

  #tell(text: string): void {
    this.#context.print(`${this.#context.style.cyan('dev')}  ${text}`);
  }
}

function toSaved(changes: ReadonlyMap<string, Change>): { files: string[]; folders: string[] } {
  const all = [...changes.values()];
  return {
    files: all.map(({ file }) => file),
    folders: [...new Set(all.flatMap((each) => (each.type === 'data' ? [each.folder] : [])))],
  };
}
