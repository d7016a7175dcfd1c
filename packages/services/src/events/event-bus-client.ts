import type { AuthService, DiscoveryService, EventParams } from '@stagewire/plugin-api';

/** A request that has an answer at once gets this long for it, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;

/** The HTTP interface of the plugin `events`, called in the name of one plugin. */
export class EventBusClient {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(deps: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = deps.auth;
    this.#discovery = deps.discovery;
  }

  /** Stores an event for all subscribers but those who were told already. */
  publish({ topic, eventPayload }: EventParams, notifiedSubscribers: string[]): Promise<Response> {
    return this.#request('/events', {
      method: 'POST',
      body: { event: { payload: eventPayload, topic }, notifiedSubscribers },
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  }

  /** Creates the subscription, or replaces its topics; rare enough for a signal made of two. */
  putSubscription(id: string, topics: string[], signal: AbortSignal): Promise<Response> {
    return this.#request(`/subscriptions/${encodeURIComponent(id)}`, {
      method: 'PUT',
      body: { topics },
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]),
    });
  }

  /** Takes the events that have come since the last call, or waits for some (status 202). */
  takeEvents(id: string, signal: AbortSignal): Promise<Response> {
    return this.#request(`/subscriptions/${encodeURIComponent(id)}/events`, {
      method: 'GET',
      signal,
    });
  }

  async #request(
    path: string,
    { method, body, signal }: { method: string; body?: unknown; signal: AbortSignal },
  ): Promise<Response> {
    const baseUrl = await this.#discovery.getBaseUrl('events');
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: await this.#auth.getOwnServiceCredentials(),
      targetPluginId: 'events',
    });
    return fetch(`${baseUrl}/bus/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
    });
  }
}
