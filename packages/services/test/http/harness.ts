import { ConfigReader, type JsonObject } from '@stagewire/config';
import type {
  LoggerService,
  RootHealthService,
  RootHttpRouterService,
} from '@stagewire/plugin-api';
import type { DrivenRootLifecycle, ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { request as sendRequest, type Agent, type IncomingHttpHeaders } from 'node:http';
import { onTestFinished } from 'vitest';
import { HTTP_SERVER, type PluginMounting } from '../../src/http/plugin-mount.js';
import { rootLifecycleServiceFactory } from '../../src/lifecycle/root-lifecycle-service-factory.js';
import { rootHealthServiceFactory } from '../../src/root-health/root-health-service-factory.js';
import type { RootHttpServer } from '../../src/root-http-router/http-server.js';
import type { RootHttpRouterFactoryOptions } from '../../src/root-http-router/root-http-router-options.js';
import { rootHttpRouterServiceFactory } from '../../src/root-http-router/root-http-router-service-factory.js';

/** A line that a {@link recordingLogger} got. */
export type LogLine = { level: string; message: string; meta?: unknown; fields: JsonObject };

/** A logger that keeps its lines, and those of its children. */
export function recordingLogger(): LoggerService & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const create = (fields: JsonObject): LoggerService => {
    const at = (level: string) => (message: string, meta?: unknown) => {
      lines.push({ level, message, meta, fields });
    };
    return {
      error: at('error'),
      warn: at('warn'),
      info: at('info'),
      debug: at('debug'),
      child: (more) => create({ ...fields, ...more }),
    };
  };
  return Object.assign(create({}), { lines });
}

/** A moment that one part of a test waits for and another one tells. */
export function moment(): { come: Promise<void>; tell(): void } {
  let tell: (() => void) | undefined;
  const come = new Promise<void>((resolve) => (tell = resolve));
  return { come, tell: () => tell?.() };
}

/** Makes a service as the wiring does. */
export async function make<T>(
  factory: unknown,
  deps: Record<string, unknown>,
  context?: unknown,
): Promise<T> {
  return (await (factory as ServiceFactoryShape).factory(deps, context)) as T;
}

/** A root HTTP router that listens on a free port of the loopback interface. */
export type Served = {
  router: RootHttpRouterService & PluginMounting;
  server: RootHttpServer;
  port: number;
  lifecycle: DrivenRootLifecycle;
  logger: ReturnType<typeof recordingLogger>;
  /** Sends a request on a connection of its own. */
  request(options: RequestOptions | string): Promise<Answer>;
};

/** Starts a root HTTP router, which is stopped at the end of the test. */
export async function serve(
  backend: JsonObject = {},
  options: { router?: RootHttpRouterFactoryOptions; health?: RootHealthService } = {},
): Promise<Served> {
  const logger = recordingLogger();
  const config = new ConfigReader({ backend: { listen: '127.0.0.1:0', ...backend } });
  const lifecycle = await make<DrivenRootLifecycle>(rootLifecycleServiceFactory, { logger });
  onTestFinished(async () => {
    await lifecycle.beforeShutdown();
    await lifecycle.shutdown();
  });
  const health =
    options.health ?? (await make<RootHealthService>(rootHealthServiceFactory, { lifecycle }));
  const factory = options.router
    ? rootHttpRouterServiceFactory(options.router)
    : rootHttpRouterServiceFactory;
  const router = await make<Served['router']>(factory, { config, logger, lifecycle, health });
  const server = router[HTTP_SERVER] as RootHttpServer;
  const port = server.port();
  return { router, server, port, lifecycle, logger, request: (wanted) => request(port, wanted) };
}

export type RequestOptions = {
  method?: string;
  path: string;
  headers?: Record<string, string>;
  body?: string;
  agent?: Agent;
};

export type Answer = {
  status: number;
  headers: IncomingHttpHeaders;
  rawHeaders: string[];
  body: string;
};

/** Sends a request to the loopback interface and reads the whole answer. */
export function request(port: number, wanted: RequestOptions | string): Promise<Answer> {
  const { method, path, headers, body, agent }: RequestOptions =
    typeof wanted === 'string' ? { path: wanted } : wanted;
  return new Promise((resolve, reject) => {
    const req = sendRequest(
      { host: '127.0.0.1', port, method, path, headers, agent: agent ?? false },
      (res) => {
        const chunks: Buffer[] = [];
        res.on('data', (chunk: Buffer) => chunks.push(chunk));
        res.on('error', reject);
        res.on('end', () =>
          resolve({
            status: res.statusCode ?? 0,
            headers: res.headers,
            rawHeaders: res.rawHeaders,
            body: Buffer.concat(chunks).toString('utf8'),
          }),
        );
      },
    );
    req.on('error', reject);
    req.end(body);
  });
}
