import type { ServiceHints } from '@stagewire/wiring';

/**
 * Who provides services that a backend of ours does not have, or has under another name; by the
 * release in which they came or went, as published plugins of many ages meet here.
 */
export const serviceHints: ServiceHints = {
  'core.tokenManager':
    'core.tokenManager went away with plugin API 1.0: take a version of the plugin that uses core.auth',
  'core.identity':
    'core.identity went away with plugin API 1.0: take a version of the plugin that uses core.httpAuth and core.userInfo',
  'core.featureDiscovery':
    'core.featureDiscovery went away with plugin API 1.3: add discoveryFeatureLoader to the backend instead',
  'core.pluginHttpRouter': 'use core.httpRouter',
  'core.dynamicplugins':
    'core.dynamicplugins comes with @backstage/backend-dynamic-feature-service: add its dynamicPluginsFeatureLoader',
  'alpha.core.rootSystemMetadata':
    'alpha.core.rootSystemMetadata became core.rootSystemMetadata with plugin API 1.10: take a newer version of the plugin',
};
