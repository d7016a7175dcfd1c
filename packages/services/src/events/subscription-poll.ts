import { ResponseError, toError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import type { EventBusClient } from './event-bus-client.js';
import { deliverEvent, type EventSubscriber } from './event-subscriber.js';
import { followSignal } from './follow-signal.js';
import { pause } from './pause.js';

/** Tells, in milliseconds, how long the bus keeps an empty answer open. */
const NOTIFY_TIMEOUT_HEADER = 'backstage-events-notify-timeout';
const DEFAULT_NOTIFY_TIMEOUT_MS = 60_000;
const MAX_NOTIFY_TIMEOUT_MS = 600_000;
/** The bus gets this much longer than it told, for the way. */
const NOTIFY_GRACE_MS = 1_000;

const FIRST_BACKOFF_MS = 1_000;
const MAX_BACKOFF_MS = 60_000;
/** Empty answers that come faster than this are not a long poll. */
const QUICK_ANSWER_MS = 100;

type BusEvent = { topic: string; payload: unknown };

export type SubscriptionPollOptions = {
  subscriber: EventSubscriber;
  client: EventBusClient;
  logger: LoggerService;
  /** Ends the poll, and the request that it waits for. */
  signal: AbortSignal;
  /** Tells whether there is a bus behind the answer to a subscribe; throws when that failed. */
  isPresent: (response: Response) => Promise<boolean>;
  /** Waits so many milliseconds, or until the signal; a test need not. */
  pause?: (ms: number, signal: AbortSignal) => Promise<void>;
};

/** Keeps one subscription at the event bus and hands its events on, one after the other. */
export class SubscriptionPoll {
  readonly #options: Required<SubscriptionPollOptions>;
  #subscribed = false;
  /** Whether the bus has known the subscription since it was last made. */
  #confirmed = false;
  #quickAnswers = 0;
  #backoffMs = FIRST_BACKOFF_MS;

  constructor(options: SubscriptionPollOptions) {
    this.#options = { pause, ...options };
  }

  /** Runs until the signal, or until there is no bus. Never rejects. */
  async run(): Promise<void> {
    const { signal, subscriber, logger } = this.#options;
    while (!signal.aborted) {
      try {
        if (!this.#subscribed && !(await this.#subscribe())) return;
        await this.#takeEvents();
      } catch (error) {
        if (signal.aborted) return;
        // Told once: that it still fails is no news.
        const tell = this.#backoffMs === FIRST_BACKOFF_MS ? logger.warn : logger.debug;
        tell.call(
          logger,
          `Failed to poll events for subscription "${subscriber.id}", retrying in ${this.#backoffMs}ms`,
          toError(error),
        );
        await this.#options.pause(this.#backoffMs, signal);
        this.#backoffMs = Math.min(this.#backoffMs * 2, MAX_BACKOFF_MS);
      }
    }
  }

  async #subscribe(): Promise<boolean> {
    const { client, subscriber, signal, isPresent } = this.#options;
    const response = await client.putSubscription(subscriber.id, subscriber.topics, signal);
    if (!(await isPresent(response))) return false;
    await response.body?.cancel();
    this.#subscribed = true;
    this.#confirmed = false;
    return true;
  }

  async #takeEvents(): Promise<void> {
    const { subscriber, signal, logger } = this.#options;
    const startedAt = performance.now();
    const events = await followSignal(signal, (request) => this.#requestEvents(request));
    for (const { topic, payload } of events) {
      await deliverEvent(subscriber, { topic, eventPayload: payload }, logger);
    }
    await this.#slowDown(events.length === 0 && performance.now() - startedAt < QUICK_ANSWER_MS);
  }

  /** One request; none are told where it waited for events, or has to subscribe again. */
  async #requestEvents(request: AbortController): Promise<BusEvent[]> {
    const { client, subscriber } = this.#options;
    const response = await client.takeEvents(subscriber.id, request.signal);
    if (response.status === 404) {
      await this.#forgetSubscription(response);
      return [];
    }
    if (response.status !== 200 && response.status !== 202) {
      throw await ResponseError.fromResponse(response);
    }
    this.#confirmed = true;
    this.#backoffMs = FIRST_BACKOFF_MS;
    if (response.status === 200) return readEvents(response);
    await this.#waitForNotification(response, request);
    return [];
  }

  /** The bus keeps subscriptions for a while only; one that it lost is made anew. */
  async #forgetSubscription(response: Response): Promise<void> {
    this.#subscribed = false;
    // Lost twice in a row, without one answer between: then asking again at once does not help.
    if (!this.#confirmed) throw await ResponseError.fromResponse(response);
    await response.body?.cancel();
  }

  /** The empty answer ends as soon as there are events. */
  async #waitForNotification(response: Response, request: AbortController): Promise<void> {
    const told = Number(response.headers.get(NOTIFY_TIMEOUT_HEADER));
    const timeoutMs = told > 0 ? Math.min(told, MAX_NOTIFY_TIMEOUT_MS) : DEFAULT_NOTIFY_TIMEOUT_MS;
    const answered = new AbortController();
    const timeout = this.#options.pause(timeoutMs + NOTIFY_GRACE_MS, answered.signal);
    try {
      await Promise.race([response.text(), timeout]);
    } finally {
      answered.abort();
      request.abort();
    }
  }

  /** A bus, or a proxy before it, that cannot keep answers open is not asked without end. */
  async #slowDown(answeredQuickly: boolean): Promise<void> {
    this.#quickAnswers = answeredQuickly ? this.#quickAnswers + 1 : 0;
    const { pause, signal } = this.#options;
    if (this.#quickAnswers > 1) await pause(FIRST_BACKOFF_MS, signal);
  }
}

async function readEvents(response: Response): Promise<BusEvent[]> {
  const { events } = (await response.json()) as { events: BusEvent[] };
  return events;
}
