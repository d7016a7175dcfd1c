import { BackendError } from '@stagewire/errors';

/** What can be wrong with an import. */
export const importErrors = {
  syntax: (message: string) =>
    new BackendError(
      'E_CHECK_SYNTAX',
      `this file cannot be parsed: ${message}`,
      'mend the code at that place',
    ),

  ownPlugin: (target: string, library: string) =>
    new BackendError(
      'E_CHECK_IMPORT_PLUGIN',
      `this module imports ${target}, the plugin that it extends`,
      `use the extension points and types in ${library}; move there what it lacks`,
    ),

  plugin: (target: string, library: string) =>
    new BackendError(
      'E_CHECK_IMPORT_PLUGIN',
      `imports ${target}, the code of another plugin`,
      `call that plugin over the wire, or share code through ${library}`,
    ),

  module: (target: string) =>
    new BackendError(
      'E_CHECK_IMPORT_MODULE',
      `imports ${target}, a module, which offers nothing but its feature`,
      'move what both need into a library',
    ),

  platform: (role: string, target: string, targetRole: string) =>
    new BackendError(
      'E_CHECK_IMPORT_PLATFORM',
      `a ${role} imports ${target}, a ${targetRole}: they run in different places`,
      'move what both need into a common-library, plugin-<id>-common',
    ),

  builtin: (specifier: string) =>
    new BackendError(
      'E_CHECK_COMMON_BUILTIN',
      `a common-library imports ${specifier}, which browsers do not have`,
      'move this code into a node-library, or take what it needs as a parameter',
    ),

  deep: (specifier: string, target: string, entries: readonly string[]) =>
    new BackendError(
      'E_CHECK_IMPORT_DEEP',
      `reaches into ${target}: ${specifier}`,
      `import what it exports: ${entries.join(', ')}`,
    ),

  leaves: (specifier: string, owner: string | undefined) =>
    new BackendError(
      'E_CHECK_IMPORT_LEAVES',
      `leaves its package: ${specifier}`,
      owner === undefined
        ? 'move the file into the package, or read it when the code runs'
        : `import ${owner} by its name, and declare it as a dependency`,
    ),
};
