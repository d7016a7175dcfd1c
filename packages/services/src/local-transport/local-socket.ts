import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Duplex } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';
import type { ResponseReceiver } from './response-receiver.js';

const LOOPBACK = { address: '127.0.0.1', family: 'IPv4' } as const;
const OPTIONS = { decodeStrings: false } as const;

/**
 * The server's end of a local call: what its response writes goes to the caller at once. It has
 * those parts of `net.Socket` that HTTP, and who handles HTTP requests, use.
 */
export class LocalSocket extends Duplex {
  readonly server: Server;
  /** As Node's server sets it; reading a body would set the socket in motion otherwise. */
  readonly _paused = true;
  /** Set by Node while the socket is used for a response. */
  _httpMessage: ServerResponse | null = null;
  bytesRead: number;
  bytesWritten = 0;
  timeout = 0;
  /** The request that is answered; none once its response is complete. */
  request: IncomingMessage | undefined = undefined;
  readonly #receiver: ResponseReceiver;
  #timer: NodeJS.Timeout | undefined;

  constructor(server: Server, receiver: ResponseReceiver, bytesRead: number) {
    super(OPTIONS);
    this.server = server;
    this.bytesRead = bytesRead;
    this.#receiver = receiver;
    // A plugin may destroy it with an error, which must not end the process.
    this.on('error', ignore);
    this.on('drain', resumeResponse);
  }

  override _write(chunk: string | Buffer, encoding: BufferEncoding, done: () => void): void {
    this.bytesWritten += chunk.length;
    this.#timer?.refresh();
    this.#receiver.receive(chunk, encoding);
    if (!this.#receiver.isFull) {
      done();
      return;
    }
    this.#receiver.onRoom = done;
  }

  /** Nothing to read: requests do not come as bytes of the socket. */
  override _read(): void {}

  override _final(done: () => void): void {
    done();
    this.destroy();
  }

  override _destroy(_error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#receiver.close();
    done(null);
    const { request } = this;
    if (!request) return;
    this.request = undefined;
    request.destroy(Object.assign(new Error('aborted'), { code: 'ECONNRESET' }));
  }

  /** Ends the connection once everything is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  resetAndDestroy(): this {
    return this.destroy();
  }

  /** Emits `timeout` after so many milliseconds without a byte; never with 0. */
  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    this.timeout = milliseconds;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (milliseconds > 0) {
      this.#timer = setTimeout(() => this.#expire(), milliseconds).unref();
      if (onTimeout) this.once('timeout', onTimeout);
    } else if (onTimeout) {
      this.off('timeout', onTimeout);
    }
    return this;
  }

  /** Tells those whom Node's server tells; a connection that nobody cares for is closed. */
  #expire(): void {
    const isOwn = this.emit('timeout');
    const { request, server, _httpMessage: response } = this;
    const isHandled = [
      request?.complete === false && request.emit('timeout', this),
      response?.emit('timeout', this),
      server.emit('timeout', this),
    ];
    if (!isOwn && !isHandled.includes(true)) this.destroy();
  }

  get remoteAddress(): string {
    return LOOPBACK.address;
  }

  get remoteFamily(): string {
    return LOOPBACK.family;
  }

  get remotePort(): number {
    return 0;
  }

  get localAddress(): string {
    return LOOPBACK.address;
  }

  get localFamily(): string {
    return LOOPBACK.family;
  }

  get localPort(): number {
    return this.address().port;
  }

  get connecting(): boolean {
    return false;
  }

  get readyState(): string {
    return this.destroyed ? 'closed' : 'open';
  }

  address(): { address: string; family: string; port: number } {
    const bound = this.server.address();
    return { ...LOOPBACK, port: typeof bound === 'object' && bound !== null ? bound.port : 0 };
  }

  /** There is nothing to be set, and nothing that keeps the process: these only have to be there. */
  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}

/**
 * Whether a request came from this process, without a network between: a call of one plugin to
 * another in the same backend.
 */
export function isLocal(req: Pick<IncomingMessage, 'socket'>): boolean {
  return req.socket instanceof LocalSocket;
}

function ignore(): void {}

/** Undocumented, and in all versions: whether a response told its writer to wait. */
type WaitingResponse = ServerResponse & { [needDrain: symbol]: boolean };
let needDrain: symbol | undefined;

/** Lets a response that waited for the socket go on, as Node's server does. */
function resumeResponse(this: LocalSocket): void {
  const response = this._httpMessage as WaitingResponse | null;
  if (!response?.writableNeedDrain) return;
  needDrain ??= Object.getOwnPropertySymbols(response).find(
    ({ description }) => description === 'kNeedDrain',
  );
  if (needDrain) response[needDrain] = false;
  response.emit('drain');
}
