import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  coreServices,
  createBackendFeatureLoader,
  createBackendModule,
  createBackendPlugin,
  createExtensionPoint,
  createServiceFactory,
  createServiceRef,
  decorateService,
  type BackendFeature,
  type BackendPluginRegistrationPoints,
  type ServiceRef,
} from '@stagewire/plugin-api';

/** What a plugin or module registers here; nothing of it has to be right. */
export type Parts = {
  deps?: object;
  init?: (deps: never) => unknown;
  /** Ids of extension points. */
  provides?: string[];
};

export function plugin(pluginId: string, parts: Parts = {}): BackendFeature {
  return createBackendPlugin({ pluginId, register: (reg) => register(reg, parts) });
}

export function module(pluginId: string, moduleId: string, parts: Parts = {}): BackendFeature {
  return createBackendModule({ pluginId, moduleId, register: (reg) => register(reg, parts) });
}

function register(
  reg: BackendPluginRegistrationPoints,
  { deps = {}, init = () => {}, provides = [] }: Parts,
): void {
  for (const id of provides) reg.registerExtensionPoint(point(id), {});
  reg.registerInit({
    deps: deps as Record<string, ServiceRef<unknown>>,
    init: async (resolved) => void (await init(resolved as never)),
  });
}

/** Plugin 'todo' with a `register` of its own. */
export function registering(
  ownRegister: (reg: BackendPluginRegistrationPoints) => void,
): BackendFeature {
  return createBackendPlugin({ pluginId: 'todo', register: ownRegister });
}

/** What `registerInit` takes. */
export const nothing = { deps: {}, init: async () => {} };

export const ref = (id: string, scope: 'root' | 'plugin' = 'plugin') =>
  createServiceRef<object>({ id, scope } as never) as ServiceRef<object>;

export const point = (id: string) => createExtensionPoint<object>({ id });

export const factory = (
  service: ServiceRef<object>,
  deps: object = {},
  make: () => unknown = () => ({}),
) => createServiceFactory({ service, deps, factory: make } as never) as BackendFeature;

/** A decorator that changes nothing, but for what it is told. */
export const decorating = (service: ServiceRef<any>, options: object = {}) =>
  decorateService({
    service,
    decorate: (inner: unknown) => inner,
    ...options,
  } as never) as BackendFeature;

export const loader = (run: () => unknown, deps: object = {}) =>
  createBackendFeatureLoader({ deps: deps as never, loader: run as never });

/** A ref that brings a factory with these deps. */
export const withDefault = (id: string, deps: () => object): ServiceRef<object> =>
  createServiceRef<object>({
    id,
    defaultFactory: async (service) =>
      createServiceFactory({ service, deps: deps() as never, factory: () => ({}) }),
  });

/** A feature made without a plugin API. */
export const feature = (fields: object) => ({
  $$type: '@backstage/BackendFeature',
  version: 'v1',
  ...fields,
});

/** Plugin 'todo', registered without a plugin API, as these fields say. */
export const registration = (fields: object) =>
  feature({
    getRegistrations: () => [
      {
        type: 'plugin-v1.1',
        pluginId: 'todo',
        extensionPoints: [],
        init: { deps: {}, func: async () => {} },
        ...fields,
      },
    ],
  });

/** Two services that need each other. */
export function henAndEgg(scope: 'root' | 'plugin'): BackendFeature[] {
  const [hen, egg] = [ref('acme.hen', scope), ref('acme.egg', scope)];
  return [factory(hen, { egg }), factory(egg, { hen })];
}

/** A factory of a mail service that does as told. */
export const mailThat = (make: () => unknown) => factory(ref('acme.mail'), {}, make);

/** The rest of a plugin that uses the mail service. */
export const needsMail: Parts = { deps: { mail: ref('acme.mail') } };

/** Takes HTTP away, so that nothing keeps the process running. */
export const withoutHttp = () =>
  factory(coreServices.rootHttpRouter as never, {}, () => ({ use() {} }));

/** Throws; nothing else. */
export const failing = (message: string) => (): never => {
  throw new Error(message);
};

/** Never settles. */
export const endless = () => new Promise<never>(() => {});

/** Imports a file of an installed package, or what such a file would do while it loads. */
export const importing = (what: string | (() => BackendFeature)): Promise<unknown> =>
  typeof what === 'string'
    ? import(pathToFileURL(resolve('node_modules', what)).href)
    : Promise.resolve().then(what);

/** A package as they were published years ago, with a plugin that needs one service. */
export function oldPlugin(serviceId: string): Record<string, string> {
  const folder = 'node_modules/@acme/plugin-old-backend';
  return {
    [`${folder}/package.json`]: '{ "name": "@acme/plugin-old-backend", "version": "0.9.0" }',
    [`${folder}/index.cjs`]: `
      const service = {
        $$type: '@backstage/ServiceRef',
        id: '${serviceId}',
        scope: 'plugin',
        toString: () => 'serviceRef{${serviceId}}',
      };
      const init = { deps: { service }, func: async () => {} };
      exports.default = {
        $$type: '@backstage/BackendFeature',
        version: 'v1',
        getRegistrations: () => [{ type: 'plugin', pluginId: 'old', extensionPoints: [], init }],
      };
    `,
  };
}
