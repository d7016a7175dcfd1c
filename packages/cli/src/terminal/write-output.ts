import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CommandResult } from '../command-context.js';
import { displayPath } from './display-path.js';

/**
 * Writes the text of a result to a file, if one is named, and tells so in its place.
 *
 * @param file - absolute path; its folder is made
 */
export function writeOutput(result: CommandResult, file: string | undefined): CommandResult {
  if (file === undefined) return result;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${result.text}\n`);
  return { ...result, text: `Wrote ${displayPath(file, process.cwd())}` };
}
