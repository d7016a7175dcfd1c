import { spawn } from 'node:child_process';
import type { CommandContext } from '../../command-context.js';
import type { PackageManager } from '../../repository/package-manager.js';

/** How long an installation may take; milliseconds. */
const LIMIT = 10 * 60_000;

/** How much is told of what a package manager said; lines. */
const LAST_LINES = 20;

/**
 * Lets the package manager of a repository install what its packages need, and link them.
 *
 * @returns what it said when it failed; undefined when it did not
 */
export function installPackages(
  root: string,
  packageManager: PackageManager,
  { env, signal }: Pick<CommandContext, 'env' | 'signal'>,
): Promise<string | undefined> {
  const [command, args] = toCommand(packageManager, env);
  return new Promise((settle) => {
    const child = spawn(command, args, {
      cwd: root,
      env,
      signal: AbortSignal.any([signal, AbortSignal.timeout(LIMIT)]),
      stdio: ['ignore', 'pipe', 'pipe'],
      // On Windows, package managers are scripts, which a shell has to run.
      shell: process.platform === 'win32' && command !== process.execPath,
    });
    let output = '';
    const keep = (part: Buffer) => void (output += part.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => settle(`${command}: ${error.message}`));
    child.on('close', (code) => {
      settle(code === 0 ? undefined : output.trimEnd().split('\n').slice(-LAST_LINES).join('\n'));
    });
  });
}

function toCommand(packageManager: PackageManager, env: NodeJS.ProcessEnv): [string, string[]] {
  if (packageManager !== 'npm') return [packageManager, ['install']];
  const args = ['install', '--no-audit', '--no-fund'];
  // The npm that runs us, if one does: `npx stagewire` and scripts.
  const script = env.npm_execpath;
  return script?.endsWith('npm-cli.js') ? [process.execPath, [script, ...args]] : ['npm', args];
}
