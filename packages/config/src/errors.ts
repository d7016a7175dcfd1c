import { explain, InputError, NotFoundError, type ExplainedError } from '@stagewire/errors';

/** Every way in which reading configuration can fail. */
export const configErrors = {
  invalidKey: (key: string) =>
    explain(
      new TypeError(`Invalid config key '${key}'`),
      'E_CONFIG_KEY',
      'this key is asked for by code: every part between dots starts with a letter, goes on with' +
        " letters and digits, and may have single '-', '_' or ':' in between",
    ),

  missing: (key: string, context: string, advice: string) =>
    explain(
      new Error(`Missing required config value at '${key}' in '${context}'`),
      'E_CONFIG_MISSING',
      advice,
    ),

  wrongType: (value: FoundValue, got: string, wanted: string) =>
    explain(
      new TypeError(
        `Invalid type in config for key '${value.key}' in '${value.context}', got ${got}, wanted ${wanted}`,
      ),
      'E_CONFIG_TYPE',
      adviseOnValue(value, ARTICLES[wanted] ?? `a ${wanted}`),
    ),

  notConvertible: (value: FoundValue, wanted: 'number' | 'boolean') =>
    explain(
      new Error(
        `Unable to convert config value for key '${value.key}' in '${value.context}' to a ${wanted}`,
      ),
      'E_CONFIG_CONVERT',
      adviseOnValue(value, wanted === 'number' ? 'a number' : 'true or false'),
    ),

  invalidDuration: (duration: string, key: string, reason: string, where: string) =>
    explain(
      new InputError(`Invalid duration '${duration}' in config at '${key}', Error: ${reason}`),
      'E_CONFIG_DURATION',
      `write a duration such as '30s', 'PT30S' or { seconds: 30 } at ${where}`,
    ),

  invalidDurationObject: (key: string | undefined, reason: string, where: string) =>
    explain(
      new Error(
        `Failed to read duration from config${key ? ` at '${key}'` : ''}, Error: ${reason}`,
      ),
      'E_CONFIG_DURATION',
      `write a duration such as { hours: 1, minutes: 30 } at ${where}`,
    ),

  unreadableDuration: (cause: unknown) =>
    explain(
      new InputError(`Failed to read duration from config, ${String(cause)}`),
      'E_CONFIG_DURATION',
      (cause as Partial<ExplainedError>).fix ?? 'write a duration such as { seconds: 30 }',
    ),

  fileNotFound: (path: string) =>
    explain(
      new NotFoundError(`Config file "${path}" does not exist`),
      'E_CONFIG_FILE',
      'create it, start from inside the repository that has it, or name another: --config <file>',
    ),

  unreadableFile: (path: string, cause: unknown) =>
    explain(
      new Error(`Failed to read config file at "${path}", ${messageOf(cause)}`, { cause }),
      'E_CONFIG_FILE',
      `make ${path} a file that this process may read`,
    ),

  syntax: (path: string, position: string, reason: string, fix: string) =>
    explain(
      new Error(`Failed to parse config file at "${path}"${position}, ${reason}`),
      'E_CONFIG_SYNTAX',
      fix,
    ),

  notAnObject: (path: string, where: string) =>
    explain(
      new TypeError(`Failed to read config file at "${path}", expected an object at the top level`),
      'E_CONFIG_ROOT',
      `write keys and values, such as 'app:', at ${where}`,
    ),

  include: (path: string, at: string, reason: string, fix: string) =>
    explain(
      new Error(`Failed to read config file at "${path}", error at ${at}, ${reason}`),
      'E_CONFIG_INCLUDE',
      fix,
    ),

  envKey: (variable: string, key: string) =>
    explain(
      new TypeError(`Invalid env config key '${key}'`),
      'E_CONFIG_ENV',
      `rename or unset environment variable ${variable}: every part between '_' starts with a` +
        " letter and goes on with letters and digits, '-' or ':'",
    ),

  envNesting: (variable: string, key: string, holder: string) =>
    explain(
      new TypeError(`Could not nest config for key '${key}' under existing value '${holder}'`),
      'E_CONFIG_ENV',
      `unset environment variable ${variable}, or the one that gives '${holder}' a value`,
    ),

  envOverride: (variable: string, key: string) =>
    explain(
      new TypeError(`Refusing to override existing config at key '${key}'`),
      'E_CONFIG_ENV',
      `unset environment variable ${variable}, or the one that gives the same key a value`,
    ),

  envNull: (variable: string, key: string) =>
    explain(
      new TypeError(
        `Failed to parse JSON-serialized config value for key '${key}', Error: value may not be null`,
      ),
      'E_CONFIG_ENV',
      `unset environment variable ${variable}, or give it a value other than null`,
    ),

  argumentWithoutTarget: () =>
    explain(
      new InputError('Argument --config needs a value'),
      'E_CONFIG_ARGUMENT',
      'name a file after it: --config app-config.yaml',
    ),

  remoteRefused: (target: string) =>
    explain(
      new Error(
        `Config argument "${target}" looks like a URL but remote configuration is not enabled. Enable it by passing the \`remote\` option`,
      ),
      'E_CONFIG_REMOTE',
      `name a file instead of ${target}, or allow URLs: rootConfigServiceFactory({ remote: {} })`,
    ),

  remoteUnreachable: (url: string, cause: unknown) =>
    explain(
      new Error(`Failed to read remote config at "${url}", ${messageOf(cause)}`, { cause }),
      'E_CONFIG_REMOTE',
      `look whether ${url} answers with YAML or JSON, and status 200, to a GET from this machine`,
    ),
};

/** A value that was found and is not what was asked for. */
export type FoundValue = {
  readonly key: string;
  readonly context: string;
  /** Where it is written, if that is known. */
  readonly where: string | undefined;
  /** Where a substituted value came from, in words. */
  readonly from: readonly string[];
};

const ARTICLES: Record<string, string> = {
  string: 'a string that is not empty',
  object: 'an object',
  'string-array': 'an array of strings that are not empty',
  'object-array': 'an array of objects',
};

function adviseOnValue({ key, context, where, from }: FoundValue, wanted: string): string {
  const place = where ?? `'${key}' in ${context}`;
  if (from.length > 0) return `${from.join(' and ')} must make ${wanted} at ${place}`;
  return `write ${wanted} at ${place}`;
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
