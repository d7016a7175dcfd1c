import { Option } from 'commander';

/** For an option that may be given more than once: all its values, in order. */
export function repeated(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `--config`, of every command that loads the configuration of a backend. */
export function configOption(): Option {
  return new Option(
    '--config <file>',
    'a file or URL of configuration, in place of those that a start takes; can be repeated',
  ).argParser(repeated);
}

/** `[backend]`, of every command that takes one; what it may be, for its help. */
export const BACKEND_ARGUMENT = 'its folder, the name of its package, or a program';
