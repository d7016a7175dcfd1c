import { describe } from 'vitest';

/** Runs the same assertions against the real service and against its fake, so that they stay alike. */
export function describeBoth<T>(
  title: string,
  makers: { real: () => T | Promise<T>; fake: () => T | Promise<T> },
  define: (make: () => T | Promise<T>) => void,
): void {
  describe.each(Object.entries(makers))(`${title}, %s`, (_which, make) => define(make));
}
