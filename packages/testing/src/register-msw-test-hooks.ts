import { testingErrors } from './errors.js';
import { findTestHooks } from './test-hooks.js';

/** A server of msw, as far as it is used here. */
type MswServer = {
  listen(options: any): void;
  resetHandlers(): void;
  close(): void;
};

/**
 * Lets a server of msw listen while the tests of a file or block run, and forget after each test what
 * the test told it. Requests that it knows no answer to fail.
 *
 * @example
 * ```ts
 * const server = setupServer();
 * registerMswTestHooks(server);
 * ```
 *
 * @param server - what `setupServer()` of msw gives
 * @throws `E_MOCK_HOOKS` where the test framework has no global `beforeAll`, `afterEach` and `afterAll`
 * @public
 */
export function registerMswTestHooks(server: MswServer): void {
  const { beforeAll, afterEach, afterAll } = findTestHooks();
  if (!beforeAll || !afterEach || !afterAll) throw testingErrors.hooks('registerMswTestHooks');
  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
  afterEach(() => server.resetHandlers());
  afterAll(() => server.close());
}
