import { createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { eventsServiceRef } from '@backstage/plugin-events-node';

const createListener = (pluginId, heard) =>
  createBackendPlugin({
    pluginId,
    register(env) {
      env.registerInit({
        deps: { events: eventsServiceRef },
        async init({ events }) {
          await events.subscribe({
            id: `${pluginId}-listener`,
            topics: ['todo.done'],
            onEvent: async ({ topic, eventPayload }) => void heard.push([topic, eventPayload]),
          });
        },
      });
    },
  });

describe('events', () => {
  it('reach a plugin of the backend', async () => {
    const heard = [];
    const events = mockServices.events();
    const factory = mockServices.events.mock({
      subscribe: (options) => events.subscribe(options),
    }).factory;
    await startTestBackend({ features: [createListener('reader', heard), factory] });

    await events.publish({ topic: 'todo.done', eventPayload: { id: 1 } });
    await events.publish({ topic: 'todo.other', eventPayload: { id: 2 } });

    expect(heard).toEqual([['todo.done', { id: 1 }]]);
  });

  it('are seen by a mock', async () => {
    const events = mockServices.events.mock();

    await startTestBackend({ features: [createListener('reader', []), events.factory] });

    expect(events.subscribe).toHaveBeenCalledTimes(1);
    expect(events.subscribe.mock.calls[0][0]).toMatchObject({
      id: 'reader-listener',
      topics: ['todo.done'],
    });
    expect(events.publish).not.toHaveBeenCalled();
  });
});
