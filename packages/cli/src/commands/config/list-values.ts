import {
  hideUrlSecrets,
  isNamedPublic,
  isNamedSecret,
  listAbsences,
  listSubstitutions,
  locateValue,
  type JsonValue,
} from '@stagewire/config';
import type { Configuration } from './load-configuration.js';

/** One value of the effective configuration. */
export type ListedValue = {
  /** The full key: `integrations.github[0].host`. */
  key: string;
  /** Absent for a secret. */
  value?: JsonValue;
  /** Set for a value that is not told. */
  secret?: true;
  /** Where it is written: `app-config.yaml:12`. */
  where?: string;
  /** What was put in: `environment variable TOKEN`. */
  from?: readonly string[];
  /** Who may see it, where a package says so. */
  visibility?: 'frontend' | 'backend' | 'secret';
  /** Why it is absent though it is written. */
  absent?: string;
};

/** All values of a configuration, in the order of their keys in it, without the secrets. */
export function listValues({ reader, schema }: Configuration): ListedValue[] {
  const visibilities = new Map(
    (['frontend', 'backend', 'secret'] as const).flatMap((visibility) =>
      schema.findByVisibility(reader, visibility).map((key) => [key, visibility] as const),
    ),
  );
  const substitutions = new Map(listSubstitutions(reader).map((each) => [each.key, each]));
  const present = [...walk(reader.getOptional() ?? {}, '')].map(([key, value]): ListedValue => {
    const where = locateValue(reader, key);
    const visibility = visibilities.get(key);
    const from = substitutions.get(key)?.from;
    return {
      key,
      ...(isSecret(key, value, visibility, from !== undefined)
        ? { secret: true }
        : { value: typeof value === 'string' ? hideUrlSecrets(value) : value }),
      ...(where !== undefined && { where }),
      ...(from && { from }),
      ...(visibility && { visibility }),
    };
  });
  const keys = new Set(present.map(({ key }) => key));
  const absent = listAbsences(reader)
    // Another source may have it.
    .filter(({ key }) => !keys.has(key))
    .map(({ key, reason }): ListedValue => ({ key, absent: reason }));
  return [...present, ...absent];
}

/** What nobody may read in a terminal: by its package, by its name, or by where it came from. */
function isSecret(
  key: string,
  value: JsonValue,
  visibility: ListedValue['visibility'],
  isSubstituted: boolean,
): boolean {
  if (visibility === 'secret') return true;
  if (visibility === 'frontend' || value === null || typeof value === 'boolean') return false;
  if (isNamedPublic(key)) return false;
  return isSubstituted || key.split('.').some((part) => isNamedSecret(part));
}

function* walk(value: JsonValue | undefined, key: string): Generator<[string, JsonValue]> {
  if (value === undefined) return;
  const isEmpty = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  if (typeof value !== 'object' || value === null || isEmpty) {
    if (key) yield [key, value];
    return;
  }
  for (const [name, child] of Object.entries(value)) {
    const step = Array.isArray(value) ? `[${name}]` : key ? `.${name}` : name;
    yield* walk(child, `${key}${step}`);
  }
}
