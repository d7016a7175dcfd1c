/**
 * Finds out where plugins can be reached.
 *
 * @remarks
 * Ask again before each request: a plugin may move while the backend runs.
 *
 * @public
 */
export interface DiscoveryService {
  /**
   * The URL for calls from plugin to plugin, the shortest way there is, without a slash at the end;
   * for example `http://10.1.2.3:7007/api/catalog`.
   */
  getBaseUrl(pluginId: string): Promise<string>;

  /**
   * The URL for calls from outside, such as browsers and webhooks, without a slash at the end; for
   * example `https://portal.example.com/api/catalog`. Stays the same for as long as the
   * configuration does.
   */
  getExternalBaseUrl(pluginId: string): Promise<string>;
}
