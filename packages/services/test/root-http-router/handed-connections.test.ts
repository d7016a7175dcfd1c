import { request, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { duplexPair, type Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { Socket } from 'node:net';
import { ConfigReader } from '@stagewire/config';
import type { RootHealthService } from '@stagewire/plugin-api';
import type { DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { HTTP_SERVER } from '../../src/http/plugin-mount.js';
import { rootLifecycleServiceFactory } from '../../src/lifecycle/root-lifecycle-service-factory.js';
import { rootHealthServiceFactory } from '../../src/root-health/root-health-service-factory.js';
import type { RootHttpServer } from '../../src/root-http-router/http-server.js';
import { rootHttpRouterServiceFactory } from '../../src/root-http-router/root-http-router-service-factory.js';
import { make, recordingLogger, type Served } from '../http/harness.js';

/** A root router that does not listen. */
async function makeRouter() {
  const logger = recordingLogger();
  const config = new ConfigReader({ backend: { listen: '127.0.0.1:0' } });
  const lifecycle = await make<DrivenRootLifecycle>(rootLifecycleServiceFactory, { logger });
  const health = await make<RootHealthService>(rootHealthServiceFactory, { lifecycle });
  const factory = rootHttpRouterServiceFactory({ listen: false });
  const router = await make<Served['router']>(factory, { config, logger, lifecycle, health });
  return { router, server: router[HTTP_SERVER] as RootHttpServer, lifecycle };
}

/** Sends a request through a connection that the server is handed. */
function ask(server: RootHttpServer, path: string) {
  const [client, accepted] = duplexPair();
  // As that of a network does, it ends when the other end does.
  client.once('end', () => client.destroy());
  accepted.once('close', () => client.destroy());
  server.emit('connection', Object.assign(accepted as Duplex, { bytesRead: 1 }));
  return request({ path, createConnection: () => client as unknown as Socket }).end();
}

describe('a server that is not to listen', () => {
  it('answers what it is handed, and listens when it is told to', async () => {
    const { router, server } = await makeRouter();
    router.use('/x', (_req, res) => void res.send('answered'));
    expect(server.listening).toBe(false);

    const [response] = await once(ask(server, '/x'), 'response');
    expect(await text(response)).toBe('answered');
    await server.start();

    expect(server.port()).toBeGreaterThan(0);
    await server.stop();
  });

  it('stops at once when there is no connection', async () => {
    const { server } = await makeRouter();

    await server.stop();

    expect(server.listening).toBe(false);
  });

  it('lets a request finish before it has stopped', async () => {
    const { router, server, lifecycle } = await makeRouter();
    let pending: ServerResponse | undefined;
    router.use('/slow', (_req, res) => void (pending = res));
    const asked = ask(server, '/slow');
    await once(server, 'request');
    await lifecycle.beforeShutdown();
    const events: string[] = [];

    const stopped = lifecycle.shutdown().then(() => events.push('stopped'));
    setImmediate(() => {
      events.push('answered');
      pending!.end('done');
    });
    const [response] = await once(asked, 'response');

    expect(await text(response)).toBe('done');
    await stopped;
    expect(events).toEqual(['answered', 'stopped']);
  });
});
