/**
 * Names an extension point: what a plugin lets its modules customise.
 *
 * @remarks
 * Like service refs, extension points are matched by `id` alone.
 *
 * @public
 */
export type ExtensionPoint<T> = {
  id: string;

  /** The type of the extension point, for `typeof extensionPoint.T`. At run time this is `null`. */
  T: T;

  toString(): string;

  $$type: '@backstage/ExtensionPoint';
};

/** What {@link createExtensionPoint} is told. @public */
export interface CreateExtensionPointOptions {
  /** Unique in a backend; by custom `<pluginId>.<name>`, such as `catalog.processing`. */
  id: string;
}

/** What the factory of an extension point is given, for each module anew. @public */
export interface ExtensionPointFactoryContext {
  /**
   * Tells that what this module added made the plugin fail. The module is reported as failed, and
   * the plugin goes on. Has an effect until the `init` of the plugin has ended.
   */
  reportModuleStartupFailure(options: { error: Error }): void;
}

/**
 * Makes the ref of an extension point. It belongs in the plugin's `-node` package, where modules
 * can import it without importing the plugin.
 *
 * @example
 * ```ts
 * export const todoSourcesExtensionPoint = createExtensionPoint<TodoSourcesExtensionPoint>({
 *   id: 'todo.sources',
 * });
 * ```
 *
 * @public
 */
export function createExtensionPoint<T>(options: CreateExtensionPointOptions): ExtensionPoint<T> {
  const { id } = options;
  return {
    $$type: '@backstage/ExtensionPoint',
    id,
    T: null as T, // carries a type only
    toString: () => `extensionPoint{${id}}`,
  };
}
