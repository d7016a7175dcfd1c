import { NotFoundError } from '@stagewire/errors';
import type { JsonObject, JsonValue } from '@stagewire/config';
import type {
  BackstageCredentials,
  LoggerService,
  PermissionsRegistryService,
} from '@stagewire/plugin-api';
import {
  actionsRegistryServiceRef,
  type ActionsRegistryService,
  type ActionsServiceAction,
} from '@stagewire/plugin-api/alpha';
import {
  actionsRegistryServiceFactory,
  invokeAction,
  PluginActionsRegistry,
} from '@stagewire/services/alpha';
import { defineFake } from '../fake.js';
import { mockCredentials } from '../mock-credentials.js';
import { mockFunction } from '../mock-function.js';
import { fakeLogger } from './logger.js';
import { fakePermissionsRegistry } from './permissions-registry.js';

/** Whose actions they are. @public */
export type FakeActionsRegistryOptions = {
  /** `@default` `'test'` */
  pluginId?: string;
  /** Given to actions. `@default` a fake one */
  logger?: LoggerService;
  /** Gets the permissions that actions come with. `@default` a fake one */
  permissionsRegistry?: PermissionsRegistryService;
};

/** A registry whose actions can be called at once. @public */
export interface FakeActionsRegistry extends ActionsRegistryService {
  /** All actions, whoever asks. */
  list(options?: { credentials?: BackstageCredentials }): Promise<{
    actions: ActionsServiceAction[];
  }>;

  /**
   * Runs an action; input, secrets and output are held to its schemas.
   *
   * @throws NotFoundError, or InputError for what does not fit the schemas
   */
  invoke(options: {
    id: string;
    input?: JsonObject;
    secrets?: JsonObject;
    /** `@default` `mockCredentials.none()` */
    credentials?: BackstageCredentials;
  }): Promise<{ output: JsonValue }>;
}

/**
 * `alpha.core.actionsRegistry`: the real one, without routes, filters and visibility: everybody may
 * call everything. In a backend it has all of that.
 */
export const fakeActionsRegistry = defineFake({
  service: actionsRegistryServiceRef,
  create: (options: FakeActionsRegistryOptions = {}): FakeActionsRegistry =>
    createRegistry(options),
  factory: () => actionsRegistryServiceFactory,
  mock: () => ({
    register: mockFunction(),
  }),
});

function createRegistry(options: FakeActionsRegistryOptions): FakeActionsRegistry {
  const { pluginId = 'test', logger = fakeLogger() } = options;
  const { permissionsRegistry = fakePermissionsRegistry({ pluginId }) } = options;
  const registry = new PluginActionsRegistry({ pluginId, permissionsRegistry });
  return {
    register: registry.register,
    list: async () => ({
      actions: await Promise.all(registry.list().map((action) => action.describe())),
    }),
    async invoke({ id, input = {}, secrets, credentials = mockCredentials.none() }) {
      const action = registry.find(id);
      if (!action) throw new NotFoundError(`Action "${id}" not found`);
      const { output } = await invokeAction(action, { input, secrets, credentials, logger });
      return { output: output as JsonValue };
    },
  };
}
