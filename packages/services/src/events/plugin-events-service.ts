import type {
  EventParams,
  EventsService,
  EventsServiceSubscribeOptions,
  LifecycleService,
  LoggerService,
} from '@stagewire/plugin-api';
import type { LocalEventBus } from './local-event-bus.js';
import { pause } from './pause.js';
import type { RemoteEventBus } from './remote-event-bus.js';

/** How long a stopping plugin waits for its own calls, in milliseconds. */
const SHUTDOWN_TIMEOUT_MS = 10_000;

/** The events service of one plugin. */
export class PluginEventsService implements EventsService {
  readonly #pluginId: string;
  readonly #localBus: LocalEventBus;
  readonly #remoteBus: RemoteEventBus | undefined;
  readonly #logger: LoggerService;
  readonly #started: Promise<void>;
  readonly #stopping = new AbortController();
  readonly #unsubscribe: Array<() => void> = [];
  readonly #inFlight = new Set<Promise<void>>();

  constructor(options: {
    pluginId: string;
    localBus: LocalEventBus;
    remoteBus?: RemoteEventBus;
    lifecycle: LifecycleService;
    logger: LoggerService;
  }) {
    this.#pluginId = options.pluginId;
    this.#localBus = options.localBus;
    this.#remoteBus = options.remoteBus;
    this.#logger = options.logger;
    this.#started = startupOf(options.lifecycle);
    options.lifecycle.addShutdownHook(() => this.#shutdown());
  }

  async publish(event: EventParams): Promise<void> {
    if (this.#stopping.signal.aborted) throw new Error('Service is shutting down');
    await this.#track(this.#publish(event));
  }

  async subscribe({ id, topics, onEvent }: EventsServiceSubscribeOptions): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return; // nothing comes any more
    const subscriber = { id: `${this.#pluginId}.${id}`, topics, onEvent };
    this.#unsubscribe.push(this.#localBus.subscribe(subscriber));

    const remoteBus = this.#remoteBus;
    if (!remoteBus) return;
    // Before that, the plugin `events` of the same process may not be there to answer yet.
    void this.#started.then(() => this.#track(remoteBus.poll(subscriber, signal)));
  }

  async #publish(event: EventParams): Promise<void> {
    const notifiedSubscribers = await this.#localBus.publish(event);
    await this.#remoteBus?.publish(event, notifiedSubscribers);
  }

  async #track(call: Promise<void>): Promise<void> {
    this.#inFlight.add(call);
    try {
      await call;
    } finally {
      this.#inFlight.delete(call);
    }
  }

  async #shutdown(): Promise<void> {
    this.#stopping.abort();
    for (const unsubscribe of this.#unsubscribe) unsubscribe();
    const done = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#inFlight),
      pause(SHUTDOWN_TIMEOUT_MS, done.signal),
    ]);
    done.abort();
    if (this.#inFlight.size > 0) {
      this.#logger.warn(`Stopped without waiting longer for ${this.#inFlight.size} event calls`);
    }
  }
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
