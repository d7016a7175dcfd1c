import { ResponseError } from '@stagewire/errors';
import type { EventParams, LoggerService } from '@stagewire/plugin-api';
import type { EventBusClient } from './event-bus-client.js';
import type { EventBusMode } from './event-bus-mode.js';
import type { EventSubscriber } from './event-subscriber.js';
import { SubscriptionPoll } from './subscription-poll.js';

/**
 * Exchanges events with other processes through the plugin `events`.
 *
 * @remarks
 * In `auto` mode the first 404 tells that there is no such plugin; from then on nothing is asked
 * of it any more.
 */
export class RemoteEventBus {
  readonly #client: EventBusClient;
  readonly #mode: EventBusMode;
  readonly #logger: LoggerService;
  readonly #onAbsent: () => void;
  #absent = false;

  constructor(options: {
    client: EventBusClient;
    mode: EventBusMode;
    logger: LoggerService;
    /** Called once, when it turns out that there is no plugin `events`. */
    onAbsent: () => void;
  }) {
    this.#client = options.client;
    this.#mode = options.mode;
    this.#logger = options.logger;
    this.#onAbsent = options.onAbsent;
  }

  /** @throws ResponseError when the plugin `events` refuses the event */
  async publish(event: EventParams, notifiedSubscribers: string[]): Promise<void> {
    if (this.#absent) return;
    const response = await this.#client.publish(event, notifiedSubscribers);
    if (await this.#isPresent(response)) await response.body?.cancel();
  }

  /** Hands events of other processes to a subscriber, until the signal or the absence of a bus. */
  async poll(subscriber: EventSubscriber, signal: AbortSignal): Promise<void> {
    if (this.#absent) return;
    const poll = new SubscriptionPoll({
      subscriber,
      client: this.#client,
      logger: this.#logger,
      signal,
      isPresent: (response) => this.#isPresent(response),
    });
    await poll.run();
  }

  /** Tells whether there is a bus behind this answer to a publish or subscribe. */
  async #isPresent(response: Response): Promise<boolean> {
    if (response.ok) return true;
    if (response.status !== 404 || this.#mode !== 'auto') {
      throw await ResponseError.fromResponse(response);
    }
    await response.body?.cancel();
    if (!this.#absent) {
      this.#absent = true;
      this.#onAbsent();
    }
    return false;
  }
}
