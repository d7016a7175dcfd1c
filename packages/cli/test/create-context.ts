import type { CommandContext } from '../src/command-context.js';
import { Progress } from '../src/terminal/progress.js';
import { createStyle } from '../src/terminal/style.js';

/** The surroundings of a command that prints nothing. */
export function createContext(cwd: string, env: NodeJS.ProcessEnv = {}): CommandContext {
  return {
    cwd,
    env,
    style: createStyle(false),
    progress: new Progress({ write: () => {} }),
    isInteractive: false,
    print: () => {},
    signal: new AbortController().signal,
  };
}
