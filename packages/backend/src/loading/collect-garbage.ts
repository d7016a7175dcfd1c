import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a backend is watched before it counts as quiet, in milliseconds. */
const WATCHED_FOR = 2_000;
/** The part of that time in which a quiet backend does something. */
const QUIET_UTILISATION = 0.02;
/** A backend that is still busy after so many looks has a heap in use, which V8 knows to tend. */
const LOOKS = 300;

let isDone = false;

/**
 * Gives back what only the start needed, once the backend has had nothing to do for two seconds.
 *
 * @remarks
 * V8 collects when something new needs room. A backend that has started and waits keeps a third of
 * its memory as garbage, for as long as it waits. The collection takes some hundred milliseconds in
 * a large backend, in which nothing is answered: hence the wait, also for requests that came in
 * meanwhile and are not answered; those that hang for longer than that go on hanging. It is done
 * once for each process, however often this is called, and never in one that is busy for the first
 * ten minutes. It holds up no process that ends.
 *
 * @param collect - what a collection is
 */
export function collectGarbageWhenQuiet(collect: () => Promise<void> = collectGarbage): void {
  if (isDone) return;
  isDone = true;
  let requests: RequestCount | undefined = countRequests();
  let former = performance.eventLoopUtilization();
  let looks = 0;
  const watch = setInterval(() => {
    const current = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(current, former);
    former = current;
    looks += 1;
    const isIdle = utilization <= QUIET_UTILISATION;
    const isQuiet = isIdle && requests !== undefined && requests.takeUnanswered() <= 0;
    if (isQuiet || looks === LOOKS) {
      clearInterval(watch);
      requests?.stop();
      if (isQuiet) void collect();
    } else if (isIdle) {
      requests ??= countRequests();
    } else {
      // While anybody follows requests, calls between plugins go over the network.
      requests?.stop();
      requests = undefined;
    }
  }, WATCHED_FOR);
  watch.unref();
}

type RequestCount = { takeUnanswered(): number; stop(): void };

/** How many requests of all servers of this process came in, less those that were answered. */
function countRequests(): RequestCount {
  let unanswered = 0;
  const onStart = () => (unanswered += 1);
  const onFinish = () => (unanswered -= 1);
  subscribe('http.server.request.start', onStart);
  subscribe('http.server.response.finish', onFinish);
  return {
    // Counted anew each time: a client that goes away leaves a request without an answer.
    takeUnanswered() {
      const taken = unanswered;
      unanswered = 0;
      return taken;
    },
    stop() {
      unsubscribe('http.server.request.start', onStart);
      unsubscribe('http.server.response.finish', onFinish);
    },
  };
}

/**
 * Collects now, as a debugger has it done: Node has no function for it without a flag. Does nothing
 * while a debugger can be attached.
 */
export async function collectGarbage(): Promise<void> {
  try {
    const { Session, url } = await import('node:inspector/promises');
    if (url() !== undefined) return;
    const session = new Session();
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
    // Not from within its answer, or the process would stand still for ever.
    await nextTurn();
    session.disconnect();
  } catch {
    // A Node without an inspector keeps its garbage.
  }
}
