import { locateValue, type Config } from '@stagewire/config';
import type { Diagnostic } from './diagnostic.js';

/** Words with dots or indices in them, among them the keys that a message names. */
const KEY = /[a-z][\w:-]*(?:\.[a-z][\w:-]*|\[\d+\])+/gi;

/** Adds where the keys are written that a problem or its fix names, where it does not say so itself. */
export function addConfigPlaces(diagnostic: Diagnostic, config: Config): Diagnostic {
  const { problem, fix, culprits } = diagnostic;
  const text = `${problem} ${fix}`;
  const keys = [...new Set(text.match(KEY))].filter((key) => locateValue(config, key));
  const places = keys
    // The most exact key is the one to look at.
    .filter((key) => !keys.some((other) => other !== key && other.startsWith(key)))
    .map((key) => ({ key, place: locateValue(config, key)! }))
    .filter(({ place }) => !text.includes(place))
    .map(({ key, place }) => `${place} (${key})`);
  return places.length > 0 ? { ...diagnostic, culprits: [...places, ...culprits] } : diagnostic;
}
