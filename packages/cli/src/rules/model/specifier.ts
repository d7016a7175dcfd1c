import { isBuiltin } from 'node:module';

/** What an import names. */
export type Specifier =
  | { kind: 'relative' }
  | { kind: 'builtin' }
  | { kind: 'package'; name: string; subpath: string }
  /** Something that only a bundler, or the package itself, understands. */
  | { kind: 'other' };

const NAME = /^(?:@[a-z0-9-~][a-z0-9-._~]*\/)?[a-z0-9-~][a-z0-9-._~]*$/i;

/** Takes a specifier apart: `@scope/name/sub/path` is the package `@scope/name` and `./sub/path`. */
export function parseSpecifier(specifier: string): Specifier {
  if (/^\.{1,2}(?:\/|$)/.test(specifier)) return { kind: 'relative' };
  if (isBuiltin(specifier)) return { kind: 'builtin' };
  const parts = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  const name = parts.slice(0, length).join('/');
  if (!NAME.test(name)) return { kind: 'other' };
  return { kind: 'package', name, subpath: ['.', ...parts.slice(length)].join('/') };
}
