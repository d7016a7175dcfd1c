import type { LifecycleService } from '@stagewire/plugin-api';

/** A lifecycle that the test drives by hand; it stops once. */
export function fakeLifecycle(): LifecycleService & {
  startup(): Promise<void>;
  shutdown(): Promise<void>;
} {
  const startupHooks: Array<() => unknown> = [];
  const shutdownHooks: Array<() => unknown> = [];
  let started = false;
  let stopped: Promise<void> | undefined;
  return {
    addStartupHook(hook) {
      if (started) throw new Error('Attempted to add startup hook after startup');
      startupHooks.push(hook);
    },
    addShutdownHook: (hook) => void shutdownHooks.push(hook),
    async startup() {
      started = true;
      await Promise.all(startupHooks.map((hook) => hook()));
    },
    shutdown() {
      stopped ??= Promise.all(shutdownHooks.map((hook) => hook())).then(() => {});
      return stopped;
    },
  };
}
