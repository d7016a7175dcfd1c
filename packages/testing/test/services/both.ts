import { describe } from 'vitest';
import type { mockServices } from '../../src/index.js';

/**
 * The contract of a service: the same assertions against the real one and against its fake, so that
 * they stay alike.
 *
 * @param name - each has one contract, which `mock-services.test.ts` looks for
 */
export function describeBoth<T>(
  name: keyof typeof mockServices,
  makers: { real: () => T | Promise<T>; fake: () => T | Promise<T> },
  define: (make: () => T | Promise<T>) => void,
): void {
  describe.each(Object.entries(makers))(`${name}, %s`, (_which, make) => define(make));
}
