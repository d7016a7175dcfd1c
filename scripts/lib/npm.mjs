// Runs npm.

import { run } from './run.mjs';

/** Like run() with npm as the program: the npm that runs us, else the one on the path. */
export function runNpm(args, options) {
  const script = process.env.npm_execpath;
  // As a script of this Node, since on Windows `npm` is no program.
  if (script?.endsWith('npm-cli.js')) return run(process.execPath, [script, ...args], options);
  return run('npm', args, options);
}
