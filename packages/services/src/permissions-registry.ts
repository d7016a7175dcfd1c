export { permissionsRegistryServiceFactory } from './permissions-registry/permissions-registry-service-factory.js';
export { PluginPermissionsRegistry } from './permissions-registry/plugin-permissions-registry.js';
export { RegisteredPermissions } from './permissions-registry/registered-permissions.js';
