import type {
  EventParams,
  EventsService,
  EventsServiceSubscribeOptions,
  LifecycleService,
  LoggerService,
  PluginMetadataService,
} from '@stagewire/plugin-api';
import { successionOf, type PluginSuccession } from '@stagewire/plugin-api/internal';
import type { EventSubscriber } from './event-subscriber.js';
import type { LocalEventBus } from './local-event-bus.js';
import { pause } from './pause.js';
import type { RemoteEventBus } from './remote-event-bus.js';

/** How long a stopping plugin waits for its own calls, in milliseconds. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/**
 * The events service of one plugin.
 *
 * @remarks
 * Where a later version of a plugin takes over from an earlier one, each event goes to one of them.
 */
export class PluginEventsService implements EventsService {
  readonly #pluginId: string;
  readonly #succession: PluginSuccession;
  readonly #localBus: LocalEventBus;
  readonly #remoteBus: RemoteEventBus | undefined;
  readonly #logger: LoggerService;
  readonly #started: Promise<void>;
  readonly #stopping = new AbortController();
  /** Aborts when no event comes here any more, though the plugin may still publish. */
  readonly #ended = new AbortController();
  readonly #unsubscribe: Array<() => void> = [];
  readonly #inFlight = new Set<Promise<void>>();
  readonly #deliveries = new Set<Promise<void>>();

  constructor(options: {
    plugin: PluginMetadataService;
    localBus: LocalEventBus;
    remoteBus?: RemoteEventBus;
    lifecycle: LifecycleService;
    logger: LoggerService;
  }) {
    this.#pluginId = options.plugin.getId();
    this.#succession = successionOf(options.plugin);
    this.#localBus = options.localBus;
    this.#remoteBus = options.remoteBus;
    this.#logger = options.logger;
    this.#started = startupOf(options.lifecycle);
    this.#succession.onRetire(() => this.#retire());
    options.lifecycle.addShutdownHook(() => this.#shutdown());
  }

  async publish(event: EventParams): Promise<void> {
    if (this.#stopping.signal.aborted) throw new Error('Service is shutting down');
    await track(this.#publish(event), this.#inFlight);
  }

  async subscribe({ id, topics, onEvent }: EventsServiceSubscribeOptions): Promise<void> {
    if (this.#ended.signal.aborted) return; // nothing comes any more
    const deliver = (event: EventParams) => track(onEvent(event), this.#deliveries);
    const subscriber = { id: `${this.#pluginId}.${id}`, topics, onEvent: deliver };
    this.#succession.onServing((former) => this.#open(subscriber, former));
  }

  /** @param former - settles when an earlier version of the plugin takes no event any more */
  #open(subscriber: EventSubscriber, former: Promise<void>): void {
    const { signal } = this.#ended;
    if (signal.aborted) return;
    this.#unsubscribe.push(this.#localBus.subscribe(subscriber));

    const remoteBus = this.#remoteBus;
    if (!remoteBus) return;
    // Before that, the plugin `events` of the same process may not be there to answer yet.
    void Promise.all([this.#started, former]).then(() =>
      track(remoteBus.poll(subscriber, signal), this.#inFlight),
    );
  }

  async #publish(event: EventParams): Promise<void> {
    const notifiedSubscribers = await this.#localBus.publish(event);
    await this.#remoteBus?.publish(event, notifiedSubscribers);
  }

  /** A later version of the plugin gets the events from now on. */
  async #retire(): Promise<void> {
    this.#endSubscriptions();
    await settle([...this.#inFlight, ...this.#deliveries]);
  }

  async #shutdown(): Promise<void> {
    this.#stopping.abort();
    this.#endSubscriptions();
    await settle(this.#inFlight);
    if (this.#inFlight.size > 0) {
      this.#logger.warn(`Stopped without waiting longer for ${this.#inFlight.size} event calls`);
    }
  }

  #endSubscriptions(): void {
    this.#ended.abort();
    for (const unsubscribe of this.#unsubscribe.splice(0)) unsubscribe();
  }
}

/** Keeps a call among others until it has come to its end. */
async function track(call: Promise<void>, calls: Set<Promise<void>>): Promise<void> {
  calls.add(call);
  try {
    await call;
  } finally {
    calls.delete(call);
  }
}

/** Waits for calls, but not without end. */
async function settle(calls: Iterable<Promise<void>>): Promise<void> {
  const done = new AbortController();
  await Promise.race([Promise.allSettled(calls), pause(SHUTDOWN_TIMEOUT_MS, done.signal)]);
  done.abort();
}

/** Settles when the plugin has started; at once when it had started before. */
function startupOf(lifecycle: LifecycleService): Promise<void> {
  return new Promise((resolve) => {
    try {
      lifecycle.addStartupHook(resolve);
    } catch {
      resolve();
    }
  });
}
