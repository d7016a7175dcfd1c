import { ResponseError, toError } from '@stagewire/errors';
import type { Config, JsonObject, JsonValue } from '@stagewire/config';
import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
  LoggerService,
} from '@stagewire/plugin-api';
import type { ActionsService, ActionsServiceAction } from '@stagewire/plugin-api/alpha';
import { readActionFilter, readPluginSources } from '../actions-filter/action-filter.js';

/** A plugin that does not tell its actions within this time, in milliseconds, is left out. */
const LIST_TIMEOUT_MS = 30_000;

/** Calls the actions of all plugins over HTTP, in the name of those who ask for it. */
export class HttpActionsService implements ActionsService {
  readonly #discovery: DiscoveryService;
  readonly #config: Config;
  readonly #logger: LoggerService;
  readonly #auth: AuthService;

  constructor(options: {
    discovery: DiscoveryService;
    config: Config;
    logger: LoggerService;
    auth: AuthService;
  }) {
    this.#discovery = options.discovery;
    this.#config = options.config;
    this.#logger = options.logger;
    this.#auth = options.auth;
  }

  // Fields, not methods: the contract lets callers take them apart from the service.
  readonly list: ActionsService['list'] = async ({ credentials }) => {
    const pluginIds = readPluginSources(this.#config) ?? [];
    const lists = await Promise.all(pluginIds.map((id) => this.#listOf(id, credentials)));
    return { actions: lists.flat().filter(await readActionFilter(this.#config)) };
  };

  readonly invoke: ActionsService['invoke'] = async ({ id, input, secrets, credentials }) => {
    const version = secrets === undefined ? 'v1' : 'v2';
    const response = await this.#request(toPluginId(id), credentials, {
      path: `/${version}/actions/${encodeURIComponent(id)}/invoke`,
      body: secrets === undefined ? input : { input, secrets },
      method: 'POST',
    });
    return (await response.json()) as { output: JsonValue };
  };

  async #listOf(
    pluginId: string,
    credentials: BackstageCredentials,
  ): Promise<ActionsServiceAction[]> {
    try {
      const response = await this.#request(pluginId, credentials, {
        path: '/v1/actions',
        signal: AbortSignal.timeout(LIST_TIMEOUT_MS),
      });
      const { actions } = (await response.json()) as { actions: ActionsServiceAction[] };
      return actions;
    } catch (error) {
      this.#logger.warn(`Failed to fetch actions from ${pluginId}`, toError(error));
      return [];
    }
  }

  async #request(
    pluginId: string,
    credentials: BackstageCredentials,
    options: { path: string; method?: string; body?: JsonObject; signal?: AbortSignal },
  ): Promise<Response> {
    const { path, method = 'GET', body, signal } = options;
    const baseUrl = await this.#discovery.getBaseUrl(pluginId);
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: credentials,
      targetPluginId: pluginId,
    });
    const response = await fetch(`${baseUrl}/.backstage/actions${path}`, {
      method,
      headers: {
        // The token is empty for anonymous callers where the default auth policy is switched off.
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { 'content-type': 'application/json' }),
      },
      body: body && JSON.stringify(body),
      signal,
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    return response;
  }
}

/** The part before the first colon names the plugin. */
function toPluginId(actionId: string): string {
  const end = actionId.indexOf(':');
  if (end < 1) throw new Error(`Invalid action id: ${actionId}`);
  return actionId.slice(0, end);
}
