import { createServiceRef } from '../create-service-ref.js';

/** An event. @public */
export interface EventParams<TPayload = unknown> {
  topic: string;
  eventPayload: TPayload;

  /** More about it, such as the headers of the webhook that brought it. Stays in this process. */
  metadata?: Record<string, string | string[] | undefined>;
}

/** What a subscriber does with an event. @public */
export type EventsServiceEventHandler = (params: EventParams) => Promise<void>;

/** A subscription. @public */
export type EventsServiceSubscribeOptions = {
  /** Unique in the plugin. Processes that subscribe with the same id share the events. */
  id: string;

  topics: string[];

  onEvent: EventsServiceEventHandler;
};

/** Tells plugins about events, without them knowing each other. @public */
export interface EventsService {
  /**
   * Tells all subscribers of the topic. Resolves when those in this process are done with it; that
   * one of them fails is logged.
   *
   * @throws when the plugin is stopping
   */
  publish(params: EventParams): Promise<void>;

  /** Subscribes to topics. */
  subscribe(options: EventsServiceSubscribeOptions): Promise<void>;
}

/** The {@link EventsService} of a plugin. @public */
export const eventsServiceRef = createServiceRef<EventsService>({
  id: 'events.service',
  scope: 'plugin',
});
