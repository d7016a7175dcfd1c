import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { displayPath } from './display-path.js';
import { configErrors } from './errors.js';
import { hideUrlSecrets } from './hide-url-secrets.js';
import { findRepositoryRoot } from './repository-root.js';

/** Something that configuration is read from. */
export type ConfigTarget =
  | { readonly type: 'file'; readonly path: string; readonly optional: boolean }
  | { readonly type: 'url'; readonly url: string };

/** What decides where configuration is read from. */
export type TargetOptions = {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly remote: boolean;
};

/**
 * Finds what to read, lowest priority first: what `--config` arguments name, otherwise the default
 * files of the repository. Optional files are told whether they exist or not: they may come.
 *
 * @throws `E_CONFIG_ARGUMENT`, `E_CONFIG_REMOTE`
 */
export function findConfigTargets(options: TargetOptions): ConfigTarget[] {
  const named = parseConfigArguments(options.args);
  if (named.length > 0) return named.map((target) => toTarget(target, options));

  const root = findRepositoryRoot(options.cwd);
  const environments = (options.env.BACKSTAGE_ENV ?? '').split(',').map((name) => name.trim());
  const suffixes = environments.filter(Boolean).map((name) => `.${name}`);
  const names = ['', ...suffixes, '.local', ...suffixes.map((suffix) => `${suffix}.local`)];
  return names.map((name) => ({
    type: 'file',
    path: join(root, `app-config${name}.yaml`),
    optional: name !== '',
  }));
}

/** Names the sources in one line, for a person. */
export function describeSources(targets: readonly ConfigTarget[], variables: number): string {
  const places = targets.flatMap((target) => {
    if (target.type === 'url') return [hideUrlSecrets(target.url)];
    return target.optional && !existsSync(target.path) ? [] : [displayPath(target.path)];
  });
  if (variables > 0) places.push(`${variables} APP_CONFIG_ variable${variables === 1 ? '' : 's'}`);
  return places.join(', ');
}

function parseConfigArguments(args: readonly string[]): string[] {
  return args.flatMap((argument, index) => {
    if (argument !== '--config' && !argument.startsWith('--config=')) return [];
    const target = argument === '--config' ? args[index + 1] : argument.slice('--config='.length);
    if (!target || target.startsWith('--')) throw configErrors.argumentWithoutTarget();
    return [target];
  });
}

function toTarget(target: string, { cwd, remote }: TargetOptions): ConfigTarget {
  if (!hasHost(target)) return { type: 'file', path: resolve(cwd, target), optional: false };
  if (!remote) throw configErrors.remoteRefused(hideUrlSecrets(target));
  return { type: 'url', url: target };
}

function hasHost(target: string): boolean {
  return URL.canParse(target) && new URL(target).host !== '';
}
