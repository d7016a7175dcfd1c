/**
 * Loaded before the program under `stagewire start`: tells why one cannot be loaded, where Node would
 * print a stack. A backend that has begun to start tells its failures itself.
 *
 * @packageDocumentation
 */
process.on('uncaughtException', (error) => {
  if (process.listenerCount('uncaughtException') === 1) void endLoad(error);
});

async function endLoad(error: Error): Promise<void> {
  // Only now: a program that loads has no use for it.
  const { formatLoadFailure } = await import('../../program/format-load-failure.js');
  console.error(formatLoadFailure(error));
  process.exit(1);
}
