import { ExpiringMap } from '../credentials/expiring-map.js';
import { RemoteKeySet } from './remote-key-set.js';

const MAX_KEY_SETS = 1_000;

/**
 * The key sets that this process reads from other places, one per URL, shared by all its plugins.
 *
 * @remarks
 * A URL is kept once it has answered: tokens that name plugins which do not exist cannot push out
 * those that do.
 */
export class RemoteKeySets {
  readonly #answered: ExpiringMap<string, RemoteKeySet>;
  readonly #probed = new Map<string, { keySet: RemoteKeySet; users: number }>();

  /** @param limit - how many URLs are kept at most */
  constructor(limit = MAX_KEY_SETS) {
    this.#answered = new ExpiringMap(limit);
  }

  /** Runs the callback with the key set of that URL; concurrent callers share its requests. */
  async use<TResult>(
    url: string,
    callback: (keySet: RemoteKeySet) => Promise<TResult>,
  ): Promise<TResult> {
    const known = this.#answered.get(url);
    if (known) return callback(known);

    const probe = this.#probed.get(url) ?? { keySet: new RemoteKeySet(url), users: 0 };
    this.#probed.set(url, probe);
    probe.users += 1;
    try {
      return await callback(probe.keySet);
    } finally {
      probe.users -= 1;
      if (probe.users === 0) this.#probed.delete(url);
      if (probe.keySet.hasAnswered) this.#answered.set(url, probe.keySet, Infinity);
    }
  }
}
