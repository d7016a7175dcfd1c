import {
  ConflictError,
  ForwardedError,
  InputError,
  explain,
  toError,
  type ExplainedError,
} from '@stagewire/errors';
import { adviseOnMissingFile } from './feature-advice.js';
import { formatOrigin, type Origin } from './origin.js';

const told = (origins: Origin[]) => origins.map(formatOrigin).join(' and ');
const quoted = (ids: string[]) => ids.map((id) => `'${id}'`).join(', ');

/**
 * Every refusal of the wiring. The names and messages are those that the ecosystem knows; the codes
 * and fixes are ours. A check holds this list and docs/errors.md equal.
 */
export const wiringErrors = {
  featureInvalid: (path: string, expected: string, received: string, fix: string) =>
    explain(
      new InputError(
        `Invalid backend feature at ${path}, expected ${expected}, received ${received}`,
      ),
      'E_FEATURE_INVALID',
      fix,
    ),

  addedAfterStart: () =>
    explain(
      new Error('feature can not be added after the backend has started'),
      'E_ADD_AFTER_START',
      'call backend.add() before backend.start(), or return the feature from a feature loader',
    ),

  alreadyStarted: () =>
    explain(
      new Error('Backend has already started'),
      'E_ALREADY_STARTED',
      'call start() once and share its promise; make a second backend for a second start',
    ),

  alreadyStopped: () =>
    explain(
      new Error('Backend has already stopped'),
      'E_ALREADY_STOPPED',
      'make a new backend with createBackend(): a stopped one cannot be started again',
    ),

  notStarted: () =>
    explain(
      new Error('A backend that does not run cannot be replaced in part'),
      'E_NOT_STARTED',
      'call start() of the hosted backend and wait until it has resolved, before replaceWith()',
    ),

  notReplaceable: () =>
    explain(
      new Error('The next backend was not handed to a host by this copy of the wiring'),
      'E_NOT_REPLACEABLE',
      'give replaceWith() what the host got from the start() of a second backend; if the program has another copy of @stagewire/wiring now, start it anew',
    ),

  replacementSlow: (pluginId: string, limit: number, waiting: string[]) =>
    explain(
      new Error(
        `The new version of plugin '${pluginId}' has not started within ${limit} ms: ${waiting.join('; ') || 'nothing is known of what it waits for'}`,
      ),
      'E_REPLACEMENT_SLOW',
      'mend what it waits for, or give it longer with the option startLimit of replaceWith(), in milliseconds',
    ),

  preparationSlow: (limit: number, waiting: string[]) =>
    explain(
      new Error(
        `The next backend has not told its features within ${limit} ms: ${waiting.join('; ')}`,
      ),
      'E_REPLACEMENT_SLOW',
      'mend what it waits for, or give it longer with the option startLimit of replaceWith(), in milliseconds',
    ),

  formerSlow: (pluginId: string, limit: number) =>
    explain(
      new Error(`The former version of plugin '${pluginId}' has not stopped within ${limit} ms`),
      'E_FORMER_SLOW',
      'look at its shutdown hooks and at what it still had in progress: nothing waits for them any longer',
    ),

  serviceDuplicate: (ids: string[], origins: Origin[]) =>
    explain(
      new Error(`Duplicate service implementations provided for ${ids.join(', ')}`),
      'E_SERVICE_DUPLICATE',
      origins.length > 1
        ? `keep one of these factories: ${told(origins)}`
        : 'leave one of the factories for this service out',
    ),

  serviceBuiltIn: (id: string) =>
    explain(
      new Error(`Duplicate service implementations provided for ${id}`),
      'E_SERVICE_DUPLICATE',
      'leave this factory out: every backend provides the service itself, as it alone knows the plugins',
    ),

  serviceDuplicateInLoaders: (id: string, later: string, earlier: string) =>
    explain(
      new Error(
        `Duplicate service implementations provided for ${id} by both feature loader ${later} and feature loader ${earlier}`,
      ),
      'E_SERVICE_DUPLICATE',
      `let one feature loader return the factory, or settle it with backend.add(): a factory for ${id} added directly wins`,
    ),

  serviceReserved: (id: string) =>
    explain(
      new Error(`The ${id} service cannot be overridden`),
      'E_SERVICE_RESERVED',
      'leave this factory out: every backend provides the service itself, as it alone knows the plugins',
    ),

  decoratorReserved: (id: string) =>
    explain(
      new Error(`The ${id} service cannot be decorated`),
      'E_SERVICE_RESERVED',
      'leave this decorator out: every backend provides the service itself, as it alone knows the plugins',
    ),

  decoratorMultiton: (id: string) =>
    explain(
      new Error(`The ${id} service cannot be decorated: any number of factories provide it`),
      'E_DECORATOR_MULTITON',
      `wrap what one of these factories returns, or decorate the service that uses ${id}`,
    ),

  decoratorOfPlugins: (id: string, plugins: readonly string[]) =>
    explain(
      new Error(
        `The decorator of root service ${id} is for ${plugins.map((plugin) => `plugin '${plugin}'`).join(' and ') || 'no plugin'}: a root service belongs to no plugin`,
      ),
      'E_DECORATOR_PLUGINS',
      `leave 'plugins' out of decorateService, or decorate the plugin scoped sibling (logger for rootLogger)`,
    ),

  decoratorTooLate: (id: string, origin: Origin) =>
    explain(
      new Error(`Unable to decorate service ${id}, it has already been instantiated`),
      'E_SERVICE_TOO_LATE',
      `a feature loader used ${id} before this decorator was known: add the decorator with backend.add() (${formatOrigin(origin)})`,
    ),

  decoratorIdle: (id: string, fix: string) =>
    explain(
      new Error(`There is no service '${id}' to decorate: nobody provides it`),
      'E_DECORATOR_IDLE',
      fix,
    ),

  decoratorOrphan: (id: string, pluginId: string, fix: string) =>
    explain(
      new Error(
        `The decorator of service '${id}' is for plugin '${pluginId}', which is not in this backend`,
      ),
      'E_DECORATOR_ORPHAN',
      fix,
    ),

  decoratorFailed: (id: string, scope: string, error: unknown) =>
    forward(
      `Failed to decorate service '${id}' for '${scope}', ${errorText(error)}`,
      error,
      'E_DECORATOR_FAILED',
      `mend decorate() of the decorator of '${id}', or leave the decorator out`,
    ),

  serviceTooLate: (id: string, origin: Origin) =>
    explain(
      new Error(
        `Unable to set service factory with id ${id}, service has already been instantiated`,
      ),
      'E_SERVICE_TOO_LATE',
      `a feature loader used ${id} before this factory was known: add the factory with backend.add() (${formatOrigin(origin)})`,
    ),

  serviceDefaultFailed: (id: string, error: unknown) =>
    explain(
      new Error(
        `Failed to instantiate service '${id}' because the default factory loader threw an error, ${errorText(error)}`,
        { cause: error },
      ),
      'E_SERVICE_DEFAULT_FACTORY',
      `mend the defaultFactory of the service ref '${id}', or add a factory for it with backend.add()`,
    ),

  serviceScope: (id: string, dependency: string) =>
    explain(
      new Error(
        `Failed to instantiate 'root' scoped service '${id}' because it depends on 'plugin' scoped service '${dependency}'.`,
      ),
      'E_SERVICE_SCOPE',
      `make '${id}' plugin scoped, or let it depend on root scoped services only: a root service belongs to no plugin`,
    ),

  serviceDependencyMissing: (id: string, pluginId: string, missing: string[], fix: string) =>
    explain(
      new Error(
        `Failed to instantiate service '${id}' for '${pluginId}' because the following dependent services are missing: ${quoted(missing)}`,
      ),
      'E_SERVICE_MISSING',
      fix,
    ),

  serviceFailed: (id: string, pluginId: string, error: unknown) =>
    forward(
      `Failed to instantiate service '${id}' for '${pluginId}' because the factory function threw an error, ${errorText(error)}`,
      error,
      'E_SERVICE_FAILED',
      `mend what the factory of '${id}' tells above, or replace the factory with backend.add()`,
    ),

  serviceContextFailed: (id: string, error: unknown) =>
    forward(
      `Failed to instantiate service '${id}' because createRootContext threw an error, ${errorText(error)}`,
      error,
      'E_SERVICE_FAILED',
      `mend what createRootContext of '${id}' tells above, or replace the factory with backend.add()`,
    ),

  serviceCycle: (cycles: string[][], decorated: string[] = []) =>
    explain(
      new ConflictError(
        `Circular dependencies detected:${cycles.map((cycle) => `\n  ${cycle.map((id) => `'${id}'`).join(' -> ')}`).join('')}`,
      ),
      'E_SERVICE_CYCLE',
      decorated.length > 0
        ? `the decorator of ${quoted(decorated)} may not need what needs ${quoted(decorated)} itself: drop that dep (decorate() is given the inner instance), or depend on something below it, such as rootLogger in the place of logger`
        : 'drop one of these deps, or move what both need into a third service',
    ),

  serviceFalsy: (message: string, ids: string[], origins: Origin[]) =>
    explain(
      new Error(message),
      'E_SERVICE_FALSY',
      `the factory of ${quoted(ids)}${origins.length > 0 ? ` (${told(origins)})` : ''} returned nothing (undefined, null, 0, '' or false): return the service from it`,
    ),

  extensionPointDuplicate: (id: string, origins: Origin[]) =>
    explain(
      new Error(`ExtensionPoint with ID '${id}' is already registered`),
      'E_EXTENSION_POINT_DUPLICATE',
      `give one of them another id (ids are shared by the whole backend): ${told(origins)}`,
    ),

  pluginDuplicate: (pluginId: string, origins: Origin[]) =>
    explain(
      new Error(`Plugin '${pluginId}' is already registered`),
      'E_PLUGIN_DUPLICATE',
      `add this plugin once; it came from ${told(origins)}`,
    ),

  moduleDuplicate: (pluginId: string, moduleId: string, origins: Origin[]) =>
    explain(
      new Error(`Module '${moduleId}' for plugin '${pluginId}' is already registered`),
      'E_MODULE_DUPLICATE',
      `add this module once; it came from ${told(origins)}`,
    ),

  moduleOrphan: (pluginId: string, moduleId: string) =>
    explain(
      new Error(
        `Module '${moduleId}' does nothing, because its plugin '${pluginId}' is not in this backend`,
      ),
      'E_MODULE_ORPHAN',
      `add plugin '${pluginId}' to this backend, or leave the module out of it: a module is deployed together with its plugin`,
    ),

  moduleReportedEarly: (pluginId: string, moduleId: string) =>
    explain(
      new Error(
        `Failed to amend module result for nonexistent module '${moduleId}' in plugin '${pluginId}'`,
      ),
      'E_MODULE_REPORTED_EARLY',
      `call reportModuleStartupFailure in init of plugin '${pluginId}', when its modules are done; what module '${moduleId}' calls itself should throw instead`,
    ),

  registrationType: (type: unknown) =>
    explain(
      new Error(`Invalid registration type '${String(type)}'`),
      'E_REGISTRATION_TYPE',
      "update the backend, or take an older version of the package: the feature was made by a plugin API that this backend does not know (it knows the types 'plugin', 'module', 'plugin-v1.1' and 'module-v1.1')",
    ),

  extensionPointForeign: (moduleId: string, pluginId: string, id: string, owner: string) =>
    explain(
      new Error(
        `Illegal dependency: Module '${moduleId}' for plugin '${pluginId}' attempted to depend on extension point '${id}' for plugin '${owner}'. Extension points can only be used within their plugin's scope.`,
      ),
      'E_EXTENSION_POINT_FOREIGN',
      `make a module of plugin '${owner}' for this part, or call plugin '${owner}' over the wire`,
    ),

  extensionPointOutsideModule: (id: string) =>
    explain(
      new Error(`Rejected dependency on extension point ${id} from outside of a module`),
      'E_EXTENSION_POINT_OUTSIDE_MODULE',
      'only modules depend on extension points: move this part into a module of the plugin that provides it',
    ),

  dependencyMissing: (unit: string, refs: string[], fix: string) =>
    explain(
      new Error(
        `Service or extension point dependencies of ${unit} are missing for the following ref(s): ${refs.join(', ')}`,
      ),
      'E_DEPENDENCY_MISSING',
      fix,
    ),

  moduleCycle: (pluginId: string, cycle: string[]) =>
    explain(
      new ConflictError(
        `Circular dependency detected for modules of plugin '${pluginId}', ${cycle.map((id) => `'${id}'`).join(' -> ')}`,
      ),
      'E_MODULE_CYCLE',
      'a module that provides an extension point starts after all that use it: move one of these extension points into a module of its own',
    ),

  loaderScope: (name: string, scope: string, loader: string) =>
    explain(
      new Error(
        `Feature loaders can only depend on root scoped services, but '${name}' is scoped to '${scope}'. Offending loader is ${loader}`,
      ),
      'E_LOADER_SCOPE',
      `take '${name}' out of the deps of this loader, or use its root scoped sibling (rootLogger for logger)`,
    ),

  loaderDependencyMissing: (refs: string[], loader: string) =>
    explain(
      new Error(
        `No service available for the following ref(s): ${refs.join(', ')}, depended on by feature loader ${loader}`,
      ),
      'E_LOADER_MISSING',
      'add a factory for this service with backend.add(); what feature loaders return later comes too late for them',
    ),

  loaderFailed: (loader: string, error: unknown) =>
    explain(
      new ForwardedError(`Feature loader ${loader} failed`, toError(error)),
      'E_LOADER_FAILED',
      adviseOnMissingFile(error) ?? 'mend what the loader threw, told behind "caused by"',
    ),

  lifecycleUnusable: (scope: 'root' | 'plugin', origins: Origin[] = []) => {
    const [id, methods] =
      scope === 'root'
        ? ['core.rootLifecycle', 'startup(), beforeShutdown() and shutdown()']
        : ['core.lifecycle', 'startup() and shutdown()'];
    const whose = origins.length > 0 ? ` (${told(origins)})` : '';
    return explain(
      new Error(`Unexpected ${scope} lifecycle service implementation`),
      'E_LIFECYCLE_UNUSABLE',
      `let the factory for ${id}${whose} return a service that also has ${methods}, which the backend calls; or leave it out: createBackend() brings one`,
    );
  },

  middlewareType: (expected: string, received: unknown) =>
    explain(
      new TypeError(`Invalid opaque type, expected '${expected}', but got '${String(received)}'`),
      'E_MIDDLEWARE_INVALID',
      'give extensionPointFactoryMiddleware what createExtensionPointFactoryMiddleware() returned',
    ),

  middlewareVersion: (received: unknown) =>
    explain(
      new TypeError(
        `Invalid opaque type instance, got version ${typeof received === 'string' ? `'${received}'` : String(received)}, expected 'v1'`,
      ),
      'E_MIDDLEWARE_INVALID',
      'give extensionPointFactoryMiddleware what createExtensionPointFactoryMiddleware() returned',
    ),

  connectionUndeclared: (type: string) =>
    explain(
      new InputError(
        `Plugin attempted to look up an undeclared connection of type "${type}". Declare it during register() with declareConnection(reg, { type: "${type}" }).`,
      ),
      'E_CONNECTION_UNDECLARED',
      `call declareConnection(reg, { type: "${type}" }) in register(), before registerInit`,
    ),

  startupUnexpected: (error: unknown) =>
    explain(
      new ForwardedError('Unexpected uncaught backend startup error', error),
      'E_STARTUP_UNEXPECTED',
      'this is a fault of a service that the backend itself drives: read what follows "caused by"',
    ),

  startupInterrupted: (waiting: string[]) =>
    explain(
      new Error(
        `Backend was told to stop while it was starting, and these did not come to an end: ${waiting.join('; ')}`,
      ),
      'E_STARTUP_INTERRUPTED',
      'look what it waits for there, such as a host that does not answer: a stop waits some seconds for a start, and no longer',
    ),

  startupStalled: (waiting: string[]) =>
    explain(
      new Error(
        `Backend startup can never finish: nothing is left that could wake it, and these still wait: ${waiting.join('; ')}`,
      ),
      'E_STARTUP_STALLED',
      'look for a promise in that init function or factory that nobody resolves',
    ),
};

/** `<Name>: <message>`, also of error-like objects, whose own text would be `[object Object]`. */
export function errorText(error: unknown): string {
  const known = toError(error);
  const { name, message } = known;
  return known instanceof Error ? String(known) : `${name}: ${message}`;
}

/** Adds a message to an error; where the inner one tells a fix, that fix is the one to follow. */
function forward(message: string, error: unknown, code: string, fix: string): ExplainedError {
  const cause = toError(error) as Partial<ExplainedError>;
  return explain(new Error(message, { cause: error }), code, cause.code ? (cause.fix ?? fix) : fix);
}
