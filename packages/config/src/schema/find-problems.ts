import type { BackendError } from '@stagewire/errors';
import type { Config } from '../config.js';
import { formatPath, type Path } from '../config-key.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isObject, ownValue } from '../merge.js';
import { findNearestKey } from '../nearest-key.js';
import { listSubstitutions, locateValue } from '../origin.js';
import { isNamedSecret } from '../secret-name.js';
import { schemaErrors, type FoundIssue } from './errors.js';
import { findIssues, type Issue } from './find-issues.js';
import { findUnknownKeys } from './find-unknown-keys.js';
import { findVisibleKeys } from './find-visible-keys.js';
import type { PackageSchema } from './package-schema.js';
import type { SchemaLevel } from './schema-level.js';
import { describeKind, quote } from './wanted.js';

/** One thing that is wrong with a configuration, or with what packages say of it. @public */
export type ConfigProblem = {
  /** An `error` keeps the configuration from being used. */
  readonly severity: 'error' | 'warning';
  /** The full key that it is about. */
  readonly key?: string;
  /** Where that is written: `app-config.yaml:12`. */
  readonly where?: string;
  /** The packages that say so: `@scope/name@1.2.3`. */
  readonly packages: readonly string[];
  /** The problem, its code and its fix. */
  readonly error: BackendError;
};

/** A value longer than this is not told. */
const MAX_TOLD = 60;

/** Our own services take the place of these; what they say of values holds for nothing here. */
const REPLACED = /^@backstage\/backend-(?:defaults|app-api)@/;
const REPLACED_BY = /^@stagewire\/services@/;

/** Finds everything that is wrong with a configuration, in the order in which it is written. */
export function findProblems(
  config: Config,
  schemas: readonly PackageSchema[],
  root: SchemaLevel,
): ConfigProblem[] {
  const data = config.getOptional<JsonObject>() ?? {};
  const isReplaced = schemas.some((each) => REPLACED_BY.test(each.package));
  const binding = schemas.filter((each) => !isReplaced || !REPLACED.test(each.package));
  const found = binding.flatMap((source) =>
    findIssues(data, source.schema).map((issue) => ({ ...issue, source })),
  );
  const isLenient = readsLenient(data);
  const values = mergeByPlace(found.filter(({ kind }) => kind === 'value')).map((each) =>
    isLenient ? { ...each, isBinding: false } : each,
  );
  const secrets = values.length > 0 ? findVisibleKeys(data, root, 'secret') : [];
  const problems = [
    ...values.map((each) => toValueProblem(each, data, config, new Set(secrets))),
    ...findUnknownKeys(data, root, isReplaced).map((each) => toKeyProblem(each, config)),
  ];
  return [...problems.sort(byPlace), ...summariseMissing(found)];
}

type SourcedIssue = Issue & { readonly source: PackageSchema };

type MergedIssue = Issue & {
  readonly packages: readonly string[];
  /** Whether one of the packages is one that this backend may stop for. */
  readonly isBinding: boolean;
};

/** Packages that find fault with the same value are told together. */
function mergeByPlace(issues: readonly SourcedIssue[]): MergedIssue[] {
  return [...groupByPath(issues).values()].map((same) => ({
    ...same[0]!,
    packages: [...new Set(same.map(({ source }) => source.package))],
    isBinding: same.some(({ source }) => !source.isForBrowsers),
  }));
}

function groupByPath(issues: readonly SourcedIssue[]): Map<string, SourcedIssue[]> {
  const groups = new Map<string, SourcedIssue[]>();
  for (const issue of issues) {
    const key = formatPath(issue.path);
    groups.set(key, [...(groups.get(key) ?? []), issue]);
  }
  return groups;
}

function toValueProblem(
  { path, packages, isBinding, wanted, choices }: MergedIssue,
  data: JsonObject,
  config: Config,
  secrets: ReadonlySet<string>,
): ConfigProblem {
  const found = { ...placeOf(path, config), packages };
  const value = walk(data, path);
  const substitution = listSubstitutions(config).find(({ key }) => key === found.key);
  const isHidden = secrets.has(found.key) || isNamedSecret(found.key) || substitution !== undefined;
  const got = isHidden || !isTellable(value) ? describeKind(value) : quote(value);
  const error = substitution
    ? schemaErrors.substituted(found, got, wanted, substitution.from)
    : schemaErrors.value(found, got, wanted, findNearestKey(String(value), choices));
  return { severity: isBinding ? 'error' : 'warning', ...withoutUndefined(found), error };
}

function toKeyProblem(
  { path, nearest, twin, known, packages }: ReturnType<typeof findUnknownKeys>[number],
  config: Config,
): ConfigProblem {
  const found = { ...placeOf(path, config), packages };
  const error = schemaErrors.unknownKey(found, { nearest, twin, known });
  return { severity: 'warning', ...withoutUndefined(found), error };
}

/** Told in one line: what nobody uses here may well be missing. */
function summariseMissing(found: readonly SourcedIssue[]): ConfigProblem[] {
  const needed = found.filter(({ kind, source }) => kind === 'missing' && !source.isForBrowsers);
  const keys = mergeByPlace(needed).map(({ path, packages }) => ({
    key: formatPath(path),
    packages,
  }));
  if (keys.length === 0) return [];
  const packages = [...new Set(keys.flatMap((each) => each.packages))];
  return [{ severity: 'warning', packages, error: schemaErrors.required(keys) }];
}

function readsLenient(data: JsonObject): boolean {
  return walk(data, ['backend', 'config', 'onInvalid']) === 'warn';
}

/** Where a value is written; for one without a place of its own, the nearest thing around it. */
function placeOf(path: Path, config: Config): Omit<FoundIssue, 'packages'> {
  const lengths = path.map((_, index) => path.length - index);
  const places = lengths.map((length) => locateValue(config, formatPath(path.slice(0, length))));
  return { key: formatPath(path), where: places.find((place) => place !== undefined) };
}

function walk(data: JsonObject, path: Path): JsonValue {
  return path.reduce<JsonValue>((value, part) => {
    if (typeof part === 'number') return Array.isArray(value) ? (value[part] ?? null) : null;
    return isObject(value) ? (ownValue(value, part) ?? null) : null;
  }, data);
}

/** Not what is long, has parts, or is a URL with a password or a query, which may hold a token. */
function isTellable(value: JsonValue): boolean {
  if (typeof value !== 'string') return typeof value === 'number' || typeof value === 'boolean';
  return value !== '' && value.length <= MAX_TOLD && !/[\n@?]/.test(value);
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return (a.where ?? '').localeCompare(b.where ?? '', 'en', { numeric: true });
}

function withoutUndefined({ where, ...rest }: FoundIssue) {
  return { ...rest, ...(where !== undefined && { where }) };
}
