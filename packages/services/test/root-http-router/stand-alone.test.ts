import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express, { type Express } from 'express';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import { NotFoundError } from '@stagewire/errors';
import type { LoggerService } from '@stagewire/plugin-api';
import { createHealthRouter } from '../../src/root-http-router/create-health-router.js';
import { StandAloneMiddleware } from '../../src/root-http-router/stand-alone-middleware.js';

let server: Server | undefined;

afterEach(async () => {
  server?.close();
  server?.closeAllConnections();
  server = undefined;
});

describe('the middleware of the default chain, in an application of one’s own', () => {
  it('is put together as usual, and works from the first request on', async () => {
    const logger = createLogger();
    const middleware = createMiddleware(
      { backend: { cors: { origin: 'https://portal.example' } } },
      logger,
    );
    const app = express();
    app.use(middleware.logging(), middleware.helmet(), middleware.cors(), middleware.rateLimit());
    app.use(middleware.compression());
    app.get('/long', (_req, res) => void res.json({ text: 'a'.repeat(5000) }));
    app.use(middleware.notFound());
    const url = await listen(app);

    const [long, missing] = await Promise.all([
      fetch(`${url}/long`, { headers: { origin: 'https://portal.example' } }),
      fetch(`${url}/x`),
    ]);

    expect([long.status, missing.status]).toEqual([200, 404]);
    expect(Object.fromEntries(long.headers)).toMatchObject({
      'access-control-allow-origin': 'https://portal.example',
      'content-encoding': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
    await vi.waitFor(() => expect(logger.info).toHaveBeenCalledTimes(2));
  });

  it('answers errors with the body of the ecosystem, made without waiting', async () => {
    const app = express();
    app.get('/', () => {
      throw new NotFoundError('no such thing');
    });
    app.use(createMiddleware().error());

    const response = await fetch(await listen(app));

    expect(response.status).toBe(404);
    await expect(response.json()).resolves.toMatchObject({
      error: { name: 'NotFoundError', message: 'no such thing' },
      response: { statusCode: 404 },
    });
  });

  it('hands on what is wrong with the configuration', async () => {
    const app = express();
    app.use(
      createMiddleware({ backend: { rateLimit: { incomingRequestLimit: 'many' } } }).rateLimit(),
    );
    app.use(
      ((error, _req, res, _next) =>
        void res.status(500).json({ code: error.code })) as express.ErrorRequestHandler,
    );

    const response = await fetch(await listen(app));

    expect(response.status).toBe(500);
  });
});

describe('the routes for probes, in an application of one’s own', () => {
  const health = {
    getLiveness: async () => ({ status: 200, payload: { status: 'ok' } }),
    getReadiness: async () => ({ status: 503, payload: { status: 'error' } }),
  };

  it('answer what the health service says, with the configured headers', async () => {
    const config = new ConfigReader({ backend: { health: { headers: { 'x-site': 'north' } } } });
    const app = express().use(createHealthRouter({ health, config }));
    const url = await listen(app);

    const answers = await Promise.all(
      ['liveness', 'readiness', 'other'].map((name) =>
        fetch(`${url}/.backstage/health/v1/${name}`),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([200, 503, 404]);
    expect(answers[0]!.headers.get('x-site')).toBe('north');
    await expect(answers[1]!.json()).resolves.toEqual({ status: 'error' });
  });

  it('hand on what the health service throws', async () => {
    const config = new ConfigReader({});
    const app = express().use(
      createHealthRouter({ health: { ...health, getLiveness: failing }, config }),
    );
    app.use(createMiddleware().error());

    const response = await fetch(`${await listen(app)}/.backstage/health/v1/liveness`);

    expect(response.status).toBe(404);
  });
});

async function failing(): Promise<never> {
  throw new NotFoundError('no heart');
}

function createMiddleware(config: JsonObject = {}, logger = createLogger()) {
  return StandAloneMiddleware.create({ config: new ConfigReader(config), logger });
}

function createLogger() {
  const logger = { error: vi.fn(), warn: vi.fn(), info: vi.fn(), debug: vi.fn() };
  return { ...logger, child: () => createLogger() as unknown as LoggerService };
}

async function listen(app: Express): Promise<string> {
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
