import type { InstanceOfRef } from './create-service-factory.js';
import type { ExtensionPoint, ExtensionPointFactoryContext } from './create-extension-point.js';
import type { ServiceRef } from './create-service-ref.js';

/** What `init` gets for its deps. */
type DepsToInstances<
  TDeps extends { [name in string]: ServiceRef<unknown> | ExtensionPoint<unknown> },
> = {
  [name in keyof TDeps]: InstanceOfRef<TDeps[name]>;
};

/**
 * What a plugin can say about itself while it registers.
 *
 * @remarks
 * `registerInit` comes last and exactly once; extension points are registered before it.
 *
 * @public
 */
export interface BackendPluginRegistrationPoints {
  /** Provides an extension point with one implementation that all modules share. */
  registerExtensionPoint<TExtensionPoint>(
    ref: ExtensionPoint<TExtensionPoint>,
    impl: TExtensionPoint,
  ): void;

  /** Provides an extension point with an implementation of its own for each module. */
  registerExtensionPoint<TExtensionPoint>(options: {
    extensionPoint: ExtensionPoint<TExtensionPoint>;
    factory: (context: ExtensionPointFactoryContext) => TExtensionPoint;
  }): void;

  /**
   * Tells which services the plugin needs, and what it does with them at start.
   *
   * @remarks
   * `init` runs after all modules of the plugin; the plugin counts as started when it resolves.
   */
  registerInit<TDeps extends { [name in string]: ServiceRef<unknown> }>(options: {
    deps: TDeps;
    init(deps: DepsToInstances<TDeps>): Promise<void>;
  }): void;
}

/**
 * What a module can say about itself while it registers.
 *
 * @remarks
 * `registerInit` comes last and exactly once; extension points are registered before it.
 *
 * @public
 */
export interface BackendModuleRegistrationPoints {
  /** Provides an extension point with one implementation that all modules share. */
  registerExtensionPoint<TExtensionPoint>(
    ref: ExtensionPoint<TExtensionPoint>,
    impl: TExtensionPoint,
  ): void;

  /** Provides an extension point with an implementation of its own for each module. */
  registerExtensionPoint<TExtensionPoint>(options: {
    extensionPoint: ExtensionPoint<TExtensionPoint>;
    factory: (context: ExtensionPointFactoryContext) => TExtensionPoint;
  }): void;

  /**
   * Tells which services of the plugin and which of its extension points the module needs, and
   * what it does with them at start.
   *
   * @remarks
   * `init` runs before the `init` of the plugin.
   */
  registerInit<
    TDeps extends { [name in string]: ServiceRef<unknown> | ExtensionPoint<unknown> },
  >(options: {
    deps: TDeps;
    init(deps: DepsToInstances<TDeps>): Promise<void>;
  }): void;
}
