import { coreServices } from '@stagewire/plugin-api';
import type { DrivenLifecycle, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { disposeOf } from './dispose.js';
import { isDrivenRootLifecycle } from './driven-services.js';
import type { Instances, Scope } from './instances.js';

/**
 * Stops what was started, in order: before-shutdown hooks, the plugins side by side, root shutdown
 * hooks, and at last everything that can be disposed of, in reverse order of its making.
 *
 * @remarks
 * Services that nobody asked for are not made in order to be stopped. A root lifecycle that fails
 * keeps nothing else from being stopped; what it threw is thrown at the end.
 */
export async function stopAll(instances: Instances): Promise<void> {
  const root = await findRootLifecycle(instances);
  const scopes = [...instances.pluginScopes()];
  try {
    await root?.beforeShutdown();
  } finally {
    await Promise.allSettled(scopes.map((scope) => stopPlugin(scope, instances)));
    try {
      await root?.shutdown();
    } finally {
      for (const scope of scopes.toReversed()) await disposeScope(scope);
      await disposeScope(instances.root);
    }
  }
}

async function findRootLifecycle(instances: Instances) {
  const found = await instances.findMade(
    coreServices.rootLifecycle as ServiceRefShape,
    instances.root,
  );
  return isDrivenRootLifecycle(found?.value) ? found.value : undefined;
}

/**
 * Stops one plugin of a backend that goes on: its shutdown hooks, then its instances. Never rejects.
 *
 * @param waitsFor - `made`: what is still in the making is not waited for, and disposed of once it
 *   is made
 */
export async function stopScope(
  scope: Scope,
  instances: Instances,
  waitsFor: 'all' | 'made' = 'all',
): Promise<void> {
  await stopPlugin(scope, instances).catch(() => {});
  await disposeScope(scope, waitsFor);
}

async function stopPlugin(scope: Scope, instances: Instances): Promise<void> {
  const found = await instances.findMade(coreServices.lifecycle as ServiceRefShape, scope);
  await (found?.value as Partial<DrivenLifecycle> | undefined)?.shutdown?.();
}

/**
 * Undoes a scope: whatever in it says that it can be disposed of, last made first.
 *
 * @param waitsFor - `all`: also for what is in the making; `made`: what is made later goes then
 */
async function disposeScope(scope: Scope, waitsFor: 'all' | 'made' = 'all'): Promise<void> {
  // After a failed start some may still be in the making.
  if (waitsFor === 'all') await Promise.allSettled(scope.instances.values());
  scope.isClosed = true;
  // A decorator may return what it was given.
  const made = new Set(scope.values.toReversed());
  scope.instances.clear();
  scope.views.clear();
  scope.values.length = 0;
  for (const instance of made) await disposeOf(instance);
}
