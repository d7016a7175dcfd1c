import { resolve } from 'node:path';

/**
 * The files that the arguments of a program name as its configuration, absolute; URLs left out.
 *
 * @param cwd - the folder that the program runs in
 */
export function toConfigFiles(args: readonly string[], cwd: string): string[] {
  return args
    .filter((value, index) => args[index - 1] === '--config' && !URL.canParse(value))
    .map((file) => resolve(cwd, file));
}
