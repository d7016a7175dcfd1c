import { BackendError, formatError } from '@stagewire/errors';
import { displayPath } from '../display-path.js';

/** How many keys a summary names. */
const MAX_KEYS = 5;

/** What installed packages can find wrong with the configuration, and what can be wrong with them. */
export const schemaErrors = {
  value: (found: FoundIssue, got: string, wanted: string, nearest: string | undefined) =>
    new BackendError(
      'E_CONFIG_VALUE',
      `'${found.key}' is ${got}, wanted ${wanted}${at(found.where)}`,
      `write ${nearest === undefined ? wanted : `'${nearest}'`}${at(found.where, 'at')}; declared by ${found.packages.join(', ')}`,
    ),

  substituted: (found: FoundIssue, got: string, wanted: string, from: readonly string[]) =>
    new BackendError(
      'E_CONFIG_VALUE',
      `'${found.key}' is ${got}, wanted ${wanted}${at(found.where)}`,
      `${from.join(' and ')} must make ${wanted} there; declared by ${found.packages.join(', ')}`,
    ),

  unknownKey: (found: FoundIssue, keys: NearKeys) =>
    new BackendError(
      'E_CONFIG_UNKNOWN_KEY',
      `'${found.key}' is known to no installed package${at(found.where)}`,
      adviseOnKey(found, keys),
    ),

  required: (keys: readonly { key: string; packages: readonly string[] }[]) =>
    new BackendError(
      'E_CONFIG_REQUIRED',
      `${keys.length === 1 ? 'a key' : `${keys.length} keys`} that installed packages need ${keys.length === 1 ? 'is' : 'are'} not set: ${summary(keys)}`,
      'set them if the plugins that need them run here',
    ),

  unreadable: (name: string, path: string, reason: string) =>
    new BackendError(
      'E_CONFIG_SCHEMA',
      `the configuration schema of ${name} cannot be read (${displayPath(path)}): ${reason}`,
      `update or reinstall ${name}; until then, its part of the configuration is not checked`,
    ),

  visibility: (key: string, visibilities: readonly string[], chosen: string) =>
    new BackendError(
      'E_CONFIG_VISIBILITY',
      `packages differ in who may see '${key}': ${visibilities.join(', ')}`,
      `none: it is taken for ${chosen}, the strictest; tell those who made the packages`,
    ),
};

/** The place that something is wrong at. */
export type FoundIssue = {
  readonly key: string;
  /** Where it is written, if that is known. */
  readonly where: string | undefined;
  /** Who declares what is wanted there. */
  readonly packages: readonly string[];
};

/** The declared keys that an unknown one may have been meant for. */
type NearKeys = {
  readonly nearest: string | undefined;
  /** One that looks like it, and is set as well. */
  readonly twin: string | undefined;
  readonly known: readonly string[];
};

const ESCAPE = 'if a plugin can read it as it is, let it pass with backend.config.onInvalid: warn';

/** What keeps a configuration from being used: everything that is wrong with it, told at once. @public */
export class ConfigRefusedError extends BackendError {
  override readonly name: string = 'ConfigRefusedError';

  /** Each problem as the error that it would be alone; the last one tells the way out for all. */
  readonly errors: readonly BackendError[];

  constructor(errors: readonly BackendError[]) {
    const [first] = errors;
    const isOne = first !== undefined && errors.length === 1;
    super(
      isOne ? first.code : 'E_CONFIG_REFUSED',
      isOne ? first.message : tellAll(errors),
      `${isOne ? first.fix : 'mend each of them'}; ${ESCAPE}`,
    );
    this.errors = errors.map((error, index) =>
      index === errors.length - 1
        ? new BackendError(error.code, error.message, `${error.fix}; ${ESCAPE}`)
        : error,
    );
  }
}

function adviseOnKey({ packages }: FoundIssue, { nearest, twin, known }: NearKeys): string {
  if (nearest !== undefined) {
    return `rename it to '${nearest}', which ${packages.join(', ')} declares`;
  }
  return twin === undefined
    ? `remove it, or use one of ${known.join(', ')}`
    : `remove it: '${twin}' is set as well`;
}

function tellAll(errors: readonly BackendError[]): string {
  const problems = errors.map((error) => `\n  ${formatError(error).replaceAll('\n', '\n  ')}`);
  return `${errors.length} values in the configuration cannot be:${problems.join('')}`;
}

function at(where: string | undefined, word: string = ''): string {
  if (where === undefined) return '';
  return word ? ` ${word} ${where}` : ` (${where})`;
}

function summary(keys: readonly { key: string; packages: readonly string[] }[]): string {
  const named = keys.slice(0, MAX_KEYS).map(({ key, packages }) => `${key} (${packages[0]})`);
  const rest = keys.length - named.length;
  return [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}
