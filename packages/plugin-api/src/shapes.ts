/** A service ref as it travels; refs are matched by `id` only. */
export type ServiceRefShape = {
  $$type: '@backstage/ServiceRef';
  id: string;
  scope: 'plugin' | 'root';
  multiton?: boolean;
  toString(): string;
  __defaultFactory?: (ref: ServiceRefShape) => Promise<unknown>;
};

/** An extension point ref as it travels. */
export type ExtensionPointShape = {
  $$type: '@backstage/ExtensionPoint';
  id: string;
  toString(): string;
};

/** Anything a plugin or module may name in its deps. */
export type DependencyShape = ServiceRefShape | ExtensionPointShape;

type FeatureBase = {
  $$type: '@backstage/BackendFeature';
  version: 'v1';
};

/** One plugin or several, and modules, behind one feature. */
export type RegistrationsShape = FeatureBase & {
  featureType?: 'registrations';
  getRegistrations(): Registration[];
};

/** A service factory. */
export type ServiceFactoryShape = FeatureBase & {
  featureType?: 'service';
  service: ServiceRefShape;
  initialization?: 'always' | 'lazy';
  deps: Record<string, ServiceRefShape>;
  factory(deps: Record<string, unknown>, context: unknown): Promise<unknown>;
  createRootContext?(deps: Record<string, unknown>): Promise<unknown>;
};

/**
 * On the `factory` of a service factory that this plugin API made: the author's own function, which may
 * return the service itself and may throw. It is on the function, so that whoever wraps that function
 * is not passed by.
 */
export const AUTHORS_FACTORY: unique symbol = Symbol.for('@stagewire/authors-factory');

/** A feature loader. */
export type FeatureLoaderShape = FeatureBase & {
  featureType: 'loader';
  description: string;
  deps?: Record<string, ServiceRefShape>;
  loader(deps: Record<string, unknown>): Promise<unknown>;
};

/** What wraps the instances of a service that others provide. */
export type ServiceDecoratorShape = {
  service: ServiceRefShape;
  /** Ids of the plugins that it is for; without it, all. */
  plugins?: readonly string[];
  deps: Record<string, ServiceRefShape>;
  decorate(inner: unknown, deps: Record<string, unknown>): Promise<unknown>;
};

/** A decorator as it travels: a feature loader to all who do not know decorators. */
export type ServiceDecoratorFeatureShape = FeatureLoaderShape & {
  decorator: ServiceDecoratorShape;
};

/** Every kind of feature. */
export type FeatureShape =
  | RegistrationsShape
  | ServiceFactoryShape
  | FeatureLoaderShape
  | ServiceDecoratorFeatureShape;

/** What a plugin or module runs, and what for. */
export type InitRegistration = {
  deps: Record<string, DependencyShape>;
  func(deps: Record<string, unknown>): Promise<void>;
};

/** An extension point with what makes its implementation for one module (the v1.1 form). */
export type ExtensionPointRegistration = {
  extensionPoint: ExtensionPointShape;
  factory(context: { reportModuleStartupFailure(options: { error: Error }): void }): unknown;
};

/** A declared use of a connection type. */
export type ConnectionDeclaration = {
  type: string;
  required?: boolean;
  description?: string;
};

/** A plugin as it registers itself; v1 forms come from plugin APIs before 1.8. */
export type PluginRegistration =
  | {
      type: 'plugin';
      pluginId: string;
      extensionPoints: Array<readonly [ExtensionPointShape, unknown]>;
      init: InitRegistration;
    }
  | {
      type: 'plugin-v1.1';
      pluginId: string;
      extensionPoints: ExtensionPointRegistration[];
      connections?: ConnectionDeclaration[];
      init: InitRegistration;
    };

/** A module as it registers itself. */
export type ModuleRegistration =
  | {
      type: 'module';
      pluginId: string;
      moduleId: string;
      extensionPoints: Array<readonly [ExtensionPointShape, unknown]>;
      init: InitRegistration;
    }
  | {
      type: 'module-v1.1';
      pluginId: string;
      moduleId: string;
      extensionPoints: ExtensionPointRegistration[];
      connections?: ConnectionDeclaration[];
      init: InitRegistration;
    };

/** A plugin's or a module's registration. */
export type Registration = PluginRegistration | ModuleRegistration;

/** Wraps or replaces the implementation of an extension point before a module gets it. */
export type ExtensionPointFactoryMiddlewareShape = {
  $$type: '@backstage/ExtensionPointFactoryMiddleware';
  version: 'v1';
  extensionPointId: string;
  middleware(original: unknown): Promise<unknown>;
};

/**
 * Where a feature was made, kept on it by this plugin API so that a diagnostic can name the
 * package. Features of other plugin APIs do not have it.
 */
export const FEATURE_ORIGIN: unique symbol = Symbol.for('@stagewire/feature-origin');

/** The file and line that called `createBackend…`. */
export type FeatureOriginHint = {
  file: string;
  line: number;
  /** The other files that had a part in it, such as the one that called a function of `file`. */
  via?: string[];
};
