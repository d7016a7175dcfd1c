import type { Config } from '@stagewire/config';
import { createServiceRef } from '../create-service-ref.js';

/** Verifies one kind of token that programs outside of the system come with. @public */
export interface ExternalTokenHandler<TContext> {
  /**
   * What `backend.auth.externalAccess[].type` calls it. Unique among handlers; that of a built-in
   * handler replaces it.
   */
  type: string;

  /** Reads one entry of the configuration; called once for each entry of this type. */
  initialize(context: { options: Config }): TContext;

  /**
   * Verifies a token against one entry.
   *
   * @param context - what `initialize` made of the entry
   * @returns who it is, or `undefined` when the token is not of this kind
   */
  verifyToken(token: string, context: TContext): Promise<{ subject: string } | undefined>;
}

/** More kinds of tokens for access from outside. @public */
export const externalTokenHandlersServiceRef = createServiceRef<ExternalTokenHandler<unknown>>({
  id: 'core.auth.externalTokenHandlers',
  scope: 'plugin',
  multiton: true,
});
