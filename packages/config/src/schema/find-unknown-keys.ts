import type { Path } from '../config-key.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isObject } from '../merge.js';
import { findNearestKey } from '../nearest-key.js';
import type { SchemaLevel } from './schema-level.js';

/** How many of the known keys are told. */
const MAX_KNOWN = 12;

/** A key that no package declares, where packages declare which there are. */
export type UnknownKey = {
  readonly path: Path;
  /** The declared key that it is probably a slip of. */
  readonly nearest: string | undefined;
  /** The declared key that looks like it and is set as well. */
  readonly twin: string | undefined;
  /** The declared keys beside it. */
  readonly known: readonly string[];
  /** Who declares the nearest one; without one, those that declare what is around it. */
  readonly packages: readonly string[];
};

/**
 * Finds keys that are probably mistakes. Keys of one's own are nobody's business: one is told only
 * when a declared key looks like it, when a package says that there are no others, or under
 * `backend`, which is the backend's own.
 *
 * @param knowsBackend - whether what is under `backend` is declared as a whole
 */
export function findUnknownKeys(
  data: JsonObject,
  root: SchemaLevel,
  knowsBackend: boolean,
): UnknownKey[] {
  const found: UnknownKey[] = [];
  const visit = (value: JsonValue, level: SchemaLevel, path: Path) => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, level.item(index), [...path, index]);
    } else if (isObject(value) && !level.isEmpty) {
      for (const [key, child] of Object.entries(value)) {
        if (child === undefined) continue;
        const childLevel = level.child(key);
        if (!childLevel.isEmpty) visit(child, childLevel, [...path, key]);
        else found.push(...judge(key, Object.keys(value), level, path, knowsBackend));
      }
    }
  };
  visit(data, root, []);
  return found;
}

function judge(
  key: string,
  siblings: readonly string[],
  level: SchemaLevel,
  path: Path,
  knowsBackend: boolean,
): UnknownKey[] {
  const known = level.keys;
  if (known.length === 0 || level.isOpen) return [];
  // A key that is there, too, is not the one that was meant.
  const free = known.filter((each) => !siblings.includes(each));
  const nearest = findNearestKey(key, free, maxSlips(key));
  const twin = nearest ?? findNearestKey(key, known, maxSlips(key));
  const isTold = level.isClosed || (knowsBackend && path[0] === 'backend');
  if (nearest === undefined && !isTold) return [];
  const packages = (nearest === undefined ? level : level.child(nearest)).packages;
  return [{ path: [...path, key], nearest, twin, known: known.slice(0, MAX_KNOWN), packages }];
}

/** Few, since most keys that look like others are meant as they are: `api` is no slip of `app`. */
function maxSlips({ length }: string): number {
  return length < 4 ? 0 : Math.min(3, Math.max(1, Math.floor(length / 5)));
}
