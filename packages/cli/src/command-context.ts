import type { Progress } from './terminal/progress.js';
import type { Style } from './terminal/style.js';

/** What a command knows of the world around it. */
export type CommandContext = {
  /** The folder that it was called in, or was told to work in. */
  cwd: string;
  env: NodeJS.ProcessEnv;
  style: Style;
  progress: Progress;
  /** Whether somebody is there to answer a question. */
  isInteractive: boolean;
  /** Writes lines as they come, for commands that go on; all others give back a result. */
  print(text: string): void;
  /** Aborted when the command is to end: Ctrl+C, SIGTERM. */
  signal: AbortSignal;
};

/** What a command comes to. */
export type CommandResult = {
  /** For a person; empty when all was told on the way. */
  text: string;
  /** For a program, with `--json`; the text without it. */
  data?: unknown;
  /** One of the exit codes, or that of a program that was run. */
  exitCode: number;
};
