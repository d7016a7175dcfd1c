import { ResponseError } from '@backstage/errors';

/**
 * Calls another plugin, wherever it runs, in the name of whoever the credentials stand for.
 *
 * @returns the answer as JSON; undefined when it is empty
 * @throws ResponseError when the plugin refuses
 */
export async function askPlugin({ auth, discovery }, pluginId, path, { as, method = 'GET' }) {
  // Asked anew for each call: where a plugin is may change, and tokens expire.
  const baseUrl = await discovery.getBaseUrl(pluginId);
  const { token } = await auth.getPluginRequestToken({ onBehalfOf: as, targetPluginId: pluginId });
  const response = await fetch(baseUrl + path, {
    method,
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(10_000),
  });
  if (!response.ok) throw await ResponseError.fromResponse(response);
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
}
