// What the `main` of every check has in common: it alone prints and sets the exit code.

import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { formatFinding } from './findings.mjs';
import { repository } from './workspace.mjs';

/** Tells whether a module is the program that was started, and not one that was imported. */
export function isMain(meta) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(meta.url);
}

/** Prints what a check of this repository finds; any finding fails the program. */
export function mainOfCheck(check) {
  const findings = check(repository);
  for (const one of findings) console.log(formatFinding(one));
  process.exitCode = findings.length > 0 ? 1 : 0;
}
