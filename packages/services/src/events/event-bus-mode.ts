import type { Config } from '@stagewire/config';
import { eventsErrors } from './errors.js';

const MODES = ['never', 'always', 'auto'] as const;

/**
 * Whether events are also exchanged with the plugin `events`, and so between processes. `auto`
 * does so as long as that plugin answers.
 */
export type EventBusMode = (typeof MODES)[number];

/**
 * Reads `events.useEventBus`; `@default` auto.
 *
 * @throws `E_EVENT_BUS_MODE` for any other word
 */
export function readEventBusMode(config: Config): EventBusMode {
  const value = config.getOptionalString('events.useEventBus') ?? 'auto';
  const mode = MODES.find((candidate) => candidate === value);
  if (!mode) throw eventsErrors.invalidMode(value);
  return mode;
}
