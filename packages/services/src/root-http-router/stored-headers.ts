import { ServerResponse, type IncomingMessage } from 'node:http';

/** Headers in the form in which Node keeps them: by name in lower case, the name as it is sent, and the value. */
export type StoredHeaders = { [key: string]: [name: string, value: string] };

/** Where Node keeps the headers of a response. Undocumented, and looked up as it is used. */
const STORE = findStore();
type WithStore = ServerResponse & { [store: symbol]: StoredHeaders | null };

/**
 * Gives all headers at once to a response that has none, in a fifth of the time that it takes to set
 * them one by one; they are headers like all others then.
 *
 * @param headers - of the caller's making: nobody checks their names and values
 * @returns false, having done nothing, when there are headers already, or when this version of Node
 *   keeps them in another way
 */
export function storeFirstHeaders(res: ServerResponse, headers: StoredHeaders): boolean {
  if (STORE === undefined || res.headersSent || (res as WithStore)[STORE] !== null) return false;
  (res as WithStore)[STORE] = headers;
  return true;
}

function findStore(): symbol | undefined {
  // Whoever has put another function in its place before us wants to see every header pass.
  if (!String(ServerResponse.prototype.setHeader).includes('kOutHeaders')) return undefined;
  const request = { method: 'GET', headers: {}, httpVersionMajor: 1, httpVersionMinor: 1 };
  const create = () => new ServerResponse(request as IncomingMessage) as WithStore;
  const used = create().setHeader('X-Probe', '1') as WithStore;
  const store = Object.getOwnPropertySymbols(used).find((symbol) => isStored(used[symbol]));
  if (store === undefined) return undefined;
  const probe = create();
  if (probe[store] !== null) return undefined;
  probe[store] = { 'x-probe': ['X-Probe', '2'] };
  return probe.getHeader('x-probe') === '2' ? store : undefined;
}

function isStored(value: unknown): boolean {
  return JSON.stringify(value) === '{"x-probe":["X-Probe","1"]}';
}
