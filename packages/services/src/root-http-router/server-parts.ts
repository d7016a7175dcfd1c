import type { RequestHandler } from 'express';
import type { ServerOptions } from 'node:http';
import type { ConnectionDrain } from './connection-drain.js';
import type { ExpressSettings } from './express-bridge.js';
import type { RootHttpServer } from './http-server.js';
import type { RootHttpRouterDeps } from './root-http-router-options.js';
import type { RootRouter } from './root-router.js';

/** What both ways to serve requests are made of. */
export type ServerParts = RootHttpRouterDeps & {
  indexPath: string | false;
  drain: ConnectionDrain;
  expressSettings: ExpressSettings;
  /** Limits all requests but those to the health routes; undefined when nothing is limited. */
  rateLimit: RequestHandler | undefined;
  /** Makes the server, optionally with classes of requests and responses. */
  createServer(
    messages?: Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>,
  ): Promise<RootHttpServer>;
};

/** A router with the server whose requests it gets. */
export type ServedRouter = { router: RootRouter; server: RootHttpServer };
