import { coreServices } from '@stagewire/plugin-api';
import type { DrivenLifecycle, ServiceRefShape } from '@stagewire/plugin-api/internal';
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

async function stopPlugin(scope: Scope, instances: Instances): Promise<void> {
  const found = await instances.findMade(coreServices.lifecycle as ServiceRefShape, scope);
  await (found?.value as Partial<DrivenLifecycle> | undefined)?.shutdown?.();
}

type MaybeDisposable = Partial<AsyncDisposable & Disposable> | null | undefined;

/** Undoes a scope: whatever in it says that it can be disposed of, last made first. */
async function disposeScope(scope: Scope): Promise<void> {
  // After a failed start some may still be in the making.
  await Promise.allSettled(scope.instances.values());
  // A decorator may return what it was given.
  const made = new Set(scope.values.toReversed() as MaybeDisposable[]);
  scope.instances.clear();
  scope.made.clear();
  scope.values.length = 0;
  for (const instance of made) {
    try {
      await (instance?.[Symbol.asyncDispose]?.() ?? instance?.[Symbol.dispose]?.());
    } catch {
      // The others still have to go.
    }
  }
}
