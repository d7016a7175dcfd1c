import { coreServices } from '@stagewire/plugin-api';
import type { DrivenLifecycle, ServiceRefShape } from '@stagewire/plugin-api/internal';
import { isDrivenRootLifecycle } from './boot.js';
import type { Instances, Scope } from './instances.js';

/**
 * Stops what was started, in order: before-shutdown hooks, the plugins side by side, root shutdown
 * hooks, and at last everything that can be disposed of, in reverse order of its making.
 *
 * @remarks Services that nobody asked for are not made in order to be stopped.
 */
export async function stopAll(instances: Instances): Promise<void> {
  const root = await findRootLifecycle(instances);
  await root?.beforeShutdown();
  await Promise.allSettled(
    [...instances.pluginScopes()].map((scope) => stopPlugin(scope, instances)),
  );
  await root?.shutdown();
  for (const scope of [...instances.pluginScopes()].toReversed()) await disposeScope(scope);
  await disposeScope(instances.root);
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

/** Undoes a scope: whatever in it says that it can be disposed of, last made first. */
async function disposeScope(scope: Scope): Promise<void> {
  const instances = [...scope.instances.values()].toReversed();
  scope.instances.clear();
  for (const made of instances) {
    try {
      const instance = (await made) as Partial<AsyncDisposable & Disposable> | null | undefined;
      await (instance?.[Symbol.asyncDispose]?.() ?? instance?.[Symbol.dispose]?.());
    } catch {
      // Its making failed, which was told then; or its undoing did, and the others still have to go.
    }
  }
}
