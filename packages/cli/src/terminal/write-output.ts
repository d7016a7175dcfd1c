import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { CommandContext, CommandResult } from '../command-context.js';
import { displayPath } from './display-path.js';

/**
 * Writes the text of a result to a file, if one is named, and tells so in its place.
 *
 * @param file - its folder is made; relative to the folder that the command works in
 */
export function writeOutput(
  result: CommandResult,
  file: string | undefined,
  { cwd }: Pick<CommandContext, 'cwd'>,
): CommandResult {
  if (file === undefined) return result;
  const path = resolve(cwd, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${result.text}\n`);
  return { ...result, text: `Wrote ${displayPath(path, cwd)}` };
}
