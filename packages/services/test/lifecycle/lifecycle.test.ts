import type { DrivenLifecycle, DrivenRootLifecycle } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { lifecycleServiceFactory } from '../../src/lifecycle/lifecycle-service-factory.js';
import { rootLifecycleServiceFactory } from '../../src/lifecycle/root-lifecycle-service-factory.js';
import { make, moment, recordingLogger } from '../http/harness.js';

const hook = () => {};

async function makeRoot() {
  const logger = recordingLogger();
  return {
    logger,
    lifecycle: await make<DrivenRootLifecycle>(rootLifecycleServiceFactory, { logger }),
  };
}

async function makePlugin() {
  const logger = recordingLogger();
  const pluginMetadata = { getId: () => 'a' };
  const lifecycle = await make<DrivenLifecycle>(lifecycleServiceFactory, {
    logger,
    pluginMetadata,
  });
  return { logger, lifecycle };
}

describe('the root lifecycle', () => {
  it('[LIFE-1] runs the hooks of each stage once, and lets a second call wait for them', async () => {
    const { lifecycle } = await makeRoot();
    const calls: string[] = [];
    const finished = moment();
    lifecycle.addStartupHook(() => {
      calls.push('startup');
      return finished.come;
    });
    lifecycle.addBeforeShutdownHook(() => void calls.push('before'));
    lifecycle.addShutdownHook(() => void calls.push('shutdown'));

    let secondDone = false;
    const first = lifecycle.startup();
    const second = lifecycle.startup().then(() => (secondDone = true));
    await Promise.resolve();
    expect(secondDone).toBe(false);
    finished.tell();
    await Promise.all([first, second]);
    await lifecycle.beforeShutdown();
    await lifecycle.beforeShutdown();
    await Promise.all([lifecycle.shutdown(), lifecycle.shutdown()]);

    expect(calls).toEqual(['startup', 'before', 'shutdown']);
  });

  it('[LIFE-2] runs hooks side by side, and logs those that fail without failing itself', async () => {
    const { lifecycle, logger } = await makeRoot();
    const own = recordingLogger();
    const second = moment();
    lifecycle.addStartupHook(() => second.come);
    lifecycle.addStartupHook(() => second.tell());
    lifecycle.addStartupHook(() => Promise.reject(new TypeError('late')));
    lifecycle.addStartupHook(
      () => {
        throw new Error('at once');
      },
      { logger: own },
    );
    lifecycle.addBeforeShutdownHook(() => {
      throw new Error('b');
    });
    lifecycle.addShutdownHook(() => {
      throw new Error('s');
    });

    await lifecycle.startup();
    await lifecycle.beforeShutdown();
    await lifecycle.shutdown();

    expect(logger.lines.map(({ level, message }) => `${level} ${message}`).sort()).toEqual([
      'debug Startup hook succeeded',
      'debug Startup hook succeeded',
      'error Before shutdown hook failed, Error: b',
      'error Shutdown hook failed, Error: s',
      'error Startup hook failed, TypeError: late',
    ]);
    expect(own.lines.map((line) => line.message)).toEqual(['Startup hook failed, Error: at once']);
  });

  it('[LIFE-3] [W7.8] refuses hooks that come late', async () => {
    const { lifecycle } = await makeRoot();

    void lifecycle.startup();
    expect(() => lifecycle.addStartupHook(hook)).toThrow(
      'Attempted to add startup hook after startup',
    );
    void lifecycle.beforeShutdown();
    expect(() => lifecycle.addBeforeShutdownHook(hook)).toThrow(
      'Attempt to add before shutdown hook after shutdown has started',
    );
    lifecycle.addShutdownHook(hook);
    void lifecycle.shutdown();
    expect(() => lifecycle.addShutdownHook(hook)).toThrow(
      'Attempted to add shutdown hook after shutdown',
    );
  });
});

describe('the lifecycle of a plugin', () => {
  it('[LIFE-1] [LIFE-2] runs its hooks once and tells failures in its own words', async () => {
    const { lifecycle, logger } = await makePlugin();
    const failure = new Error('no');
    let starts = 0;
    lifecycle.addStartupHook(() => {
      starts += 1;
      throw failure;
    });
    lifecycle.addShutdownHook(async () => {
      throw failure;
    });

    await lifecycle.startup();
    await lifecycle.startup();
    await lifecycle.shutdown();

    expect(starts).toBe(1);
    expect(logger.lines).toEqual([
      { level: 'error', message: 'Plugin startup hook failed, Error: no', fields: {} },
      { level: 'error', message: 'Plugin shutdown hook failed', meta: failure, fields: {} },
    ]);
  });

  it('[LIFE-3] refuses hooks that come late', async () => {
    const { lifecycle } = await makePlugin();

    await lifecycle.startup();
    await lifecycle.shutdown();

    expect(() => lifecycle.addStartupHook(() => {})).toThrow(
      'Attempted to add startup hook after startup',
    );
    expect(() => lifecycle.addShutdownHook(() => {})).toThrow(
      'Attempted to add shutdown hook after shutdown',
    );
  });
});
