import { Socket } from 'node:net';

/** How long something may be on its way before it counts as waiting for something else, in milliseconds. */
const GRACE = 100;

/** What is known of a connection. */
type Traffic = {
  read: number;
  written: number;
  /** Whether an answer is to come. */
  isAsked: boolean;
  /** When that was last seen to change, by `performance.now()`. */
  since: number;
};

/** What a process has open; undocumented, and as old as Node. */
type OpenThings = { _getActiveHandles?(): unknown[]; _getActiveRequests?(): unknown[] };

/**
 * Knows whether something is on its way in this process: a file is read, a connection opened, or a
 * server asked that has not answered, whatever the protocol. What takes long does not count.
 */
export class IoWatch {
  readonly #traffic = new WeakMap<Socket, Traffic>();
  #requestsSince: number | undefined;

  isBusy(): boolean {
    const now = performance.now();
    const { _getActiveHandles: getHandles, _getActiveRequests: getRequests } =
      process as unknown as OpenThings;
    const hasRequests = (getRequests?.call(process) ?? []).length > 0;
    this.#requestsSince = hasRequests ? (this.#requestsSince ?? now) : undefined;
    let isBusy = now - (this.#requestsSince ?? -Infinity) < GRACE;
    for (const handle of getHandles?.call(process) ?? []) {
      if (handle instanceof Socket && this.#isAsked(handle, now)) isBusy = true;
    }
    return isBusy;
  }

  #isAsked(socket: Socket & { server?: unknown }, now: number): boolean {
    // Of a connection that was accepted, this process is the one that is asked; and what is printed
    // gets no answer.
    if (socket.server || !(socket.connecting || socket.remoteAddress)) return false;
    const { bytesRead: read, bytesWritten: written } = socket;
    const before = this.#traffic.get(socket);
    if (before?.read === read && before.written === written) {
      return before.isAsked && now - before.since < GRACE;
    }
    const hasRead = read !== (before?.read ?? 0);
    const isAsked = socket.connecting || (!hasRead && written !== (before?.written ?? 0));
    this.#traffic.set(socket, { read, written, isAsked, since: now });
    return isAsked;
  }
}
