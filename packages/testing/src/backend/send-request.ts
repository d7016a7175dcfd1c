import { request as openRequest, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { clearInterval, setInterval } from 'node:timers';
import { testingErrors } from '../errors.js';
import { createMemoryConnection } from './memory-socket.js';

/** A request to a backend under test: what `fetch` takes, or a value to send as JSON. @public */
export interface TestRequestInit extends RequestInit {
  /** Sent as JSON, with its content type; in place of `body`. */
  json?: unknown;
}

/**
 * Sends a request to a server without a port: real bytes, through the server's own parser.
 *
 * @remarks
 * Nothing is added, followed or unpacked, unlike with `fetch`: a redirect is an answer, and without
 * `accept-encoding` among the headers nothing comes compressed. Each request has a connection of its own.
 *
 * @throws `E_TEST_REQUEST_PATH`; what `fetch` throws for a bad `init`; the reason of its signal
 */
export async function sendRequest(
  server: Server,
  path: string,
  init: TestRequestInit = {},
): Promise<Response> {
  if (!path.startsWith('/')) throw testingErrors.requestPath(path);
  const request = new Request(`http://localhost${path}`, toStandardInit(init));
  const body = request.body && (isStream(init.body) ? request.body : await request.arrayBuffer());
  const { signal } = request;
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const { host, pathname, search } = new URL(request.url);
    const outgoing = openRequest({
      method: request.method,
      path: pathname + search,
      headers: { host, ...Object.fromEntries(request.headers) },
      createConnection: () => connect(server),
      signal,
    });
    outgoing.once('error', (error) => reject(signal.aborted ? signal.reason : error));
    outgoing.once('response', (incoming) => {
      signal.addEventListener('abort', () => incoming.destroy(signal.reason as Error));
      try {
        resolve(toResponse(incoming, request.method));
      } catch (error) {
        // Such as a status that no `Response` can have.
        reject(error);
        outgoing.destroy();
      }
    });
    if (body instanceof ArrayBuffer) outgoing.end(Buffer.from(body));
    else if (body) {
      const source = Readable.fromWeb(body).on('error', (error) => outgoing.destroy(error));
      // Where the server does not want the rest, nobody makes it.
      pipeline(source, outgoing, () => {});
    } else outgoing.end();
  });
}

function toStandardInit({ json, ...init }: TestRequestInit): RequestInit {
  if (isStream(init.body)) return { duplex: 'half', ...init } as RequestInit;
  if (json === undefined) return init;
  const headers = new Headers(init.headers);
  if (!headers.has('content-type')) headers.set('content-type', 'application/json');
  return { ...init, headers, body: JSON.stringify(json) };
}

/** What is sent as it comes; all else is sent with its length. */
function isStream(body: unknown): boolean {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}

/** How often a timer runs that is there only to keep the process, in milliseconds. */
const SELDOM = 2 ** 30;

function connect(server: Server): Socket {
  const { client, server: accepted } = createMemoryConnection();
  // As long as a real connection is open, the process goes on.
  const hold = setInterval(() => {}, SELDOM);
  client.once('close', () => clearInterval(hold));
  server.emit('connection', accepted);
  return client as unknown as Socket;
}

/** Statuses of answers that have no body, whatever the standard `Response` is given. */
const WITHOUT_BODY = new Set([204, 205, 304]);

function toResponse(incoming: IncomingMessage, method: string): Response {
  const { statusCode: status = 0, statusMessage: statusText, rawHeaders } = incoming;
  const headers = new Headers();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.append(rawHeaders[index]!, rawHeaders[index + 1]!);
  }
  const isEmpty = method === 'HEAD' || WITHOUT_BODY.has(status);
  if (isEmpty) incoming.resume();
  const body = isEmpty ? null : (Readable.toWeb(incoming) as ReadableStream);
  return new Response(body, { status, statusText, headers });
}
