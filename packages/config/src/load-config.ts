import { basename } from 'node:path';
import { ConfigFile, readTextIfPresent, type Yaml } from './config-file.js';
import { describeSources, findConfigTargets, type ConfigTarget } from './config-targets.js';
import { findConfigVariables, readEnvConfig } from './env-config.js';
import { configErrors } from './errors.js';
import { expandFile } from './expand.js';
import type { LoadedConfig } from './origin.js';
import { readRemoteFile } from './remote-file.js';

/** Where configuration is loaded from. @public */
export type LoadConfigOptions = {
  /** The command line; `--config <target>` in it replaces the default files. `@default` that of the process */
  args?: readonly string[];
  /** The folder that targets are relative to, and that the repository is looked for from. `@default` that of the process */
  cwd?: string;
  /** The environment variables. `@default` those of the process */
  env?: Readonly<Record<string, string | undefined>>;
  /** Whether `--config` may name URLs. `@default` false */
  remote?: boolean;
  /** Called with the sources in one line, before anything is read. */
  onSources?: (description: string) => void;
};

/** Configuration as it was loaded. @public */
export type LoadedSources = {
  /** Lowest priority first, as {@link ConfigReader.fromConfigs} takes them. */
  readonly appConfigs: readonly LoadedConfig[];
  /** The sources in one line, for a person. */
  readonly description: string;
  /** Every file that can change the result, absolute; some may not exist yet. */
  readonly files: readonly string[];
  /** Whether some of it is from a URL. */
  readonly remote: boolean;
};

/**
 * Loads configuration from files and environment variables.
 *
 * @remarks
 * Without `--config` arguments these are, lowest priority first, `app-config.yaml` in the root of
 * the repository, `app-config.<env>.yaml` for every name in `BACKSTAGE_ENV`,
 * `app-config.local.yaml` and `app-config.<env>.local.yaml`; only the first has to exist. The root
 * is the nearest folder upwards whose package.json has `workspaces`, otherwise the nearest with a
 * package.json. Variables named `APP_CONFIG_…` come on top.
 *
 * Values may refer to other places: `${VARIABLE}`, `${VARIABLE:-default}`, `$env`, `$file` and
 * `$include`. One whose variable is not set, or whose `$file` does not exist, is absent.
 *
 * @throws `E_CONFIG_FILE`, `E_CONFIG_SYNTAX`, `E_CONFIG_ROOT`, `E_CONFIG_INCLUDE`, `E_CONFIG_ENV`,
 *   `E_CONFIG_ARGUMENT`, `E_CONFIG_REMOTE`
 * @public
 */
export async function loadConfig(options: LoadConfigOptions = {}): Promise<LoadedSources> {
  return loadSources(options, new Set());
}

/**
 * The same, and tells which files it looks at while it does: those are known also when it throws.
 *
 * @param looked - gets the absolute path of every file, whether it exists or not
 */
export async function loadSources(
  options: LoadConfigOptions,
  looked: Set<string>,
): Promise<LoadedSources> {
  const { args = process.argv.slice(2), cwd = process.cwd(), env = process.env } = options;
  const targets = findConfigTargets({ args, cwd, env, remote: options.remote ?? false });
  const description = describeSources(targets, findConfigVariables(env).length);
  options.onSources?.(description);

  // Loaded here, so that those who only read configuration do not pay for a parser.
  const yaml = await import('yaml');
  for (const target of targets) if (target.type === 'file') looked.add(target.path);
  const read = await Promise.all(targets.map((target) => readTarget(target, yaml, env, looked)));
  const appConfigs = [...read, readEnvConfig(env)].filter((config) => config !== undefined);
  return {
    appConfigs,
    description,
    files: [...looked],
    remote: targets.some(({ type }) => type === 'url'),
  };
}

async function readTarget(
  target: ConfigTarget,
  yaml: Yaml,
  env: Readonly<Record<string, string | undefined>>,
  looked: Set<string>,
): Promise<LoadedConfig | undefined> {
  if (target.type === 'url') {
    const file = await readRemoteFile(target.url, yaml);
    return { context: file.path, ...expandFile(file, { env, includes: false, looked }) };
  }
  const text = readFileOf(target);
  if (text === undefined) return undefined;
  const file = new ConfigFile(target.path, text, yaml);
  return { context: basename(target.path), ...expandFile(file, { env, includes: true, looked }) };
}

function readFileOf(target: ConfigTarget & { type: 'file' }): string | undefined {
  let text: string | undefined;
  try {
    text = readTextIfPresent(target.path);
  } catch (error) {
    throw configErrors.unreadableFile(target.path, error);
  }
  if (text === undefined && !target.optional) throw configErrors.fileNotFound(target.path);
  return text;
}
