import { setTimeout as wait } from 'node:timers/promises';
import type { Knex } from 'knex';

/** In milliseconds, between two looks. */
const INTERVAL = 10;
/** For how many looks in a row nobody may use the client. */
const QUIET_LOOKS = 5;
/** How long is waited at most, in milliseconds. */
const PATIENCE = 2_000;

/**
 * Waits until nobody uses a client any more: work that a plugin began before the stop, and that its
 * shutdown hook does not wait for, shall end and not fail. Returns at once when nobody does.
 */
export async function untilQuiet(client: Knex): Promise<void> {
  const until = Date.now() + PATIENCE;
  let looks = isInUse(client) ? 0 : QUIET_LOOKS;
  while (looks < QUIET_LOOKS && Date.now() < until) {
    await wait(INTERVAL);
    looks = isInUse(client) ? 0 : looks + 1;
  }
}

function isInUse(client: Knex): boolean {
  const { pool } = client.client as { pool?: { numUsed(): number; numPendingAcquires(): number } };
  return pool !== undefined && pool.numUsed() + pool.numPendingAcquires() > 0;
}
