import type { IncomingMessage, ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { ConfigReader } from '@stagewire/config';
import type { EventsService, PluginMetadataService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { onTestFinished } from 'vitest';
import { eventsServiceFactory } from '../../src/events/events-service-factory.js';
import { fakeAuth } from '../support/fake-auth.js';
import { fakeLifecycle } from '../support/fake-lifecycle.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger } from '../support/recording-logger.js';

/** One backend: its events services share what the factory makes for all plugins. */
export async function setUpEvents(options: { useEventBus?: string; busUrl?: string } = {}) {
  const { useEventBus, busUrl = 'http://127.0.0.1:1' } = options;
  const { createRootContext, factory } = eventsServiceFactory as unknown as ServiceFactoryShape;
  const config = new ConfigReader({ events: useEventBus === undefined ? {} : { useEventBus } });
  const rootLogger = recordingLogger();
  const context = await createRootContext!({ rootLogger, config });

  const createPlugin = async (
    pluginId: string,
    lifecycle = fakeLifecycle(),
    pluginMetadata: PluginMetadataService = { getId: () => pluginId },
  ) => {
    const logger = recordingLogger();
    onTestFinished(() => lifecycle.shutdown());
    const events = (await factory(
      {
        pluginMetadata,
        discovery: { getBaseUrl: async (id: string) => `${busUrl}/api/${id}` },
        auth: fakeAuth(pluginId),
        logger,
        lifecycle,
        rootLogger,
        config,
      },
      context,
    )) as EventsService;
    return { events, lifecycle, logger };
  };
  return { createPlugin, rootLogger };
}

export type BusRequest = { call: string; token: string | undefined; body: unknown };

/** A plugin `events` that keeps what it is asked, and answers as the test says. */
export async function serveBus(
  answer: (call: string, res: ServerResponse, req: IncomingMessage) => void,
) {
  const requests: BusRequest[] = [];
  const { url } = await serveLoopback(async (req, res) => {
    const body = req.method === 'GET' ? undefined : await json(req);
    const call = `${req.method} ${req.url?.replace('/api/events/bus/v1', '')}`;
    requests.push({ call, token: req.headers.authorization, body });
    answer(call, res, req);
  });
  return { url, requests, calls: () => requests.map(({ call }) => call) };
}

/** Answers with events. */
export function sendEvents(
  res: ServerResponse,
  events: Array<{ topic: string; payload: unknown }>,
) {
  return res.setHeader('content-type', 'application/json').end(JSON.stringify({ events }));
}

/** Sends a 202 whose body stays open until the returned function is called. */
export function openAnswer(res: ServerResponse, headers: Record<string, string> = {}): () => void {
  res.writeHead(202, headers).flushHeaders();
  return () => res.end();
}
