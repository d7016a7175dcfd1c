import { BackendError } from '@stagewire/errors';

/** What can be wrong with what a backend is put together from, as far as its code tells. */
export const backendErrors = {
  moduleOrphan: (module: string, pluginId: string, plugin: string | undefined) =>
    new BackendError(
      'E_MODULE_ORPHAN',
      `${module} extends the plugin ${pluginId}, which this backend does not add`,
      plugin === undefined
        ? `add the plugin ${pluginId}, or leave the module out`
        : `write backend.add(import('${plugin}')), or leave the module out`,
    ),

  featureUnused: (name: string, role: string, program: string) =>
    new BackendError(
      'E_CHECK_FEATURE_UNUSED',
      `no backend of this repository adds ${name}, a ${role}`,
      `write backend.add(import('${name}')) in ${program}`,
    ),
};
