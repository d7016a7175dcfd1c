import type { BackendFeature } from '../src/index.js';
import type { Registration, RegistrationsShape } from '../src/internal.js';

/** What a backend reads out of a plugin or module. */
export function registrationsOf(feature: BackendFeature): Registration[] {
  return (feature as RegistrationsShape).getRegistrations();
}

/** The data of a value with `'function'` in the place of each function, own and enumerable only. */
export function dataOf(value: unknown): unknown {
  if (typeof value === 'function') return 'function';
  if (Array.isArray(value)) return value.map(dataOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, dataOf(member)]));
}
