import { nextTick } from 'node:process';
import { Duplex } from 'node:stream';
import { clearTimeout, setTimeout } from 'node:timers';

/** Where both ends say that they are: what asks for an address, such as a rate limit, finds one. */
const LOOPBACK = { address: '127.0.0.1', family: 'IPv4' } as const;

/** Makes the two ends of a connection that never leaves the process. */
export function createMemoryConnection(): { client: MemorySocket; server: MemorySocket } {
  const client = new MemorySocket({ allowHalfOpen: false });
  const server = new MemorySocket({ allowHalfOpen: true }); // as those that a server accepts
  client.peer = server;
  server.peer = client;
  return { client, server };
}

/**
 * One end of a connection: what is written to it is read at the other end.
 *
 * @remarks
 * It has those parts of `net.Socket` that HTTP, and who handles HTTP requests, use.
 */
export class MemorySocket extends Duplex {
  readonly remoteAddress = LOOPBACK.address;
  readonly remoteFamily = LOOPBACK.family;
  readonly localAddress = LOOPBACK.address;
  readonly localFamily = LOOPBACK.family;
  readonly remotePort = 0;
  readonly localPort = 0;
  readonly connecting = false;
  bytesRead = 0;
  bytesWritten = 0;
  timeout = 0;
  peer: MemorySocket | undefined;
  /** Tells the other end that there is room again. */
  #makeRoom: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.bytesWritten += chunk.length;
    this.#touch();
    // Not within the call of who writes: over a network, nobody reads so soon.
    nextTick(() => this.peer!.#receive(chunk, done));
  }

  override _final(done: () => void): void {
    nextTick(() => {
      this.peer!.#receiveEnd();
      done();
    });
  }

  override _read(): void {
    this.#makeRoom?.();
    this.#makeRoom = undefined;
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    clearTimeout(this.#timer);
    this._read(); // what the other end waits to write is lost
    nextTick(() => this.peer!.#receiveEnd());
    done(error);
  }

  #receive(chunk: Buffer, done: (error?: Error) => void): void {
    if (this.destroyed) {
      done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }));
      return;
    }
    this.bytesRead += chunk.length;
    this.#touch();
    if (this.push(chunk)) done();
    else this.#makeRoom = done;
  }

  #receiveEnd(): void {
    if (!this.destroyed && !this.readableEnded) this.push(null);
  }

  /** Ends the connection once everything is written. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once('finish', () => this.destroy());
  }

  /** Breaks the connection, which is an error at the other end. */
  resetAndDestroy(): this {
    const error = Object.assign(new Error('read ECONNRESET'), {
      code: 'ECONNRESET',
      syscall: 'read',
    });
    nextTick(() => this.peer!.destroy(error));
    return this.destroy();
  }

  address(): { address: string; family: string; port: number } {
    return { ...LOOPBACK, port: this.localPort };
  }

  /** Emits `timeout` after so many milliseconds without a byte; never with 0. */
  setTimeout(milliseconds: number, onTimeout?: () => void): this {
    this.timeout = milliseconds;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (milliseconds > 0) {
      this.#timer = setTimeout(() => this.emit('timeout'), milliseconds).unref();
      if (onTimeout) this.once('timeout', onTimeout);
    } else if (onTimeout) {
      this.off('timeout', onTimeout);
    }
    return this;
  }

  #touch(): void {
    this.#timer?.refresh();
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
