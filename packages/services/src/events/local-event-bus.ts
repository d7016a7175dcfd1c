import type { EventParams, LoggerService } from '@stagewire/plugin-api';
import { deliverEvent, type EventSubscriber } from './event-subscriber.js';

/** Carries events between the plugins of one process. */
export class LocalEventBus {
  readonly #logger: LoggerService;
  readonly #subscribers = new Map<string, Set<EventSubscriber>>();

  constructor(logger: LoggerService) {
    this.#logger = logger;
  }

  /**
   * Tells all subscribers of the topic at the same time, and waits for all of them.
   *
   * @returns the ids of those who were told, whether or not they failed
   */
  async publish(event: EventParams): Promise<string[]> {
    const subscribers = [...(this.#subscribers.get(event.topic) ?? [])];
    await Promise.all(
      subscribers.map((subscriber) => deliverEvent(subscriber, event, this.#logger)),
    );
    return subscribers.map(({ id }) => id);
  }

  /** @returns what ends the subscription; a second call of it does nothing */
  subscribe(subscriber: EventSubscriber): () => void {
    for (const topic of subscriber.topics) {
      const subscribers = this.#subscribers.get(topic);
      if (subscribers) subscribers.add(subscriber);
      else this.#subscribers.set(topic, new Set([subscriber]));
    }
    return () => {
      for (const topic of subscriber.topics) {
        const subscribers = this.#subscribers.get(topic);
        subscribers?.delete(subscriber);
        if (subscribers?.size === 0) this.#subscribers.delete(topic);
      }
    };
  }
}
