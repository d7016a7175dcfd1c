import { hideUrlSecrets } from '@stagewire/config';
import { NotFoundError, NotModifiedError } from '@stagewire/errors';
import type { UrlReaderServiceReadUrlResponse } from '@stagewire/plugin-api';
import { BoundedBody, discardBody } from './bounded-body.js';
import { urlReaderErrors } from './errors.js';
import { followRedirects } from './follow-redirects.js';
import { createReadUrlResponse, toVersion } from './read-url-response.js';
import type { ReadingLimits } from './reading-limits.js';

/** What the client of a host is made with. */
export type HostClientOptions = {
  /** The hosts that the credentials are for, with their ports; nobody else is told them. */
  hosts: readonly string[];
  limits: ReadingLimits;
  /** @defaultValue that of the platform */
  fetch?: typeof fetch;
  /** Throws when a redirect must not be followed. @defaultValue all are followed */
  assertAllowed?: (target: URL) => void;
  /** Tells whether a response is what was asked for. @defaultValue every 2xx */
  isSuccess?: (response: Response) => boolean;
  /** The error for a response that is none. @defaultValue by status: 304, 404, all others */
  toError?: (message: string, response: Response) => Error | undefined;
};

/** One request to the API of a host. */
export type HostRequest = {
  /** The URL that the caller of the reader gave. */
  url: string;
  /** Where the request goes. */
  target: string;
  /** How the message of a refusal begins; the status follows. */
  problem: string;
  headers?: Record<string, string>;
  /** Headers for the hosts of the integration alone. */
  credentials?: Record<string, string>;
  signal?: AbortSignal;
};

/** Speaks with one host of an integration, within the limits, and keeps its credentials there. */
export class HostClient {
  readonly #options: HostClientOptions;

  constructor(options: HostClientOptions) {
    this.#options = options;
  }

  /**
   * The response, when it is what was asked for.
   *
   * @throws NotModifiedError, NotFoundError, or an Error with the status
   */
  async get(request: HostRequest): Promise<Response> {
    const { isSuccess = ({ ok }) => ok, toError, assertAllowed, fetch, limits } = this.#options;
    const { url, target, problem, signal } = request;
    const first = new URL(target);
    const response = await followRedirects({
      url,
      target: first,
      headersFor: (hop) => this.#headersFor(request, hop, first),
      // The first target comes from the configuration, and needs nobody's leave.
      assertAllowed: (hop) => hop !== first && assertAllowed?.(hop),
      signal,
      timeoutMs: limits.timeoutMs,
      fetch,
    });
    if (isSuccess(response)) return response;
    discardBody(response);
    const message = `${hideUrlSecrets(problem)}, ${response.status} ${response.statusText}`;
    throw toError?.(message, response) ?? toErrorByStatus(message, response);
  }

  /** The response with its whole body. */
  async read(request: HostRequest): Promise<{ response: Response; body: Buffer }> {
    const response = await this.get(request);
    const body = await this.#toBody(response, request.url).bytes();
    return { response, body };
  }

  /** The body, parsed. What it holds is for the caller to look at. */
  async readJson(request: HostRequest): Promise<unknown> {
    const { body } = await this.read(request);
    try {
      return JSON.parse(body.toString());
    } catch {
      throw urlReaderErrors.invalidAnswer(request.url, request.target, 'is no JSON');
    }
  }

  /** The text at the end of a path of keys in a JSON body. */
  async readText(request: HostRequest, ...keys: Array<string | number>): Promise<string> {
    const text = findText(await this.readJson(request), keys);
    if (text) return text;
    throw urlReaderErrors.invalidAnswer(request.url, request.target, `has no ${keys.join('.')}`);
  }

  /** The body as a file. */
  async readFile(request: HostRequest): Promise<UrlReaderServiceReadUrlResponse> {
    const response = await this.get(request);
    return createReadUrlResponse(this.#toBody(response, request.url), toVersion(response.headers));
  }

  #toBody(response: Response, url: string): BoundedBody {
    return new BoundedBody(response, url, this.#options.limits);
  }

  #headersFor({ headers, credentials }: HostRequest, hop: URL, first: URL): Record<string, string> {
    const isDowngrade = first.protocol === 'https:' && hop.protocol === 'http:';
    const isOurs = this.#options.hosts.includes(hop.host) && !isDowngrade;
    return { ...headers, ...(isOurs && credentials) };
  }
}

function findText(json: unknown, keys: ReadonlyArray<string | number>): string | undefined {
  let value = json;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[key];
  }
  return typeof value === 'string' ? value : undefined;
}

function toErrorByStatus(message: string, { status }: Response): Error {
  if (status === 304) return new NotModifiedError();
  return status === 404 ? new NotFoundError(message) : new Error(message);
}
