/** The client of a server that keeps entries: it is connected once, and never again. */
export interface StoreClient {
  /** Resolves when the server has answered something; rejects when it cannot be used. */
  connect(): Promise<void>;

  get(key: string): Promise<string | undefined>;

  /**
   * @param ttl - in milliseconds, above 0; the entry may stay longer, as what is read says itself
   *   when its time is over
   */
  set(key: string, value: string, ttl: number | undefined): Promise<void>;

  delete(key: string): Promise<void>;

  /** Ends the connection at once, also when the server does not answer. Never throws. */
  close(): void;
}

/** A server that keeps entries. */
export type StoreServer = {
  /** What `backend.cache.store` calls it. */
  store: string;
  /** Without credentials. */
  address: string;
  /** What must not be told. */
  secrets: readonly string[];
  /**
   * Loads the driver.
   *
   * @returns what makes a client, which calls `onLost` when its connection breaks
   */
  load(): Promise<(onLost: (cause: unknown) => void) => StoreClient>;
};

/** A server's answer that it will not do one thing; the next may well succeed. */
export class StoreRefusal extends Error {
  override readonly name = 'StoreRefusal';
}
