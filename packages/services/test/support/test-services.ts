import { describe, inject, it } from 'vitest';

/** The servers that tests talk to for real. */
export type TestService = 'postgres' | 'mysql' | 'redis' | 'memcached';

declare module 'vitest' {
  // Vitest takes what is provided to tests from this interface.
  interface ProvidedContext {
    /** The URL of each server; undefined for one that is not there. */
    testServices: Record<TestService, string | undefined>;
  }
}

/**
 * Describes what needs a server, given its URL.
 *
 * @remarks
 * Without the server the tests are skipped; a line at the start of the run has said how to get it.
 * Where `STAGEWIRE_TEST_SERVICES=required`, that is a failure instead.
 */
export function describeWithService(
  service: TestService,
  title: string,
  tests: (url: string) => void,
): void {
  const url = inject('testServices')[service];
  if (url !== undefined) {
    describe(title, () => tests(url));
  } else if (process.env['STAGEWIRE_TEST_SERVICES'] === 'required') {
    describe(title, () => {
      it(`has a ${service} server to talk to`, () => {
        throw new Error(`no ${service} server answers, and STAGEWIRE_TEST_SERVICES=required`);
      });
    });
  } else {
    describe.skip(`${title} (no ${service} server)`, () => {
      it('needs the server', () => {});
    });
  }
}
