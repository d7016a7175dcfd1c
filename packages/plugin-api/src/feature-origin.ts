import { fileURLToPath } from 'node:url';
import { toOriginalPlace } from './original-place.js';
import { FEATURE_ORIGIN, type FeatureOriginHint } from './shapes.js';

/** A function whose caller is of interest. */
type AnyFunction = (...args: any[]) => unknown;

/** A place in the code, as V8 writes it: `file:///a/plugin.js:3:14`. Not always known. */
export type CallSite = {
  (): string | undefined;
  /** The place, and those that led there, nearest first. */
  places(): string[];
};

/** Who called, and who called that one: helpers that make features are seldom deeper. */
const FRAMES = 4;

/** Notes on a feature where it was made, and returns that same feature. */
export function withOrigin<TFeature extends object>(
  feature: TFeature,
  callSite: CallSite,
): TFeature {
  return Object.defineProperty(feature, FEATURE_ORIGIN, {
    get: () => toOriginHint(callSite),
    enumerable: false,
    configurable: true,
  });
}

/**
 * Remembers who called `callee`.
 *
 * @remarks
 * Making a feature has to cost next to nothing, so only a few stack frames are kept here. They are
 * turned into text when somebody asks, which with source maps may mean reading files.
 */
export function captureCallSite(callee: AnyFunction): CallSite {
  const holder: { stack?: unknown } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = FRAMES;
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  const places = () => readPlaces(holder.stack);
  return Object.assign(() => places()[0], { places });
}

/**
 * `    at todo (file:///a/plugin.js:3:14)` and `    at file:///a/plugin.js:3:14` name a place. Behind
 * Node's own frames is whoever loads the module, which has no part in what it makes.
 */
function readPlaces(stack: unknown): string[] {
  // Not text where a program replaced Error.prepareStackTrace.
  if (typeof stack !== 'string') return [];
  const places = stack
    .split('\n')
    .filter((line) => line.startsWith('    at '))
    .map((frame) => /\((.*)\)$/.exec(frame)?.[1] ?? frame.slice('    at '.length).trim());
  const end = places.findIndex((place, index) => index > 0 && place.startsWith('node:'));
  return end === -1 ? places : places.slice(0, end);
}

function toOriginHint(callSite: CallSite): FeatureOriginHint | undefined {
  const [place, ...others] = callSite.places().map(parsePlace);
  if (!place) return undefined;
  const files = new Set(others.flatMap((other) => other?.file ?? []));
  files.delete(place.file);
  return { ...place, ...(files.size > 0 && { via: [...files] }) };
}

function parsePlace(text: string | undefined): { file: string; line: number } | undefined {
  const [, place, line, column] = /^(?:async )?(.+):(\d+):(\d+)$/.exec(text ?? '') ?? [];
  if (!place) return undefined;
  const file = place.startsWith('file:') ? fileURLToPath(place) : place;
  return toOriginalPlace({ file, line: Number(line), column: Number(column) });
}
