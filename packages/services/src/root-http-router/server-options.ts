import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import type { Server } from 'node:http';
import { readMilliseconds } from '../http/duration.js';

const TIMES = ['headersTimeout', 'requestTimeout', 'keepAliveTimeout', 'timeout'] as const;
const COUNTS = ['maxHeadersCount', 'maxRequestsPerSocket'] as const;

/**
 * Copies `backend.server` onto a server: times in milliseconds or as durations, and counts. A value
 * that cannot be used is told at warn, and Node's default stays.
 */
export function applyServerOptions(server: Server, config: Config, logger: LoggerService): void {
  for (const name of TIMES) {
    apply(server, name, logger, () => readMilliseconds(config, `backend.server.${name}`));
  }
  for (const name of COUNTS) {
    apply(server, name, logger, () => config.getOptionalNumber(`backend.server.${name}`));
  }
  // Node exchanges the two when the header has more time than the whole request.
  if (server.requestTimeout > 0) {
    server.headersTimeout = Math.min(server.headersTimeout, server.requestTimeout);
  }
}

/** How often Node itself looks for requests that take too long, in milliseconds. */
const DEFAULT_CHECKING_INTERVAL = 30_000;

/**
 * How often to look for requests that take too long to arrive, in milliseconds: as often as the
 * shortest time that `backend.server` gives them, or that time would be half a minute in truth.
 */
export function readCheckingInterval(config: Config): number {
  const times = (['headersTimeout', 'requestTimeout'] as const).map((name) => {
    try {
      return readMilliseconds(config, `backend.server.${name}`);
    } catch {
      return undefined; // applyServerOptions tells
    }
  });
  const positive = times.filter((time) => time !== undefined && time > 0) as number[];
  return Math.min(DEFAULT_CHECKING_INTERVAL, ...positive);
}

function apply(
  server: Server,
  name: (typeof TIMES)[number] | (typeof COUNTS)[number],
  logger: LoggerService,
  read: () => number | undefined,
): void {
  try {
    const value = read();
    if (value === undefined) return;
    if (!Number.isInteger(value) || value < 0)
      throw new RangeError(`${value} is not a whole number from 0 on`);
    server[name] = value;
  } catch (error) {
    logger.warn(`Ignoring backend.server.${name}: ${error}`);
  }
}
