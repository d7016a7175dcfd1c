import { configErrors } from './errors.js';

const PART = '[a-z][a-z0-9]*(?:[-_:][a-z0-9]+)*';
const KEY = new RegExp(`^${PART}(?:\\.${PART})*$`, 'i');
const KEY_PART = new RegExp(`^${PART}$`, 'i');

/** A key in parts, as data is walked: names of keys, and indices of array elements. */
export type Path = readonly (string | number)[];

/**
 * Cuts a key into its parts; no key and the empty key have none.
 *
 * @throws `E_CONFIG_KEY` when it cannot be a key
 */
export function splitKey(key: string | undefined): string[] {
  if (!key) return [];
  if (!KEY.test(key)) throw configErrors.invalidKey(key);
  return key.split('.');
}

/** Tells whether a text can be one part of a key. */
export function isKeyPart(text: string): boolean {
  return KEY_PART.test(text);
}

/** Writes a path as errors tell it: `a.b[0].c`. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text ? `${text}.${part}` : part;
  }, '');
}

/** The opposite of {@link formatPath}, for paths whose parts are valid parts of a key. */
export function parsePath(text: string): Path {
  return Array.from(text.matchAll(/\[(\d+)\]|[^.[\]]+/g), ([part, index]) =>
    index === undefined ? part : Number(index),
  );
}

/** Adds a key to the path that it is read under. */
export function joinKeys(prefix: string, key: string): string {
  return prefix && key ? `${prefix}.${key}` : prefix || key;
}
