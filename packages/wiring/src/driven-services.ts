import type { Config } from '@stagewire/config';
import { coreServices } from '@stagewire/plugin-api';
import type {
  DrivenLifecycle,
  DrivenRootLifecycle,
  ServiceRefShape,
} from '@stagewire/plugin-api/internal';
import { wiringErrors } from './errors.js';
import type { Instances, Scope } from './instances.js';

/** A root service that the wiring can do without. */
export async function getRoot<T>(
  ref: { id: string },
  instances: Instances,
): Promise<T | undefined> {
  const found = await instances.get(ref as ServiceRefShape, instances.root);
  // A falsy one counts as missing: the ecosystem's rule.
  return (found?.value || undefined) as T | undefined;
}

/** Reads the configuration as far as there is a service for it. */
export function getConfig(instances: Instances): Promise<Config | undefined> {
  return getRoot<Config>(coreServices.rootConfig, instances);
}

/** The root lifecycle, with what a backend calls on it. @throws `E_LIFECYCLE_UNUSABLE` */
export async function getRootLifecycle(instances: Instances): Promise<DrivenRootLifecycle> {
  const lifecycle = await getRoot<DrivenRootLifecycle>(coreServices.rootLifecycle, instances);
  if (!isDrivenRootLifecycle(lifecycle))
    throw unusable('root', coreServices.rootLifecycle, instances);
  return lifecycle;
}

/** Tells whether a lifecycle offers all that a backend calls on it. */
export function isDrivenRootLifecycle(lifecycle: unknown): lifecycle is DrivenRootLifecycle {
  const methods = lifecycle as Partial<DrivenRootLifecycle> | null | undefined;
  return (
    typeof methods?.startup === 'function' &&
    typeof methods.shutdown === 'function' &&
    typeof methods.beforeShutdown === 'function'
  );
}

/** The lifecycle of a plugin, with what a backend calls on it. @throws `E_LIFECYCLE_UNUSABLE` */
export async function getLifecycle(scope: Scope, instances: Instances): Promise<DrivenLifecycle> {
  const found = await instances.get(coreServices.lifecycle as ServiceRefShape, scope);
  const lifecycle = found?.value as Partial<DrivenLifecycle> | null | undefined;
  if (typeof lifecycle?.startup !== 'function' || typeof lifecycle.shutdown !== 'function') {
    throw unusable('plugin', coreServices.lifecycle, instances);
  }
  return lifecycle as DrivenLifecycle;
}

function unusable(
  scope: 'root' | 'plugin',
  { id }: { id: string },
  { registry }: Instances,
): Error {
  const origins = registry.culprits(({ service }) => service.id === id);
  return wiringErrors.lifecycleUnusable(scope, origins);
}
