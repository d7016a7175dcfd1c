/** How deep an error may be wrapped. */
const DEPTH = 5;

/** Finds the error with that property, however often it was explained since. */
export function findCause<TError>(error: unknown, property: string): TError | undefined {
  let current = error;
  for (let depth = 0; depth < DEPTH && current instanceof Error; depth++) {
    if (property in current) return current as TError;
    current = current.cause;
  }
  return undefined;
}
