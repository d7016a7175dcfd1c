import type { JsonObject } from '@stagewire/config';

/** Drops what a connection string leaves open: drivers have better values for it than empty ones. */
export function dropEmpty(connection: Record<string, unknown>): JsonObject {
  const said = Object.entries(connection).filter(([, value]) => value !== '' && value != null);
  return Object.fromEntries(said) as JsonObject;
}
