import type { BackendFeature, ServiceRef } from '@stagewire/plugin-api';
import type { ServiceRefShape } from '@stagewire/plugin-api/internal';
import { wiringErrors } from './errors.js';
import { Instances } from './instances.js';
import { ServiceRegistry } from './registry.js';
import { stopAll } from './stop.js';
import { Timeline } from './timeline.js';
import { asServiceFactory, describeFeature } from './validate.js';

/** Services without a backend around them: each is made when it is asked for. @public */
export interface ServiceContainer extends AsyncDisposable {
  /**
   * Gets a service, made on the first call: once, or once for each plugin.
   *
   * @param pluginId - whose service; of no meaning for one of scope `root`
   * @returns undefined when nobody provides it; an array of all for a multiton
   * @throws `E_SERVICE_CYCLE`, `E_SERVICE_FAILED` and whatever else keeps it from being made
   */
  get<TService>(
    ref: ServiceRef<TService, 'root' | 'plugin', 'singleton' | 'multiton'>,
    pluginId: string,
  ): Promise<unknown>;

  /** Runs the shutdown hooks of what was made, and disposes of it. All calls share one shutdown. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes services out of factories alone, for a test of one or a script that needs some.
 *
 * @param factories - of two for one service the later one counts; a multiton gets all of them
 * @throws `E_SERVICE_CYCLE` when some wait for each other, `E_SERVICE_RESERVED`, `E_FEATURE_INVALID`
 * @public
 */
export function createServiceContainer(factories: readonly BackendFeature[]): ServiceContainer {
  const registry = new ServiceRegistry([]);
  factories.forEach((feature, index) => {
    const factory = asServiceFactory(feature, describeFeature(feature, `factories[${index}]`));
    registry.set({ factory, source: 'default', origin: {} });
  });
  refuseCircles(registry);

  const instances = new Instances(registry, new Timeline());
  let stopped: Promise<void> | undefined;
  return {
    async get(service, pluginId) {
      const ref = service as unknown as ServiceRefShape;
      await registry.loadDefaults([ref]);
      refuseCircles(registry);
      const scope = ref.scope === 'root' ? instances.root : instances.scopeOf(pluginId);
      return (await instances.get(ref, scope))?.value;
    },
    [Symbol.asyncDispose]: () => (stopped ??= stopAll(instances)),
  };
}

/** Otherwise those on a circle would wait for each other for ever. */
function refuseCircles(registry: ServiceRegistry): void {
  const circles = registry.findCircles();
  if (circles.length > 0) throw wiringErrors.serviceCycle(circles);
}
