/**
 * Packages that talk to servers and files. Their timers watch over connections, which do not get
 * slower when a test moves time.
 */
const IO_PACKAGES =
  'tarn|knex|pg|pg-pool|mysql2|libsql|better-sqlite3|undici|ws|memjs|iovalkey|ioredis|infinispan|' +
  '@redis/client|@keyv/[a-z]+|@aws-sdk/[a-z-]+|@smithy/[a-z-]+|@azure/[a-z-]+|@mswjs/interceptors';

const IO_CALLER = new RegExp(`[ (]node:|[\\\\/]node_modules[\\\\/](?:${IO_PACKAGES})[\\\\/]`);

/**
 * Whether a function is called by Node itself, as for `fetch` and `node:http`, or by a package that
 * talks to servers.
 *
 * @param callee - the function that is called, and that asks
 */
export function isCalledByIo(callee: (...args: any[]) => unknown): boolean {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 1;
  const place: { stack?: string } = {};
  Error.captureStackTrace(place, callee);
  Error.stackTraceLimit = stackTraceLimit;
  return IO_CALLER.test(place.stack ?? '');
}
