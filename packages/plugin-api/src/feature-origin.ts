import { fileURLToPath } from 'node:url';
import { FEATURE_ORIGIN, type FeatureOriginHint } from './shapes.js';

/** A function whose caller is of interest. */
type AnyFunction = (...args: any[]) => unknown;

/** A place in the code, as V8 writes it: `file:///a/plugin.js:3:14`. Not always known. */
export type CallSite = () => string | undefined;

/** Notes on a feature where it was made, and returns that same feature. */
export function withOrigin<TFeature extends object>(
  feature: TFeature,
  callSite: CallSite,
): TFeature {
  return Object.defineProperty(feature, FEATURE_ORIGIN, {
    get: () => toOriginHint(callSite()),
    enumerable: false,
    configurable: true,
  });
}

/**
 * Remembers who called `callee`.
 *
 * @remarks
 * Making a feature has to cost next to nothing, so only the one stack frame is kept here. It is
 * turned into text when somebody asks, which with source maps may mean reading files.
 */
export function captureCallSite(callee: AnyFunction): CallSite {
  const holder: { stack?: unknown } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 1;
  Error.captureStackTrace(holder, callee);
  Error.stackTraceLimit = limit;
  return () => toCallSite(holder.stack);
}

/** `    at todo (file:///a/plugin.js:3:14)` and `    at file:///a/plugin.js:3:14` name a place. */
function toCallSite(stack: unknown): string | undefined {
  // Not text where a program replaced Error.prepareStackTrace.
  if (typeof stack !== 'string') return undefined;
  const frame = stack.split('\n').find((line) => line.startsWith('    at '));
  return frame && (/\((.*)\)$/.exec(frame)?.[1] ?? frame.slice('    at '.length).trim());
}

function toOriginHint(callSite: string | undefined): FeatureOriginHint | undefined {
  const [, place, line] = /^(.+):(\d+):\d+$/.exec(callSite ?? '') ?? [];
  if (!place) return undefined;
  return { file: place.startsWith('file:') ? fileURLToPath(place) : place, line: Number(line) };
}
