import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import {
  coreServices,
  createBackendPlugin,
  eventsServiceRef,
  type ServiceFactory,
} from '@stagewire/plugin-api';
import { actionsServiceRef } from '@stagewire/plugin-api/alpha';
import * as services from '@stagewire/services';
import { createSpecializedBackend } from '@stagewire/wiring';
import { mockCredentials, mockServices } from '../src/index.js';

/** Every backend brings these by itself. */
const BROUGHT = ['core.pluginMetadata', 'core.rootInstanceMetadata'];

const factories = Object.values(mockServices)
  .map((fake) => (fake.factory as () => ServiceFactory)())
  .filter(({ service }) => !BROUGHT.includes(service.id));

describe('mockServices', () => {
  it('has a fake for every built-in service', () => {
    const builtIn = Object.values(services)
      .filter((value) => 'service' in value)
      .map(({ service }) => service.id)
      // An old name of `core.rootInstanceMetadata`, and made of it alone.
      .filter((id) => id !== 'core.instanceMetadata');

    expect(factories.map(({ service }) => service.id).toSorted()).toEqual(builtIn.toSorted());
  });

  it('has one contract for each, which the fake and the real one keep', () => {
    const folder = new URL('services/', import.meta.url);
    const named = readdirSync(folder)
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => readFileSync(new URL(file, folder), 'utf8'))
      .flatMap((text) => [...text.matchAll(/^describeBoth(?:<.*>)?\(\s*'(\w+)'/gm)])
      .map(([, name]) => name);

    expect(named.toSorted()).toEqual(Object.keys(mockServices).toSorted());
  });

  it.each(Object.entries(mockServices))('gives the factory of the service: %s', (name, fake) => {
    const made = (fake as () => object)() as { factory: ServiceFactory };

    expect(made.factory.service.id.split('.').at(-1)).toBe(name === 'events' ? 'service' : name);
    expect(Object.keys(made)).not.toContain('factory');
  });
});

describe('a backend whose services are all fakes', () => {
  it('starts, serves, and finds its own port', async () => {
    const logger = mockServices.rootLogger();
    const backend = createSpecializedBackend({ defaultServiceFactories: factories });
    const ran: string[] = [];
    let url = '';
    backend.add(logger.factory);
    backend.add(
      createBackendPlugin({
        pluginId: 'todo',
        register(reg) {
          reg.registerInit({
            deps: {
              database: coreServices.database,
              discovery: coreServices.discovery,
              events: eventsServiceRef,
              actions: actionsServiceRef,
              httpAuth: coreServices.httpAuth,
              httpRouter: coreServices.httpRouter,
              scheduler: coreServices.scheduler,
              logger: coreServices.logger,
            },
            async init({ database, discovery, events, httpAuth, httpRouter, scheduler, ...rest }) {
              const client = await database.getClient();
              const [row] = await client.select(client.raw('1 + 1 as two'));
              await events.subscribe({
                id: 'all',
                topics: ['todo'],
                onEvent: async ({ eventPayload }) => void ran.push(String(eventPayload)),
              });
              await scheduler.scheduleTask({
                id: 'refresh',
                frequency: { minutes: 5 },
                timeout: { minutes: 1 },
                fn: () => events.publish({ topic: 'todo', eventPayload: `task ${row.two}` }),
              });
              httpRouter.use(async (req, res) => {
                res.json((await httpAuth.credentials(req)).principal);
              });
              url = await discovery.getBaseUrl('todo');
              rest.logger.info('ready');
            },
          });
        },
      }),
    );

    await backend.start();
    try {
      const answers = await Promise.all(
        [undefined, mockCredentials.none.header(), mockCredentials.service.header()].map(
          (authorization) => fetch(url, { headers: authorization ? { authorization } : {} }),
        ),
      );
      await turn();

      expect(answers.map(({ status }) => status)).toEqual([200, 401, 200]);
      expect(await answers[0]!.json()).toEqual(mockCredentials.user().principal);
      expect(ran).toEqual(['task 2']);
      expect(logger.lines).toContainEqual({
        level: 'info',
        message: 'ready',
        fields: { plugin: 'todo' },
      });
    } finally {
      await backend.stop();
    }
  });
});
