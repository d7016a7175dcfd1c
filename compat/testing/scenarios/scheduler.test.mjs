import { coreServices, createBackendPlugin } from '@backstage/backend-plugin-api';
import { mockServices, startTestBackend } from '@backstage/backend-test-utils';

const createRefresher = (ran, schedules) =>
  createBackendPlugin({
    pluginId: 'refresher',
    register(env) {
      env.registerInit({
        deps: { scheduler: coreServices.scheduler },
        async init({ scheduler }) {
          for (const [id, schedule] of Object.entries(schedules)) {
            await scheduler.scheduleTask({
              id,
              timeout: { minutes: 1 },
              ...schedule,
              fn: async () => void ran.push(id),
            });
          }
        },
      });
    },
  });

const schedules = {
  often: { frequency: { minutes: 5 } },
  late: { frequency: { minutes: 5 }, initialDelay: { minutes: 1 } },
  byHand: { frequency: { trigger: 'manual' } },
};

describe('scheduled tasks', () => {
  it('run once when their plugin has started', async () => {
    const ran = [];

    await startTestBackend({ features: [createRefresher(ran, schedules)] });

    expect(ran).toEqual(['often']);
  });

  it('run as the options of the factory say', async () => {
    const all = [];
    const none = [];

    await startTestBackend({
      features: [
        createRefresher(all, schedules),
        mockServices.scheduler.factory({
          includeManualTasksOnStartup: true,
          includeInitialDelayedTasksOnStartup: true,
        }),
      ],
    });
    await startTestBackend({
      features: [
        createRefresher(none, schedules),
        mockServices.scheduler.factory({ skipTaskRunOnStartup: true }),
      ],
    });

    expect(all.toSorted()).toEqual(['byHand', 'late', 'often']);
    expect(none).toEqual([]);
  });

  it('run when a test triggers them', async () => {
    const ran = [];
    const scheduler = mockServices.scheduler();
    await scheduler.scheduleTask({
      id: 'refresh',
      frequency: { trigger: 'manual' },
      timeout: { minutes: 1 },
      fn: async () => void ran.push('refresh'),
    });

    await scheduler.triggerTask('refresh');

    expect(ran).toEqual(['refresh']);
    await expect(scheduler.triggerTask('unknown')).rejects.toThrow(/unknown/);
  });

  it('are seen by a mock', async () => {
    const scheduler = mockServices.scheduler.mock();

    await startTestBackend({
      features: [createRefresher([], { often: schedules.often }), scheduler.factory],
    });

    expect(scheduler.scheduleTask).toHaveBeenCalledTimes(1);
    expect(scheduler.scheduleTask).toHaveBeenCalledWith(
      expect.objectContaining({ id: 'often', frequency: { minutes: 5 } }),
    );
  });
});
