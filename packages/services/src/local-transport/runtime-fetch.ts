import { channel } from 'node:diagnostics_channel';

const FETCH_SOURCE = 'function fetch(input, init = undefined) {';
/** Where undici keeps the dispatcher that `fetch` sends everything through. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1');

const channels = [
  'undici:request:create',
  'undici:request:headers',
  'undici:client:sendHeaders',
  'http.server.request.start',
  'http.server.response.finish',
].map((name) => channel(name));

/**
 * Whether a function is the `fetch` of this runtime itself. Whoever has put another one in its place
 * has a reason, and wants to see all calls.
 */
export function isRuntimeFetch(candidate: unknown): boolean {
  return (
    typeof candidate === 'function' &&
    Function.prototype.toString.call(candidate).startsWith(FETCH_SOURCE)
  );
}

/**
 * Whether somebody follows, or decides, what happens on the way of a request: tracing, or a
 * dispatcher with settings of its own.
 */
export function isWireObserved(): boolean {
  for (const each of channels) if (each.hasSubscribers) return true;
  return !isPlainDispatcher((globalThis as Record<symbol, unknown>)[DISPATCHER]);
}

let lastPlain: unknown;

function isPlainDispatcher(dispatcher: unknown): boolean {
  if (dispatcher === undefined || dispatcher === lastPlain) return true;
  if (!isAgentWithoutOptions(dispatcher as Dispatcher)) return false;
  lastPlain = dispatcher;
  return true;
}

type Dispatcher = {
  constructor?: { name?: string };
  dispatch?: unknown;
  [option: symbol]: unknown;
};

function isAgentWithoutOptions(dispatcher: Dispatcher): boolean {
  if (dispatcher.constructor?.name !== 'Agent') return false;
  // What is composed of an agent and something else looks like that agent, but for this function.
  const { dispatch } = Object.getPrototypeOf(dispatcher) as Dispatcher;
  if (dispatch === undefined || dispatch !== dispatcher.dispatch) return false;
  const key = Object.getOwnPropertySymbols(dispatcher).find(
    ({ description }) => description === 'options',
  );
  const options = key && dispatcher[key];
  if (typeof options !== 'object' || options === null) return false;
  return Object.values(options).every((value) => value === undefined || value === Infinity);
}
