/**
 * Anything that can be given to a backend: a plugin, a module, a service factory or a feature
 * loader.
 *
 * @remarks
 * What is inside is between the plugin API that made it and the backend that runs it. Features are
 * recognised by their data, never by class, so those of another version or another copy of the
 * plugin API are as good as one's own.
 *
 * @public
 */
export interface BackendFeature {
  $$type: '@backstage/BackendFeature';
}
