import { performance } from 'node:perf_hooks';
import type { BackendError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import { cacheErrors } from './errors.js';
import type { StoreServer } from './store-client.js';

/** How soon a server that has gone is tried again, and how seldom later, in milliseconds. */
const [FIRST_DELAY, LAST_DELAY] = [250, 5_000];

/** What a server says to credentials that it does not like. */
const REFUSED = /WRONGPASS|NOAUTH|NOPERM|\bAUTH\b|authentication failed|invalid password/i;
/** The codes of what can go wrong with TLS. */
const TLS = /^ERR_(TLS|SSL)|^EPROTO$|CERT|^UNABLE_TO_|SIGNATURE/;

/** The time in which a server cannot be used. It tells each kind of reason once. */
export class Outage {
  readonly #server: StoreServer;
  readonly #logger: LoggerService;
  readonly #begun = performance.now();
  readonly #told = new Set<string>();
  #delay = FIRST_DELAY;

  constructor(server: StoreServer, logger: LoggerService) {
    this.#server = server;
    this.#logger = logger;
  }

  /** How long to wait before the next try: twice as long as before, up to five seconds. */
  nextDelay(): number {
    const delay = this.#delay;
    this.#delay = Math.min(delay * 2, LAST_DELAY);
    return delay;
  }

  /** @param when - whether it was the connection that failed, or the use of one */
  tell(when: 'connect' | 'use', cause: unknown): void {
    const error = this.#explain(cause);
    if (this.#told.has(error.code)) return;
    this.#told.add(error.code);
    const { store } = this.#server;
    this.#logger.error(
      when === 'connect' ? `Failed to create ${store} cache client` : `Lost the ${store} cache`,
      error,
    );
  }

  tellEnd(): void {
    const { store, address } = this.#server;
    const seconds = ((performance.now() - this.#begun) / 1000).toFixed(1);
    this.#logger.info(`The ${store} cache at ${address} answers again, after ${seconds} seconds`);
  }

  /** Without the error of the driver, which may hold the command with the password. */
  #explain(cause: unknown): BackendError {
    const { store, address } = this.#server;
    const { code, text } = describe(cause);
    const reason = this.#server.secrets.reduce(
      (said, secret) => said.replaceAll(secret, '***'),
      text,
    );
    if (TLS.test(code)) return cacheErrors.tls(store, address, reason);
    if (REFUSED.test(text)) return cacheErrors.credentials(store, address, reason);
    return cacheErrors.unreachable(store, address, reason);
  }
}

function describe(cause: unknown): { code: string; text: string } {
  if (!(cause instanceof Error)) return { code: '', text: String(cause) };
  // A name that stands for several addresses gives one error for all of them, without a message.
  const { code = '' } = cause as { code?: unknown };
  return { code: String(code), text: cause.message || String(code) };
}
