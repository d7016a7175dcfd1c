import type { LoggerService } from '@stagewire/plugin-api';

/** What is done once at a moment of a backend's life, such as its shutdown. */
export type Hook = () => void | Promise<void>;

/** Settings of one hook. */
export type HookOptions = { logger?: LoggerService };

/** How a {@link HookStage} tells what happened. */
export type HookStageMessages = {
  /** Thrown at whoever adds a hook when the stage has begun. */
  late: string;
  /** Logged at debug for each hook that came through. */
  succeeded: string;
  /** Logged at error for each hook that failed. */
  failed(logger: LoggerService, error: unknown): void;
};

/** Hooks that run side by side, once; a hook that fails is logged and does not hold up the others. */
export class HookStage {
  readonly #logger: LoggerService;
  readonly #messages: HookStageMessages;
  #hooks: Array<{ hook: Hook; logger: LoggerService }> = [];
  #run: Promise<void> | undefined;

  constructor(logger: LoggerService, messages: HookStageMessages) {
    this.#logger = logger;
    this.#messages = messages;
  }

  /** Whether the stage has begun. */
  get begun(): boolean {
    return this.#run !== undefined;
  }

  /**
   * @returns runs the hook ahead of its stage; when the stage has begun, it only waits for that
   * @throws Error with the stage's `late` message when the stage has begun
   */
  add(hook: Hook, options?: HookOptions): () => Promise<void> {
    if (this.begun) throw new Error(this.#messages.late);
    const entry = { hook, logger: options?.logger ?? this.#logger };
    this.#hooks.push(entry);
    return async () => {
      if (this.#run) return this.#run;
      const index = this.#hooks.indexOf(entry);
      if (index === -1) return;
      this.#hooks.splice(index, 1);
      await this.#runOne(entry.hook, entry.logger);
    };
  }

  /** Runs a hook that comes after its stage. Never rejects. */
  runLate(hook: Hook, options?: HookOptions): Promise<void> {
    return this.#runOne(hook, options?.logger ?? this.#logger);
  }

  /** Runs all hooks and waits for all of them. A second call waits for the first. Never rejects. */
  run(): Promise<void> {
    this.#run ??= this.#runAll();
    return this.#run;
  }

  async #runAll(): Promise<void> {
    const hooks = this.#hooks;
    this.#hooks = [];
    await Promise.all(hooks.map(({ hook, logger }) => this.#runOne(hook, logger)));
  }

  async #runOne(hook: Hook, logger: LoggerService): Promise<void> {
    try {
      await hook();
      logger.debug(this.#messages.succeeded);
    } catch (error) {
      this.#messages.failed(logger, error);
    }
  }
}
