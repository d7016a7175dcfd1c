import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { isDevelopment } from '../http/is-development.js';
import { isHttps } from '../http/is-https.js';
import { readListenAddress, type ListenAddress } from '../http/listen-address.js';
import { readCertificate } from './certificate.js';
import type { ConnectionDrain } from './connection-drain.js';
import { rootHttpRouterErrors } from './errors.js';
import { applyServerOptions, readCheckingInterval } from './server-options.js';

/** Node's HTTP or HTTPS server, with what a backend does with it. @public */
export interface RootHttpServer extends Server {
  /**
   * Begins to listen on `backend.listen`; settles when the port is open.
   *
   * @throws `E_PORT_IN_USE`, `E_CANNOT_LISTEN`
   */
  start(): Promise<void>;
  /**
   * Stops accepting connections and settles when none is left: idle ones are closed, requests may
   * finish within the drain timeout. A second call waits for the first.
   */
  stop(): Promise<void>;
  /** The port that the server listens on. Throws while it does not listen. */
  port(): number;
}

/** What a server is made with. */
export type RootHttpServerOptions = {
  config: Config;
  logger: LoggerService;
  /** Takes the server's connections. */
  drain: ConnectionDrain;
  /** The classes of requests and responses; Node's own if not given. */
  messages?: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>;
  /** How long requests may go on after {@link RootHttpServer.stop}, in milliseconds. */
  drainTimeout: number;
};

/**
 * Makes the server. It does not listen yet, and nobody handles its requests.
 *
 * @throws `E_LISTEN_ADDRESS`, `E_HTTPS_CERTIFICATE`
 */
export async function createRootHttpServer(
  options: RootHttpServerOptions,
): Promise<RootHttpServer> {
  const { config, logger, drain, drainTimeout } = options;
  const address = readListenAddress(config);
  const server = await createNodeServer(options);
  applyServerOptions(server, config, logger);
  drain.watch(server);
  server.on('connection', surviveErrors);
  server.on('secureConnection', surviveErrors);

  const methods: Pick<RootHttpServer, 'start' | 'stop' | 'port'> = {
    async start() {
      await listen(server, address);
      // Such as too many open files: told, where nobody else would hear of it.
      server.on('error', (error) => logger.error('The HTTP server reports an error', error));
      logger.info(`Listening on ${address.host}:${methods.port()}`);
    },
    async stop() {
      // A developer restarts often, and does not want to wait for an open browser tab.
      if (isDevelopment()) server.closeAllConnections();
      await drain.finish(drainTimeout);
    },
    port() {
      const bound = server.address() as AddressInfo | null;
      if (bound === null) throw new Error('The server has no port, it does not listen');
      return bound.port;
    },
  };
  return Object.assign(server, methods);
}

/**
 * Keeps a client that breaks its connection from ending the process: once a connection asked for an
 * upgrade, nobody listens for its errors any more, unless a plugin takes it up.
 */
function surviveErrors(socket: Socket): void {
  socket.on('error', () => {});
}

async function createNodeServer(options: RootHttpServerOptions): Promise<Server> {
  const { config, logger, messages = {} } = options;
  const settings = { ...messages, connectionsCheckingInterval: readCheckingInterval(config) };
  if (!isHttps(config)) return createServer(settings);

  const certificate = await readCertificate(config, logger);
  const https = await import('node:https');
  try {
    return https.createServer({ ...settings, ...certificate });
  } catch (error) {
    throw rootHttpRouterErrors.certificate(error);
  }
}

function listen(server: Server, address: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      server.off('listening', onListening);
      reject(
        error.code === 'EADDRINUSE'
          ? rootHttpRouterErrors.portInUse(address, error)
          : rootHttpRouterErrors.cannotListen(address, error),
      );
    };
    const onListening = () => {
      server.off('error', onError);
      resolve();
    };
    server.once('error', onError);
    server.once('listening', onListening);
    // Without a host, Node listens on all interfaces, IPv4 and IPv6.
    server.listen(address.host === '' ? { port: address.port } : address);
  });
}
