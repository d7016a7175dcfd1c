import { randomUUID } from 'node:crypto';
import { ResponseError, ServiceUnavailableError } from '@stagewire/errors';
import type {
  AuthService,
  BackstageCredentials,
  DiscoveryService,
  Permission,
} from '@stagewire/plugin-api';
import { permissionsErrors } from './errors.js';

/** In milliseconds; a policy may have to look things up before it decides. */
const REQUEST_TIMEOUT = 30_000;

/** One question to the permission backend. */
export type PermissionQuery = { permission: Permission; resourceRef?: string | string[] };

/** One answer of the permission backend; what else is in it depends on the question. */
export type PermissionAnswer = { id: string; result: unknown; [field: string]: unknown };

/** Puts questions to the permission backend. */
export class PermissionClient {
  readonly #auth: AuthService;
  readonly #discovery: DiscoveryService;

  constructor(options: { auth: AuthService; discovery: DiscoveryService }) {
    this.#auth = options.auth;
    this.#discovery = options.discovery;
  }

  /**
   * Asks, and returns one answer for each question, in the order of the questions.
   *
   * @throws ResponseError when the backend answers with an error, ServiceUnavailableError when it
   *   does not answer within 30 s, `E_PERMISSION_RESPONSE` when it answers something else
   */
  async ask(
    queries: readonly PermissionQuery[],
    credentials: BackstageCredentials,
  ): Promise<PermissionAnswer[]> {
    if (queries.length === 0) return [];
    const items = queries.map((query) => ({ id: randomUUID(), ...query }));
    const body = await this.#send(JSON.stringify({ items }), credentials);
    return inOrder(
      items.map(({ id }) => id),
      body,
    );
  }

  async #send(body: string, credentials: BackstageCredentials): Promise<unknown> {
    const baseUrl = await this.#discovery.getBaseUrl('permission');
    const response = await this.#fetch(`${baseUrl}/authorize`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...(await this.#authorize(credentials)) },
    });
    if (!response.ok) throw await ResponseError.fromResponse(response);
    try {
      return await response.json();
    } catch {
      throw permissionsErrors.unexpectedResponse('it is not JSON');
    }
  }

  async #authorize(credentials: BackstageCredentials): Promise<Record<string, string>> {
    if (this.#auth.isPrincipal(credentials, 'none')) return {};
    const { token } = await this.#auth.getPluginRequestToken({
      onBehalfOf: credentials,
      targetPluginId: 'permission',
    });
    return { authorization: `Bearer ${token}` };
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const signal = AbortSignal.timeout(REQUEST_TIMEOUT);
    try {
      return await fetch(url, { ...init, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new ServiceUnavailableError(
        `The permission backend did not answer within ${REQUEST_TIMEOUT / 1000} s`,
      );
    }
  }
}

function inOrder(ids: string[], body: unknown): PermissionAnswer[] {
  const items = (body as { items?: unknown } | null)?.items;
  if (!Array.isArray(items)) throw permissionsErrors.unexpectedResponse('no list of items');

  const byId = new Map(items.filter(isAnswer).map((item) => [item.id, item]));
  const answers = ids.map((id) => byId.get(id)).filter((answer) => answer !== undefined);
  if (items.length !== ids.length || answers.length !== ids.length) {
    throw permissionsErrors.unexpectedResponse('Items in response do not match request');
  }
  return answers;
}

function isAnswer(item: unknown): item is PermissionAnswer {
  return (
    typeof item === 'object' && item !== null && typeof (item as PermissionAnswer).id === 'string'
  );
}
