import { NotFoundError } from '@stagewire/errors';
import { actionsServiceRef, type ActionsService } from '@stagewire/plugin-api/alpha';
import { actionsServiceFactory } from '@stagewire/services/alpha';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';
import type { FakeActionsRegistry } from './actions-registry.js';

/** What can be called. @public */
export type FakeActionsOptions = {
  /** Those of the plugins. `@default` none */
  registries?: readonly FakeActionsRegistry[];
};

/**
 * `alpha.core.actions` that calls the actions of fake registries, without HTTP. In a backend, it is
 * the real one unless registries are given: it asks the plugins on `backend.actions.pluginSources`.
 */
export const fakeActions = defineFake({
  service: actionsServiceRef,
  create({ registries = [] }: FakeActionsOptions = {}): ActionsService {
    const list: ActionsService['list'] = async ({ credentials }) => {
      const lists = await Promise.all(registries.map((each) => each.list({ credentials })));
      return { actions: lists.flatMap(({ actions }) => actions) };
    };
    return {
      list,
      async invoke(call) {
        for (const registry of registries) {
          const { actions } = await registry.list();
          if (actions.some(({ id }) => id === call.id)) return registry.invoke(call);
        }
        throw new NotFoundError(`Action "${call.id}" not found`);
      },
    };
  },
  factory: (options) => (options?.registries ? undefined : actionsServiceFactory),
  mock: () => ({
    list: mockFunction(),
    invoke: mockFunction(),
  }),
});
