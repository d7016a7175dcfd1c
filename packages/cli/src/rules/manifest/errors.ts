import { BackendError } from '@stagewire/errors';

/** What can be wrong with a package.json. */
export const manifestErrors = {
  roleMissing: (name: string, role: string) =>
    new BackendError(
      'E_CHECK_ROLE_MISSING',
      `${name} does not say what kind of package it is`,
      `write "backstage": { "role": "${role}" }, if that is what it is`,
    ),

  roleUnknown: (role: unknown, nearest: string | undefined, known: readonly string[]) =>
    new BackendError(
      'E_CHECK_ROLE_UNKNOWN',
      `there is no role ${JSON.stringify(role)}`,
      nearest === undefined ? `write one of ${known.join(', ')}` : `write "${nearest}"`,
    ),

  roleName: (name: string, role: string, expected: string) =>
    new BackendError(
      'E_CHECK_ROLE_NAME',
      `${name} has the role ${role}, but the name of a ${expected}`,
      `make the role "${expected}", or rename the package: ${NAMES[role] ?? 'not plugin-…'}`,
    ),

  pluginIdMissing: (name: string, pluginId: string | undefined) =>
    new BackendError(
      'E_CHECK_PLUGIN_ID_MISSING',
      `${name} does not say which plugin it belongs to`,
      `write "pluginId": "${pluginId ?? '<id>'}" in the "backstage" block of its package.json`,
    ),

  pluginIdName: (name: string, pluginId: string, named: string) =>
    new BackendError(
      'E_CHECK_PLUGIN_ID_NAME',
      `${name} belongs to the plugin ${pluginId}, but its name says ${named}`,
      `make "pluginId" "${named}", or put ${pluginId} in the place of ${named} in the name`,
    ),

  pluginPackageMissing: (name: string, plugin: string | undefined) =>
    new BackendError(
      'E_CHECK_PLUGIN_PACKAGE',
      `the module ${name} does not say which package it extends`,
      `write "pluginPackage": "${plugin ?? '<the package of the plugin>'}" in its "backstage" block`,
    ),

  pluginPackageWrong: (target: string, reason: string, plugin: string | undefined) =>
    new BackendError(
      'E_CHECK_PLUGIN_PACKAGE',
      `the module extends ${target}, which is ${reason}`,
      `name the package of its plugin${plugin === undefined ? '' : `: "${plugin}"`}`,
    ),

  pluginPackagesMissing: (pluginId: string, expected: readonly string[]) =>
    new BackendError(
      'E_CHECK_PLUGIN_PACKAGES',
      `there is no list of the packages of the plugin ${pluginId}`,
      `write "pluginPackages": ${JSON.stringify(expected)} in the "backstage" block`,
    ),

  pluginPackagesWrong: (pluginId: string, problem: string, expected: readonly string[]) =>
    new BackendError(
      'E_CHECK_PLUGIN_PACKAGES',
      `the list of the packages of the plugin ${pluginId} ${problem}`,
      `write the same in all of them: ${JSON.stringify(expected)}`,
    ),

  pluginPackagesOfModule: (name: string) =>
    new BackendError(
      'E_CHECK_PLUGIN_PACKAGES',
      `the module ${name} has a list of packages, which only plugins and their libraries have`,
      'remove "pluginPackages", and name the plugin in "pluginPackage"',
    ),

  manifestNotExported: (name: string) =>
    new BackendError(
      'E_CHECK_MANIFEST_EXPORT',
      `${name} does not export its package.json, so feature discovery passes it over`,
      'add "./package.json": "./package.json" to "exports"',
    ),

  entryMissing: (name: string, field: string, target: string) =>
    new BackendError(
      'E_CHECK_ENTRY_MISSING',
      `${field} of ${name} names ${target}, which is not there`,
      'name a file that is there, or make it',
    ),
};

const NAMES: Readonly<Record<string, string>> = {
  'backend-plugin': 'plugin-<id>-backend',
  'backend-plugin-module': 'plugin-<id>-backend-module-<moduleId>',
  'frontend-plugin': 'plugin-<id>',
  'frontend-plugin-module': 'plugin-<id>-module-<moduleId>',
  'node-library': 'plugin-<id>-node',
  'common-library': 'plugin-<id>-common',
  'web-library': 'plugin-<id>-react',
};
