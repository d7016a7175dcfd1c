import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import { setImmediate } from 'node:timers';
import { LocalSocket } from './local-socket.js';
import type { ResponseReceiver } from './response-receiver.js';

/** A server that local calls can be made to. */
export type LocalServer = {
  http: Server;
  /** The classes that the server makes its requests and responses with. */
  messages: Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;
  /** Is told of each connection, as of one that the server accepts. */
  watch(socket: LocalSocket): void;
  /** Runs a function outside of whatever the caller does at the moment. */
  runOutside(run: () => void): void;
};

/** A request as its server sees it. */
export type RequestMessage = {
  method: string;
  /** Path and query. */
  path: string;
  /** Names and values in turn. */
  rawHeaders: string[];
  body: Buffer | undefined;
};

/** Undocumented parts of Node's messages that its own server uses. */
type ServedRequest = IncomingMessage & {
  joinDuplicateHeaders?: boolean;
  _consuming?: boolean;
  _addHeaderLines(headers: string[], count: number): void;
  _dump(): void;
};
type ServedResponse = ServerResponse & {
  _keepAliveTimeout: number;
  _closed: boolean;
  detachSocket(socket: LocalSocket): void;
};

/**
 * Sends a request to a server of this process, in the form of messages rather than of bytes on a
 * socket. The server handles it as any other, in a later turn of the event loop.
 *
 * @param receiver - gets the bytes of the response
 * @returns the server's end of the connection: destroying it breaks the request off
 */
export function openExchange(
  server: LocalServer,
  message: RequestMessage,
  receiver: ResponseReceiver,
): LocalSocket {
  const bytes = message.path.length + (message.body?.length ?? 0);
  const socket = new LocalSocket(server.http, receiver, bytes);
  // In a turn of its own, so that calls in a row cannot keep the process from everything else.
  server.runOutside(() => setImmediate(serve, server, message, socket));
  return socket;
}

function serve(server: LocalServer, message: RequestMessage, socket: LocalSocket): void {
  if (socket.destroyed) return;
  if (!server.http.listening) {
    socket.destroy();
    return;
  }
  const req = createRequest(server, message, socket);
  const res = createResponse(server, req, socket);
  socket.request = req;
  server.watch(socket);
  try {
    server.http.emit('request', req, res);
  } finally {
    // After the handler has begun, as the body of a request comes after its head.
    if (!req.destroyed) {
      req.complete = true;
      if (message.body !== undefined) req.push(message.body);
      req.push(null);
    }
  }
}

function createRequest(
  { http, messages }: LocalServer,
  { method, path, rawHeaders }: RequestMessage,
  socket: LocalSocket,
): ServedRequest {
  const req = new messages.IncomingMessage(socket as never) as ServedRequest;
  req.httpVersionMajor = 1;
  req.httpVersionMinor = 1;
  req.httpVersion = '1.1';
  const { joinDuplicateHeaders } = http as { joinDuplicateHeaders?: boolean };
  if (joinDuplicateHeaders !== undefined) req.joinDuplicateHeaders = joinDuplicateHeaders;
  req.url = path;
  req.method = method;
  req._addHeaderLines(rawHeaders, rawHeaders.length);
  return req;
}

function createResponse(
  { http, messages }: LocalServer,
  req: ServedRequest,
  socket: LocalSocket,
): ServedResponse {
  const res = new messages.ServerResponse(req as never) as unknown as ServedResponse;
  res._keepAliveTimeout = http.keepAliveTimeout;
  res.shouldKeepAlive = req.method !== 'HEAD';
  res.assignSocket(socket as never);
  res.on('finish', finish);
  return res;
}

/** What Node's server does when a response is written. */
function finish(this: ServerResponse): void {
  const req = this.req as ServedRequest;
  const socket = this.socket as unknown as LocalSocket;
  socket.request = undefined;
  // Whoever waits for the end of the request gets it, whether its body was read or not.
  if (!req._consuming) req._dump();
  (this as ServedResponse).detachSocket(socket);
  socket.destroy();
  process.nextTick(emitClose, this as ServedResponse);
}

function emitClose(res: ServedResponse): void {
  if (res._closed) return;
  res.destroyed = true;
  res._closed = true;
  res.emit('close');
}
