import type { Manifest } from '../repository/repository.js';

/** The configuration files that a package's own script starts it with: `--config <file> …`. */
export function readScriptArguments({ scripts = {} }: Manifest): string[] {
  const { start = '', dev = '' } = scripts;
  const script = start.includes('--config') ? start : dev;
  return Array.from(script.matchAll(/--config[= ](\S+)/g), ([, file = '']) => file).flatMap(
    (file) => ['--config', file],
  );
}
