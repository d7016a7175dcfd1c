import { toError } from '@stagewire/errors';
import type {
  EventParams,
  EventsServiceSubscribeOptions,
  LoggerService,
} from '@stagewire/plugin-api';

/** A subscription whose id is unique in the whole system: `<pluginId>.<id>`. */
export type EventSubscriber = EventsServiceSubscribeOptions;

/** Hands an event to a subscriber; when it fails, that is logged. Never rejects. */
export async function deliverEvent(
  { id, onEvent }: EventSubscriber,
  event: EventParams,
  logger: LoggerService,
): Promise<void> {
  try {
    await onEvent(event);
  } catch (error) {
    logger.warn(
      `Subscriber "${id}" failed to process event for topic "${event.topic}"`,
      toError(error),
    );
  }
}
