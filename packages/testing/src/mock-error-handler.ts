import { MiddlewareFactory } from '@stagewire/services/rootHttpRouter';
import { fakeRootConfig } from './services/root-config.js';
import { fakeRootLogger } from './services/root-logger.js';

/**
 * The error handler of a backend, for a test of a router that has none of its own: it answers with the
 * ecosystem's error body, and logs nothing.
 *
 * @example
 * ```ts
 * const app = express().use(router).use(mockErrorHandler());
 * ```
 *
 * @public
 */
export function mockErrorHandler(): ReturnType<MiddlewareFactory['error']> {
  const config = fakeRootConfig();
  return MiddlewareFactory.create({ config, logger: fakeRootLogger() }).error();
}
