import { createBackend } from '@stagewire/backend';
import { ConfigReader } from '@stagewire/config';
import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  type RootConfigService,
} from '@stagewire/plugin-api';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

// A backend that is told to stop while it has all kinds of requests.

const [delay = '0'] = process.argv.slice(2);
const backend = createBackend();

backend.add(
  createServiceFactory({
    service: coreServices.rootConfig,
    deps: {},
    factory: () =>
      new ConfigReader({
        backend: {
          baseUrl: 'http://127.0.0.1',
          listen: '127.0.0.1:0',
          database: { client: 'better-sqlite3', connection: ':memory:' },
          lifecycle: {
            serverShutdownDelay: { milliseconds: Number(delay) },
            serverDrainTimeout: { seconds: 10 },
          },
        },
      }) as unknown as RootConfigService,
  }),
);

backend.add(
  createBackendPlugin({
    pluginId: 'todo',
    register(registration) {
      registration.registerInit({
        deps: { http: coreServices.httpRouter },
        async init({ http }) {
          http.addAuthPolicy({ path: '/', allow: 'unauthenticated' });
          http.use((req, res) => answer(req, res));
        },
      });
    },
  }),
);

async function answer(req: IncomingMessage, res: ServerResponse): Promise<void> {
  switch (req.url) {
    case '/slow':
      console.log('slow begun');
      await wait(1500);
      res.end('slow');
      break;
    case '/stream':
      res.writeHead(200, { 'Content-Type': 'text/event-stream' }).write('data: 1\n\n');
      break;
    case '/listen':
      (req.socket as unknown as { server: Server }).server.on('upgrade', (_req, socket: Socket) => {
        socket.on('error', () => {});
        socket.write('HTTP/1.1 101 OK\r\nUpgrade: own\r\nConnection: Upgrade\r\n\r\n');
      });
      res.end();
      break;
    default:
      res.end('fast');
  }
}

await backend.start();
console.log('started');
