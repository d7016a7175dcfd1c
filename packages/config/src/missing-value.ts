import { displayPath } from './display-path.js';
import { joinKeys } from './config-key.js';
import type { JsonObject, JsonValue } from './json.js';
import { isObject, ownValue } from './merge.js';
import { findNearestKey } from './nearest-key.js';
import type { TracedSource } from './origin.js';

/** One source as a reader sees it: its data under the reader's prefix. */
export type Layer = TracedSource & { readonly data: JsonObject | undefined };

/**
 * Says what to do about a value that is not there.
 *
 * @param layers - the sources, highest priority first
 * @param prefix - the full key that the layers' data is under
 * @param parts - the key under that prefix
 */
export function adviseOnMissing(layers: Layer[], prefix: string, parts: string[]): string {
  const key = joinKeys(prefix, parts.join('.'));
  return (
    adviseOnAbsence(layers, key) ??
    adviseOnNull(layers, prefix, parts) ??
    [adviseOnSlip(layers, prefix, parts), `add '${key}' to ${nameHolders(layers)}`]
      .filter(Boolean)
      .join('; otherwise ')
  );
}

/** It is written, and refers to something that is not there. */
function adviseOnAbsence(layers: Layer[], key: string): string | undefined {
  for (const { origin } of layers) {
    const absence = origin?.absences.find((each) => isAtOrUnder(key, each.key));
    if (absence) return `${absence.reason}: ${absence.remedy}`;
  }
  return undefined;
}

function isAtOrUnder(key: string, other: string): boolean {
  return key === other || key.startsWith(`${other}.`) || key.startsWith(`${other}[`);
}

/** It is hidden by a null. */
function adviseOnNull(layers: Layer[], prefix: string, parts: string[]): string | undefined {
  for (let length = 1; length <= parts.length; length++) {
    const path = parts.slice(0, length);
    for (const layer of layers) {
      if (walk(layer.data, path) !== null) continue;
      const key = joinKeys(prefix, path.join('.'));
      const where = layer.origin?.locate(key) ?? layer.context;
      return `'${key}' is null in ${where}, which hides it: give it a value, or remove that line`;
    }
  }
  return undefined;
}

/** A key is written that looks like it. */
function adviseOnSlip(layers: Layer[], prefix: string, parts: string[]): string | undefined {
  const depth = parts.findIndex((_, index) => !holds(layers, parts.slice(0, index + 1)));
  const wanted = parts[depth];
  if (wanted === undefined) return undefined;
  const parent = parts.slice(0, depth);
  const found = findNearestKey(wanted, keysUnder(layers, parent));
  if (found === undefined) return undefined;

  const slip = joinKeys(prefix, [...parent, found].join('.'));
  const holder = layers.find((layer) => walk(layer.data, [...parent, found]) !== undefined);
  const where = holder?.origin?.locate(slip) ?? holder?.context;
  return `rename '${slip}' (${where}) to '${wanted}' if it is a slip`;
}

function holds(layers: Layer[], path: string[]): boolean {
  return layers.some((layer) => walk(layer.data, path) !== undefined);
}

function keysUnder(layers: Layer[], path: string[]): string[] {
  return layers.flatMap((layer) => {
    const value = walk(layer.data, path);
    return isObject(value) ? Object.keys(value) : [];
  });
}

function walk(data: JsonObject | undefined, path: string[]): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>(
    (value, part) => (isObject(value) ? ownValue(value, part) : undefined),
    data,
  );
}

/** The places that the value could be added to, lowest priority first. */
function nameHolders(layers: Layer[]): string {
  const files = layers.flatMap(({ origin }) => origin?.files[0] ?? []).map(displayPath);
  const places = files.length > 0 ? files : layers.map(({ context }) => context);
  return [...new Set(places)].toReversed().join(' or ');
}
