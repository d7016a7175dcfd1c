import type { RootHealthService } from '@stagewire/plugin-api';
import type { DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { rootLifecycleServiceFactory } from '../../src/lifecycle/root-lifecycle-service-factory.js';
import { rootHealthServiceFactory } from '../../src/root-health/root-health-service-factory.js';
import { make, recordingLogger } from '../http/harness.js';

const OK = { status: 200, payload: { status: 'ok' } };
const STARTING = {
  status: 503,
  payload: { message: 'Backend has not started yet', status: 'error' },
};
const STOPPING = { status: 503, payload: { message: 'Backend is shutting down', status: 'error' } };

async function makeHealth() {
  const logger = recordingLogger();
  const lifecycle = await make<DrivenRootLifecycle>(rootLifecycleServiceFactory, { logger });
  return {
    lifecycle,
    health: await make<RootHealthService>(rootHealthServiceFactory, { lifecycle }),
  };
}

describe('the root health', () => {
  it('[HEALTH-1] is always alive', async () => {
    const { lifecycle, health } = await makeHealth();

    expect(await health.getLiveness()).toEqual(OK);
    await lifecycle.beforeShutdown();
    expect(await health.getLiveness()).toEqual(OK);
  });

  it('[HEALTH-2] is ready from the startup hooks to the before-shutdown hooks', async () => {
    const { lifecycle, health } = await makeHealth();

    expect(await health.getReadiness()).toEqual(STARTING);
    await lifecycle.startup();
    expect(await health.getReadiness()).toEqual(OK);
    await lifecycle.beforeShutdown();
    expect(await health.getReadiness()).toEqual(STOPPING);
  });

  it('[HEALTH-2] does not become ready when it is stopped while it starts', async () => {
    const { lifecycle, health } = await makeHealth();

    await lifecycle.beforeShutdown();
    await lifecycle.startup();

    expect(await health.getReadiness()).toEqual(STOPPING);
  });
});
