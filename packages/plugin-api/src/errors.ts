import { BackendError, explain, type ExplainedError } from '@stagewire/errors';

/**
 * Every refusal of the plugin API, each with what a person needs to find the place.
 *
 * @remarks
 * Where the ecosystem has an error for it, that one is thrown: a plain Error with that message, to
 * which code and fix are added.
 */
export const pluginApiErrors = {
  invalidPluginId: (pluginId: string, rule: string) =>
    explained(
      'E_PLUGIN_ID_INVALID',
      `Invalid pluginId '${pluginId}', must match the pattern ${rule}`,
      'give the plugin an id such as user-settings',
    ),

  invalidModuleId: (moduleId: string, pluginId: string, rule: string) =>
    explained(
      'E_MODULE_ID_INVALID',
      `Invalid moduleId '${moduleId}' for plugin '${pluginId}', must match the pattern ${rule}`,
      'give the module an id such as github-source',
    ),

  registeredAfterInit: (method: 'registerExtensionPoint' | 'registerConnection', owner: string) =>
    explained(
      'E_REGISTER_AFTER_INIT',
      `${method} called after registerInit`,
      `in the register function of ${owner}, move this call above registerInit`,
    ),

  initRegisteredTwice: (owner: string) =>
    explained(
      'E_REGISTER_INIT_TWICE',
      'registerInit must only be called once',
      `in the register function of ${owner}, make one registerInit of them, with the deps of all`,
    ),

  initNotRegistered: (name: string, owner: string) =>
    explained(
      'E_REGISTER_INIT_MISSING',
      `registerInit was not called by register in ${name}`,
      `in the register function of ${owner}, call registerInit({ deps, init }), and not from async code: register is over when it returns`,
    ),

  duplicateConnection: (type: string, place: string) =>
    explained(
      'E_CONNECTION_DECLARED_TWICE',
      `Duplicate connection registration for type '${type}' in ${place}`,
      'declare each connection type once',
    ),

  connectionsNotSupported: (type: string) =>
    new BackendError(
      'E_CONNECTIONS_NOT_SUPPORTED',
      `Cannot declare a connection of type '${type}': the plugin or module was created by a plugin API that does not know connections`,
      'create it with a plugin API that does, or update the one it uses',
    ),

  loaderResultNotIterable: (received: string, description: string) =>
    new BackendError(
      'E_LOADER_RESULT_INVALID',
      `The loader returned ${received}, expected features to iterate over`,
      `return an array of features from the loader ${description}, or make it a generator that yields them`,
    ),

  invalidLoaderItem: (item: unknown, description: string) =>
    explained(
      'E_LOADER_ITEM_INVALID',
      `Invalid item "${String(item)}"`,
      `from the loader ${description}, return features, or modules whose default export is one, such as import('@acme/plugin-todo-backend')`,
    ),

  decoratorEmpty: (id: string) =>
    new BackendError(
      'E_DECORATOR_EMPTY',
      `The decorator of service '${id}' returned nothing`,
      'return what takes the place of the inner instance from decorate(): the members that change, or inner itself',
    ),

  decoratorUnsupported: (id: string) =>
    new BackendError(
      'E_DECORATOR_UNSUPPORTED',
      `This backend does not know decorators, and leaves service '${id}' as it is`,
      `run it with createBackend from @stagewire/backend, or leave the decorator out and add a whole factory for '${id}'`,
    ),

  packageNotFound: (name: string, lookedFrom: string[], cause: unknown) =>
    new BackendError(
      'E_PACKAGE_NOT_FOUND',
      `Package '${name}' was not found from ${lookedFrom.join(' or ')}`,
      `install ${name}, or start the backend in a folder from which it can be found`,
      { cause },
    ),

  packagePathOverriddenTwice: (name: string) =>
    explained(
      'E_PACKAGE_PATH_OVERRIDDEN',
      `Tried to override resolution for '${name}' more than once for package '${name}'`,
      'call restore() on the first override, for example after each test',
    ),

  invalidScheduleScope: (scope: string) =>
    explained(
      'E_SCHEDULE_SCOPE_INVALID',
      `Only "global" or "local" are allowed for TaskScheduleDefinition.scope, but got: ${scope}`,
      'set the scope of the schedule to global or local, or leave it out, which is global',
    ),
};

function explained(code: string, problem: string, fix: string): ExplainedError {
  return explain(new Error(problem), code, fix);
}
