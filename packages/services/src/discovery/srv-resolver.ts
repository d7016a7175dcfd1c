import type { SrvRecord } from 'node:dns';
import { discoveryErrors } from './errors.js';

/** Looks up the SRV records of a host name. */
export type SrvLookup = (host: string) => Promise<SrvRecord[]>;

/** How long an answer is used, in milliseconds: DNS is asked once for a burst of requests. */
const CACHE_TIME = 1000;
/** How many host names are remembered at most. */
const CACHE_SIZE = 1000;

const SRV_SCHEME = /^(https?)\+srv:\/\//i;

/** Whether a URL is to be resolved through SRV records. */
export function isSrvUrl(url: string): boolean {
  return SRV_SCHEME.test(url);
}

/** Resolves `http+srv://<host>/<path>` and `https+srv://…` through DNS SRV records. */
export class SrvResolver {
  readonly #lookup: SrvLookup;
  readonly #random: () => number;
  readonly #cache = new Map<string, { records: Promise<SrvRecord[]>; until: number }>();

  /** @param random - gives a number from 0 up to but not including 1 */
  constructor(
    lookup: SrvLookup = async (host) => (await import('node:dns/promises')).resolveSrv(host),
    random: () => number = Math.random,
  ) {
    this.#lookup = lookup;
    this.#random = random;
  }

  /**
   * Checks an SRV URL without resolving it.
   *
   * @throws `E_DISCOVERY_SRV_URL` when it has a port, credentials, a query or a fragment
   */
  check(srvUrl: string): void {
    parseSrvUrl(srvUrl);
  }

  /**
   * The URL that stands behind an SRV URL at this moment, without a trailing slash.
   *
   * @throws NotFoundError when there are no records; an error with the name of the cause when DNS
   *   fails; what {@link SrvResolver.check} throws
   */
  async resolve(srvUrl: string): Promise<string> {
    const { protocol, host, path } = parseSrvUrl(srvUrl);
    const { name, port } = this.#pick(await this.#recordsOf(host));
    return `${protocol}://${name}:${port}${path}`;
  }

  async #recordsOf(host: string): Promise<SrvRecord[]> {
    const cached = this.#cache.get(host);
    if (cached && cached.until > Date.now()) return cached.records;

    if (this.#cache.size >= CACHE_SIZE) this.#cache.clear();
    const records = this.#askDns(host);
    this.#cache.set(host, { records, until: Date.now() + CACHE_TIME });
    return records;
  }

  async #askDns(host: string): Promise<SrvRecord[]> {
    let records;
    try {
      records = await this.#lookup(host);
    } catch (error) {
      throw discoveryErrors.srvFailed(host, error);
    }
    if (records.length === 0) throw discoveryErrors.noSrvRecords(host);
    return records;
  }

  /** The lowest priority value comes first; among equals, the weight is the share of requests. */
  #pick(records: SrvRecord[]): SrvRecord {
    const lowest = Math.min(...records.map((record) => record.priority));
    const candidates = records.filter((record) => record.priority === lowest);
    const total = candidates.reduce((sum, record) => sum + record.weight, 0);
    // Records that all weigh nothing have equal shares.
    if (total === 0) return candidates[Math.floor(this.#random() * candidates.length)]!;

    let point = this.#random() * total;
    const picked = candidates.find((record) => (point -= record.weight) < 0);
    return picked ?? candidates.at(-1)!;
  }
}

function parseSrvUrl(srvUrl: string): { protocol: string; host: string; path: string } {
  const protocol = SRV_SCHEME.exec(srvUrl)?.[1]?.toLowerCase();
  if (protocol === undefined) {
    throw discoveryErrors.badSrvUrl(srvUrl, 'have the scheme http+srv or https+srv');
  }
  const rest = srvUrl.replace(SRV_SCHEME, 'http://');
  if (!URL.canParse(rest)) throw discoveryErrors.badSrvUrl(srvUrl, 'have to be valid URLs');
  const url = new URL(rest);
  if (url.port !== '' || /^http:\/\/[^/]*:\d+(?:\/|$)/.test(rest)) {
    throw discoveryErrors.badSrvUrl(srvUrl, 'cannot have a port');
  }
  if (url.username !== '' || url.password !== '') {
    throw discoveryErrors.badSrvUrl(srvUrl, 'cannot have credentials');
  }
  if (url.search !== '' || url.hash !== '') {
    throw discoveryErrors.badSrvUrl(srvUrl, 'cannot have a query or a fragment');
  }
  return { protocol, host: url.hostname, path: url.pathname.replace(/\/+$/, '') };
}
