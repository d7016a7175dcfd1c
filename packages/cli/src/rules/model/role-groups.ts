import type { Role } from '../../repository/roles.js';

/** Packages that are features: what backends and apps are put together from. */
export const isFeature = (role: Role | undefined): boolean => isPlugin(role) || isModule(role);

/** Packages that are the plugin itself. */
export const isPlugin = (role: Role | undefined): boolean =>
  role === 'backend-plugin' || role === 'frontend-plugin';

/** Packages that extend somebody's plugin. */
export const isModule = (role: Role | undefined): boolean =>
  role === 'backend-plugin-module' || role === 'frontend-plugin-module';

/** Packages that features share code through. */
export const isLibrary = (role: Role | undefined): boolean =>
  role === 'node-library' || role === 'common-library' || role === 'web-library';
