import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { createRootLogger } from './create-root-logger.js';

/**
 * `core.rootLogger`: writes lines to stdout, as JSON when `NODE_ENV` is `production`, and as text
 * otherwise.
 *
 * @remarks
 * Reads `LOG_LEVEL` and `backend.logger.{level, meta, overrides}`, follows changes of the
 * configuration, and replaces the secrets in it by `***`. Each line is written before the call
 * that logs it returns; only those of the access log wait for each other, until the end of the turn
 * of the event loop or the next other line.
 *
 * @throws `E_LOG_LEVEL`, `E_LOG_OVERRIDE` when it is made
 * @public
 */
export const rootLoggerServiceFactory = createServiceFactory({
  service: coreServices.rootLogger,
  deps: { config: coreServices.rootConfig },
  factory: ({ config }) => createRootLogger(config),
});
