/**
 * Runs a call with a controller of its own that also follows a signal.
 *
 * @remarks
 * Like `AbortSignal.any`, which leaves a trace on the followed signal for each call: that adds up
 * where one signal outlives many calls.
 */
export async function followSignal<T>(
  signal: AbortSignal,
  call: (controller: AbortController) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    return await call(controller);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
