/**
 * Takes a feature out of what `import()` gives for it: a module namespace holds it as `default`,
 * and that of a CommonJS module as `default.default`.
 */
export function unwrapFeature(value: unknown): unknown {
  let unwrapped = value;
  for (let step = 0; step < 2; step++) {
    if (!isObjectOrFunction(unwrapped) || '$$type' in unwrapped || !('default' in unwrapped)) break;
    unwrapped = unwrapped.default;
  }
  return unwrapped;
}

/** Tells whether a value can carry the properties of a feature; old plugin APIs made functions. */
export function isObjectOrFunction(value: unknown): value is Record<string, unknown> {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Tells whether a value is a promise of a feature. */
export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
