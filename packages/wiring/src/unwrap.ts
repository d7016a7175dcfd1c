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

/**
 * Keeps what was added until it is looked at: promises are awaited one after the other, and until
 * then a rejected import must not count as unhandled.
 */
export function holdPromise(value: unknown): unknown {
  if (!isPromise(value)) return value;
  const promise = Promise.resolve(value);
  promise.catch(() => {});
  return promise;
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false; // a getter throws, which is told when the feature is taken in
  }
}
