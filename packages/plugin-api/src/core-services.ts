import { createServiceRef } from './create-service-ref.js';
import type { AuditorService } from './services/auditor.js';
import type { AuthService } from './services/auth.js';
import type { CacheService } from './services/cache.js';
import type { DatabaseService } from './services/database.js';
import type { DiscoveryService } from './services/discovery.js';
import type { HttpAuthService } from './services/http-auth.js';
import type { HttpRouterService } from './services/http-router.js';
import type { LifecycleService, RootLifecycleService } from './services/lifecycle.js';
import type { LoggerService, RootLoggerService } from './services/logger.js';
import type { PermissionsRegistryService } from './services/permissions-registry.js';
import type { PermissionsService } from './services/permissions.js';
import type { PluginMetadataService } from './services/plugin-metadata.js';
import type { RootConfigService } from './services/root-config.js';
import type { RootHealthService } from './services/root-health.js';
import type { RootHttpRouterService } from './services/root-http-router.js';
import type { RootInstanceMetadataService } from './services/root-instance-metadata.js';
import type { RootSystemMetadataService } from './services/root-system-metadata.js';
import type { SchedulerService } from './services/scheduler.js';
import type { UrlReaderService } from './services/url-reader.js';
import type { UserInfoService } from './services/user-info.js';

/**
 * The services that every backend has. The ids are those of the ecosystem, so plugins of either
 * plugin API mean the same services by them.
 *
 * @example
 * ```ts
 * reg.registerInit({
 *   deps: { logger: coreServices.logger },
 *   async init({ logger }) {
 *     logger.info('Hello');
 *   },
 * });
 * ```
 *
 * @public
 */
export const coreServices = {
  /** Keeps the record of who did what. */
  auditor: pluginService<AuditorService>('auditor'),
  /** Verifies and issues tokens. */
  auth: pluginService<AuthService>('auth'),
  /** Keeps values for a while. */
  cache: pluginService<CacheService>('cache'),
  /** The database of the plugin. */
  database: pluginService<DatabaseService>('database'),
  /** Where other plugins can be reached. */
  discovery: pluginService<DiscoveryService>('discovery'),
  /** Who makes an HTTP request. */
  httpAuth: pluginService<HttpAuthService>('httpAuth'),
  /** The HTTP routes of the plugin. */
  httpRouter: pluginService<HttpRouterService>('httpRouter'),
  /** Runs things when the plugin has started and when it stops. */
  lifecycle: pluginService<LifecycleService>('lifecycle'),
  /** The log of the plugin. */
  logger: pluginService<LoggerService>('logger'),
  /** Decides what somebody may do. */
  permissions: pluginService<PermissionsService>('permissions'),
  /** The permissions that the plugin offers. */
  permissionsRegistry: pluginService<PermissionsRegistryService>('permissionsRegistry'),
  /** The id of the plugin. Built in: it cannot be replaced. */
  pluginMetadata: pluginService<PluginMetadataService>('pluginMetadata'),
  /** The configuration. */
  rootConfig: rootService<RootConfigService>('rootConfig'),
  /** Whether the backend is alive and ready. */
  rootHealth: rootService<RootHealthService>('rootHealth'),
  /** HTTP routes outside of plugins. */
  rootHttpRouter: rootService<RootHttpRouterService>('rootHttpRouter'),
  /** What is installed in this backend. Built in: it cannot be replaced. */
  rootInstanceMetadata: rootService<RootInstanceMetadataService>('rootInstanceMetadata'),
  /** Runs things when the backend has started and when it stops. */
  rootLifecycle: rootService<RootLifecycleService>('rootLifecycle'),
  /** The log of the backend itself. */
  rootLogger: rootService<RootLoggerService>('rootLogger'),
  /** What is installed in the whole system. */
  rootSystemMetadata: rootService<RootSystemMetadataService>('rootSystemMetadata'),
  /** Runs recurring tasks. */
  scheduler: pluginService<SchedulerService>('scheduler'),
  /** Reads files from source code hosts and web servers. */
  urlReader: pluginService<UrlReaderService>('urlReader'),
  /** Looks up users. */
  userInfo: pluginService<UserInfoService>('userInfo'),
};

function pluginService<TService>(name: string) {
  return createServiceRef<TService>({ id: `core.${name}`, scope: 'plugin' });
}

function rootService<TService>(name: string) {
  return createServiceRef<TService>({ id: `core.${name}`, scope: 'root' });
}
