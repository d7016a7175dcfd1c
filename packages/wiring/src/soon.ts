/**
 * What is there, or else a promise of it.
 *
 * @remarks
 * Most services can be made without waiting for anything. A promise for each step of each of them, for
 * each plugin, takes longer than making them.
 */
export type Soon<T> = T | Promise<T>;

/** Goes on with a value: at once if it is there. */
export function goOn<T, R>(value: Soon<T>, step: (value: T) => Soon<R>): Soon<R> {
  return value instanceof Promise ? value.then(step) : step(value);
}

/** All of them: at once if all are there. */
export function allOf<T>(values: Array<Soon<T>>): Soon<T[]> {
  return values.some((value) => value instanceof Promise) ? Promise.all(values) : (values as T[]);
}

/** Does work, and gives `fail` what it throws or rejects with. */
export function rescue<T>(work: () => Soon<T>, fail: (error: unknown) => Soon<T>): Soon<T> {
  try {
    const result = work();
    return result instanceof Promise ? result.catch(fail) : result;
  } catch (error) {
    return fail(error);
  }
}

/** Turns what was thrown into a rejection. */
export async function reject(error: unknown): Promise<never> {
  throw error;
}
