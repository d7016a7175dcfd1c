import { once } from 'node:events';
import {
  createServer,
  request as openRequest,
  STATUS_CODES,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { serializeError, toError } from '@stagewire/errors';
import type { BackstageCredentials } from '@stagewire/plugin-api';
import { testingErrors } from './errors.js';
import { fakeAuth } from './services/auth.js';

/** A request as a peer received it. @public */
export type PeerRequest = {
  method: string;
  /** What comes after the URL of the plugin, with the query: `/entities?limit=1`. */
  path: string;
  headers: IncomingHttpHeaders;
  /** The value of what came as JSON, else text; undefined where nothing came. */
  body: unknown;
  /** Who asks, by a token of `mockCredentials`; undefined without one that this plugin accepts. */
  credentials: BackstageCredentials | undefined;
};

/** A peer that stands in front of a plugin of the backend under test. @public */
export type ForwardingPeer = {
  /** The plugin of the backend answers, as long as the peer does not. */
  forward: true;
};

/**
 * A plugin that is not in the backend under test, and fails in the ways that networks and plugins do.
 *
 * @public
 */
export interface MockPeer extends AsyncDisposable {
  readonly pluginId: string;
  /** Where it answers, without a slash at the end: what discovery says. */
  readonly url: string;
  /** What it received, in order; also while it answers with a fault. */
  readonly requests: readonly PeerRequest[];

  /** Refuses connections from now on, and ends those that there are. A second call does nothing. */
  down(): Promise<void>;

  /**
   * Waits before it answers, until told otherwise. A `fakeClock` moves this time as well.
   *
   * @param ms - in milliseconds
   */
  slow(ms: number): void;

  /**
   * Answers in the place of its handler, until told otherwise.
   *
   * @param status - from 400 on, the body is the error body of the ecosystem unless one is given
   * @param body - sent as JSON
   */
  answer(status: number, body?: unknown): void;

  /** Resets the connection in the middle of each response, until told otherwise. */
  cutOff(): void;

  /**
   * Ends all faults. It keeps its address, also after `down()`.
   *
   * @throws `E_MOCK_PEER_PORT` when another program has taken the port since `down()`
   */
  recover(): Promise<void>;
}

/**
 * Starts a plugin that is not in the backend under test, on the loopback interface. Tell the backend by
 * `mockServices.discovery.factory({ peers: [peer] })`; its plugins find it as they find any plugin.
 *
 * @example
 * ```ts
 * await using catalog = await mockPeer('catalog', (_req, res) => void res.end('{"items":[]}'));
 * catalog.answer(503);
 * ```
 *
 * @param handler - answers requests, whose `url` begins after that of the plugin: a function or an
 *   Express application; `{ forward: true }` to stand in front of a plugin that is in the backend.
 *   Without it, everything is answered with 404
 * @public
 */
export async function mockPeer(
  pluginId: string,
  handler: RequestListener | ForwardingPeer = (req, res) => answerWith(req, res, 404),
): Promise<MockPeer> {
  const peer = new LoopbackPeer(pluginId, handler);
  await peer.listen();
  return peer;
}

/** Tells a peer where the plugin is that it stands in front of. */
export function connectPeer(peer: MockPeer, findBackend: () => string): void {
  if (peer instanceof LoopbackPeer) peer.connect(findBackend);
}

type Answer = (req: IncomingMessage, res: ServerResponse) => unknown;

class LoopbackPeer implements MockPeer {
  readonly pluginId: string;
  readonly requests: PeerRequest[] = [];
  readonly #auth;
  readonly #handle: Answer;
  #server: Server | undefined;
  #port = 0;
  #delay = 0;
  /** Ends what waits to be slow. */
  #ending = new AbortController();
  #fault: Answer | undefined;
  #findBackend: (() => string) | undefined;

  constructor(pluginId: string, handler: RequestListener | ForwardingPeer) {
    this.pluginId = pluginId;
    this.#auth = fakeAuth({ pluginId });
    this.#handle = typeof handler === 'function' ? handler : (req, res) => this.#forward(req, res);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#basePath}`;
  }

  async listen(): Promise<void> {
    const server = createServer((req, res) => void this.#receive(req, res));
    this.#ending = new AbortController();
    try {
      await once(server.listen(this.#port, '127.0.0.1'), 'listening');
    } catch (error) {
      throw testingErrors.peerPort(this.pluginId, this.#port, error);
    }
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  connect(findBackend: () => string): void {
    this.#findBackend = findBackend;
  }

  async down(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    this.#server = undefined;
    this.#ending.abort();
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  slow(ms: number): void {
    this.#delay = ms;
  }

  answer(status: number, body?: unknown): void {
    this.#fault = (req, res) => answerWith(req, res, status, body);
  }

  cutOff(): void {
    this.#fault = resetInTheMiddle;
  }

  async recover(): Promise<void> {
    this.#delay = 0;
    this.#fault = undefined;
    if (!this.#server) await this.listen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.down();
  }

  get #basePath(): string {
    return `/api/${encodeURIComponent(this.pluginId)}`;
  }

  async #receive(req: IncomingMessage, res: ServerResponse): Promise<void> {
    res.shouldKeepAlive = false; // a client must not find out by an old connection that this is down
    const readBody = watchBody(req);
    const originalUrl = req.url!;
    const rest = originalUrl.startsWith(this.#basePath)
      ? originalUrl.slice(this.#basePath.length)
      : originalUrl;
    // As a router that is mounted there has it.
    Object.assign(req, { originalUrl, url: rest.startsWith('/') ? rest : `/${rest}` });
    this.requests.push(await this.#toRequest(req, readBody));
    await pause(this.#delay, this.#ending.signal);
    if (res.destroyed) return;
    if (this.#fault) req.resume();
    try {
      await (this.#fault ?? this.#handle)(req, res);
    } catch (error) {
      if (res.headersSent) res.destroy();
      else answerWith(req, res, 500, toErrorBody(req, 500, serializeError(toError(error))));
    }
  }

  async #toRequest(req: IncomingMessage, readBody: () => unknown): Promise<PeerRequest> {
    const token = /^Bearer +(.*)$/i.exec(req.headers.authorization ?? '')?.[1];
    return {
      method: req.method!,
      path: req.url!,
      headers: req.headers,
      // It may still be on its way.
      get body() {
        return readBody();
      },
      credentials: token ? await this.#auth.authenticate(token).catch(() => undefined) : undefined,
    };
  }

  #forward(req: IncomingMessage, res: ServerResponse): void {
    if (!this.#findBackend) throw testingErrors.peerAlone(this.pluginId);
    const { method } = req;
    const url = `${this.#findBackend()}${this.#basePath}${req.url}`;
    const fail = () => res.destroy();
    const headers = endToEnd(req.headers);
    const request = openRequest(url, { method, headers, agent: false }, (answer) => {
      res.writeHead(answer.statusCode!, endToEnd(answer.headers));
      answer.on('error', fail).pipe(res);
    });
    req.pipe(request.on('error', fail));
  }
}

/** Without those headers that are about one connection only. */
function endToEnd(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const {
    connection: _,
    'keep-alive': _parameters,
    'transfer-encoding': _coding,
    ...rest
  } = headers;
  return rest;
}

/** Reads along, so that the handler can read the body as well. */
function watchBody(req: IncomingMessage): () => unknown {
  const chunks: Buffer[] = [];
  const push = req.push.bind(req);
  req.push = (chunk: Buffer | null, ...rest) => {
    if (chunk) chunks.push(chunk);
    return push(chunk, ...rest);
  };
  const isJson = /\bjson\b/.test(req.headers['content-type'] ?? '');
  return () => {
    if (chunks.length === 0) return undefined;
    const text = Buffer.concat(chunks).toString();
    return isJson ? toValue(text) : text;
  };
}

function toValue(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return json; // not all of it is there, or it is none
  }
}

const ERROR_NAMES: Readonly<Record<number, string>> = {
  400: 'InputError',
  401: 'AuthenticationError',
  403: 'NotAllowedError',
  404: 'NotFoundError',
  409: 'ConflictError',
  501: 'NotImplementedError',
  503: 'ServiceUnavailableError',
};

function answerWith(
  req: IncomingMessage,
  res: ServerResponse,
  statusCode: number,
  body: unknown = statusCode < 400 ? undefined : toErrorBody(req, statusCode),
): void {
  res.writeHead(statusCode, { 'content-type': 'application/json' });
  res.end(body === undefined ? '' : JSON.stringify(body));
}

function toErrorBody(
  { method, url }: IncomingMessage,
  statusCode: number,
  error: object = {
    name: ERROR_NAMES[statusCode] ?? 'Error',
    message: STATUS_CODES[statusCode] ?? String(statusCode),
  },
): unknown {
  return {
    error,
    request: { method, url },
    response: { statusCode },
  };
}

/** The length promises more than what comes. */
function resetInTheMiddle(req: IncomingMessage, res: ServerResponse): void {
  res.writeHead(200, { 'content-type': 'application/json', 'content-length': 1_000 });
  res.write('{"', () => req.socket.resetAndDestroy());
}

/** Waits, not longer than until the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
