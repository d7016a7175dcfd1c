import { createServiceFactory } from '../create-service-factory.js';
import { createServiceRef } from '../create-service-ref.js';

/** Issues and verifies the tokens that plugins call each other with. @public */
export interface PluginTokenHandler {
  /**
   * Verifies a token.
   *
   * @returns the plugin that issued it, with the limited token of the user it acts for; or
   *   `undefined` when it is not a plugin's token
   * @throws AuthenticationError when it is one, and not valid
   */
  verifyToken(token: string): Promise<{ subject: string; limitedUserToken?: string } | undefined>;

  /**
   * Issues a token.
   *
   * @param options - `pluginId`: who calls; `targetPluginId`: who is called; `onBehalfOf`: the user
   *   it is done for, whose token it does not outlive
   */
  issueToken(options: {
    pluginId: string;
    targetPluginId: string;
    onBehalfOf?: { limitedUserToken: string; expiresAt: Date };
  }): Promise<{ token: string }>;
}

/**
 * Wraps or replaces the handler of plugin tokens. By default it is left as it is.
 *
 * @public
 */
export const pluginTokenHandlerDecoratorServiceRef = createServiceRef<
  (defaultImplementation: PluginTokenHandler) => PluginTokenHandler
>({
  id: 'core.auth.pluginTokenHandlerDecorator',
  defaultFactory: async (service) =>
    createServiceFactory({
      service,
      deps: {},
      factory: () => (handler) => handler,
    }),
});
