import type { ExternalTokenHandler } from '@stagewire/plugin-api';

/**
 * Gives a handler of external tokens back as it is, so that its context need not be typed by hand.
 *
 * @public
 */
export function createExternalTokenHandler<TContext>(
  handler: ExternalTokenHandler<TContext>,
): ExternalTokenHandler<TContext> {
  return handler;
}
