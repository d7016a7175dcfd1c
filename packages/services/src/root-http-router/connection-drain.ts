import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers';
import { isEventStream } from '../http/requests-in-progress.js';

/** How often connections that became idle are looked for, in milliseconds. */
const SWEEP_INTERVAL = 50;

/**
 * Empties a server of its connections without cutting off a request.
 *
 * @remarks
 * From {@link begin} on, each response tells its client to close the connection, so that keep-alive
 * clients go elsewhere. {@link finish} then closes what is idle, and what becomes idle. When only
 * connections are left that end by no request, such as WebSockets and event streams, it closes
 * these too: plugins had their time for farewells in their shutdown hooks.
 */
export class ConnectionDrain {
  /** Whether responses are to close their connections. */
  active = false;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #finishing: Promise<void> | undefined;

  /** Takes on a server, before it listens. */
  watch(server: Server): void {
    this.#server = server;
    server.on('connection', (socket: Socket) => this.add(socket));
    // What is spoken through a TLS connection is known by a socket of its own.
    server.on('secureConnection', (socket: Socket) => this.add(socket));
  }

  /** Takes on a connection that the server did not accept itself. */
  add(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** The responses that connections are used for at this moment. */
  listResponses(): ServerResponse[] {
    return [...this.#sockets].flatMap((socket: AnsweringSocket) => socket._httpMessage ?? []);
  }

  /** Begins to send clients elsewhere; the server still accepts connections. */
  begin(): void {
    if (this.active) return;
    this.active = true;
    this.#server?.prependListener('request', (_req: IncomingMessage, res: ServerResponse) => {
      res.shouldKeepAlive = false;
    });
  }

  /**
   * Stops accepting connections and waits until none is left. A second call waits for the first.
   *
   * @param timeout - after how many milliseconds the remaining connections are cut off
   */
  finish(timeout: number): Promise<void> {
    this.begin();
    this.#finishing ??= this.#finish(timeout);
    return this.#finishing;
  }

  async #finish(timeout: number): Promise<void> {
    const server = this.#server;
    // One that does not listen may have been handed connections nevertheless.
    if (!server?.listening && this.#sockets.size === 0) return;
    const closed = Promise.all([closeServer(server!), this.#emptied()]);
    this.#sweep();
    // A response whose header left before the drain began leaves an idle connection behind.
    const sweep = setInterval(() => this.#sweep(), SWEEP_INTERVAL);
    const cutOff = setTimeout(() => this.#cutOff(), timeout);
    await closed;
    clearInterval(sweep);
    clearTimeout(cutOff);
  }

  /** The server itself knows of the connections only that it accepted. */
  async #emptied(): Promise<void> {
    while (this.#sockets.size > 0) {
      const [socket] = this.#sockets;
      await new Promise((resolve) => socket!.once('close', resolve));
    }
  }

  #sweep(): void {
    this.#server?.closeIdleConnections();
    const sockets = [...this.#sockets];
    if (!sockets.some(isAnswering)) this.#cutOff();
    // Browsers open connections ahead of use; Node does not count those as idle.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
  }

  /** Upgraded connections too, which the server itself no longer counts as its own. */
  #cutOff(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** Settles at once for a server that does not listen. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

/** Where Node keeps the response that a connection is used for; undocumented, and as old as Node. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null };

/** Whether a connection is used for a response that ends by itself. */
function isAnswering(socket: AnsweringSocket): boolean {
  const response = socket._httpMessage;
  return Boolean(response && !isEventStream(response));
}
