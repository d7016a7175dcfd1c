import { BackendError } from '@stagewire/errors';

/** What can be wrong with the features that a package creates. */
export const featureErrors = {
  pluginId: (pluginId: string) =>
    new BackendError(
      'E_PLUGIN_ID_INVALID',
      `'${pluginId}' is no good id for a plugin`,
      'use letters, digits and dashes, beginning with a letter, such as user-settings',
    ),

  moduleId: (moduleId: string) =>
    new BackendError(
      'E_MODULE_ID_INVALID',
      `'${moduleId}' is no good id for a module`,
      'use letters, digits and dashes, beginning with a letter, such as github-source',
    ),

  pluginIdDiffers: (coded: string, written: string, isSlipOfManifest: boolean) =>
    new BackendError(
      'E_CHECK_PLUGIN_ID_DIFFERS',
      `the code is for the plugin ${coded}, the package.json says ${written}`,
      isSlipOfManifest ? `make it "pluginId": "${coded}"` : `make it pluginId: '${written}'`,
    ),

  severalPlugins: (pluginIds: readonly string[]) =>
    new BackendError(
      'E_CHECK_MODULE_SEVERAL_PLUGINS',
      `this package has modules for several plugins: ${pluginIds.join(', ')}`,
      'make a package for each: a module is published and added for one plugin',
    ),

  severalModules: (moduleIds: readonly string[]) =>
    new BackendError(
      'E_CHECK_MODULE_SEVERAL',
      `this package has several modules: ${moduleIds.join(', ')}`,
      'make a package for each, or export one createBackendFeatureLoader that returns all of them',
    ),

  noDefault: (name: string, feature: string | undefined) =>
    new BackendError(
      'E_CHECK_DEFAULT_EXPORT',
      `${name} has no default export, which is what backends add`,
      feature === undefined
        ? 'create a feature with createBackendPlugin or createBackendModule, and export it as default'
        : `write: export { ${feature} as default } from '…'`,
    ),

  defaultIsNoFeature: (name: string, what: string) =>
    new BackendError(
      'E_CHECK_DEFAULT_EXPORT',
      `the default export of ${name} is ${what}, and no feature`,
      'export what createBackendPlugin or createBackendModule returned as default',
    ),

  defaultIsOther: (name: string, role: string, kind: string, expected: string) =>
    new BackendError(
      'E_CHECK_FEATURE_KIND',
      `${name} has the role ${role}, but its default export is a ${kind}`,
      `export a ${expected} as default, or change the role`,
    ),

  extensionPointPlace: (name: string, library: string) =>
    new BackendError(
      'E_CHECK_EXTENSION_POINT_PLACE',
      `${name} is exported from the package of the plugin, which modules must not import`,
      `move it to ${library}, and import it from there in both`,
    ),

  extensionPointForeign: (name: string, owner: string, pluginId: string) =>
    new BackendError(
      'E_CHECK_EXTENSION_POINT_FOREIGN',
      `this module extends ${pluginId}, but uses ${name}, of the plugin ${owner}`,
      `make a module of ${owner} for this part, or call that plugin over the wire`,
    ),

  exportName: (name: string, kind: string, expected: string) =>
    new BackendError(
      'E_CHECK_EXPORT_NAME',
      `the ${kind} is exported as ${name}`,
      `name it ${expected}, as importers expect`,
    ),

  moduleRoute: (path: string, moduleId: string) =>
    new BackendError(
      'E_CHECK_MODULE_ROUTE',
      `this module answers at ${path}, where its plugin or another module may answer, too`,
      `use /modules/${moduleId}${path === '/' ? '' : path}`,
    ),
};
