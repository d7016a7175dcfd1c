import type { Config } from '@stagewire/config';
import { AsyncLocalStorage } from 'node:async_hooks';
import { IncomingMessage, ServerResponse, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { isHttps } from '../http/is-https.js';
import { readListenAddress, toReachable } from '../http/listen-address.js';
import type { LocalServer } from './exchange.js';
import { createLocalFetch } from './local-fetch.js';
import { isRuntimeFetch } from './runtime-fetch.js';

/** What a server is made known with. */
export type LocalServerOptions = {
  config: Config;
  server: Server;
  /** Takes the server's connections. */
  drain: { add(socket: Socket): void };
  /** The classes of its requests and responses; Node's own if not given. */
  messages?: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'> | undefined;
};

/** By origin; each origin is served by one server. */
const servers = new Map<string, LocalServer>();
let uninstall: (() => void) | undefined;

/**
 * Lets `fetch` reach a server without a network, while it listens: at the origin that discovery gives
 * for plugins of this backend. A server with TLS, and one behind `backend.localCalls: false`, is left
 * to the network.
 */
export function serveLocalCalls({ config, server, drain, messages }: LocalServerOptions): void {
  const isOff = config.getOptionalBoolean('backend.localCalls') === false;
  if (isOff || isHttps(config) || !canMakeMessages()) return;
  let origin: string | undefined;
  server.on('listening', () => {
    origin = originOf(config, server);
    if (origin === undefined) return;
    addServer(origin, {
      http: server,
      messages: { IncomingMessage, ServerResponse, ...messages },
      watch: (socket) => drain.add(socket as unknown as Socket),
      // What surrounds the start of the server surrounds its requests, and nothing of their callers.
      runOutside: AsyncLocalStorage.snapshot(),
    });
  });
  server.on('close', () => {
    if (origin !== undefined) removeServer(origin, server);
  });
}

/** Whether this version of Node can be told the headers of a request, as all have since 0.10. */
function canMakeMessages(): boolean {
  const { prototype } = IncomingMessage as unknown as { prototype: { _addHeaderLines?: unknown } };
  return typeof prototype._addHeaderLines === 'function';
}

/** Where discovery says that plugins are; undefined when the server listens elsewhere. */
function originOf(config: Config, server: Server): string | undefined {
  const { host, port } = readListenAddress(config);
  const bound = server.address();
  if (bound === null || typeof bound === 'string') return undefined;
  if (port !== 0 && port !== bound.port) return undefined;
  return new URL(`http://${toReachable(host)}:${bound.port}`).origin;
}

function addServer(origin: string, server: LocalServer): void {
  servers.set(origin, server);
  if (uninstall) return;
  const original = globalThis.fetch;
  if (!isRuntimeFetch(original)) return;
  const local = createLocalFetch(original, (wanted) => servers.get(wanted));
  globalThis.fetch = local;
  uninstall = () => {
    // Whoever has come after us stays: ours is beneath, and passes everything on.
    if (globalThis.fetch === local) globalThis.fetch = original;
  };
}

function removeServer(origin: string, server: Server): void {
  if (servers.get(origin)?.http !== server) return;
  servers.delete(origin);
  if (servers.size > 0) return;
  uninstall?.();
  uninstall = undefined;
}
