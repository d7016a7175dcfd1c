/**
 * Everything that a plugin, module or service author imports.
 *
 * @packageDocumentation
 */
export type { BackendFeature } from './backend-feature.js';
export { coreServices } from './core-services.js';
export {
  createBackendFeatureLoader,
  type CreateBackendFeatureLoaderOptions,
} from './create-backend-feature-loader.js';
export { createBackendModule, type CreateBackendModuleOptions } from './create-backend-module.js';
export { createBackendPlugin, type CreateBackendPluginOptions } from './create-backend-plugin.js';
export {
  createExtensionPointFactoryMiddleware,
  type CreateExtensionPointFactoryMiddlewareOptions,
  type ExtensionPointFactoryMiddleware,
} from './create-extension-point-factory-middleware.js';
export {
  createExtensionPoint,
  type CreateExtensionPointOptions,
  type ExtensionPoint,
  type ExtensionPointFactoryContext,
} from './create-extension-point.js';
export {
  createServiceFactory,
  type PluginServiceFactoryOptions,
  type RootServiceFactoryOptions,
  type ServiceFactory,
} from './create-service-factory.js';
export { createServiceRef, type ServiceRef, type ServiceRefOptions } from './create-service-ref.js';
export {
  decorateService,
  type DecoratedService,
  type DecoratePluginServiceOptions,
  type DecorateRootServiceOptions,
} from './decorate-service.js';
export { declareConnection, type ConnectionRegistration } from './declare-connection.js';
export { isDatabaseConflictError } from './is-database-conflict-error.js';
export { resolvePackagePath } from './package-path.js';
export { readSchedulerServiceTaskScheduleDefinitionFromConfig } from './read-schedule.js';
export type {
  BackendModuleRegistrationPoints,
  BackendPluginRegistrationPoints,
} from './registration-points.js';
export { isChildPath, resolveSafeChildPath } from './safe-child-path.js';
export type {
  AuditorService,
  AuditorServiceCreateEventOptions,
  AuditorServiceEvent,
  AuditorServiceEventSeverityLevel,
} from './services/auditor.js';
export type {
  AuthService,
  BackstageCredentials,
  BackstageNonePrincipal,
  BackstagePrincipalAccessRestrictions,
  BackstagePrincipalTypes,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
} from './services/auth.js';
export type {
  CacheService,
  CacheServiceOptions,
  CacheServiceSetOptions,
} from './services/cache.js';
export {
  connectionsServiceRef,
  type Connection,
  type ConnectionAuth,
  type ConnectionAuthMethod,
  type ConnectionInfo,
  type ConnectionsService,
  type ConnectionType,
  type ConnectionTypes,
} from './services/connections.js';
export type { DatabaseService } from './services/database.js';
export type { DiscoveryService } from './services/discovery.js';
export {
  eventsServiceRef,
  type EventParams,
  type EventsService,
  type EventsServiceEventHandler,
  type EventsServiceSubscribeOptions,
} from './services/events.js';
export {
  externalTokenHandlersServiceRef,
  type ExternalTokenHandler,
} from './services/external-token-handlers.js';
export type { HttpAuthService } from './services/http-auth.js';
export type { HttpRouterService, HttpRouterServiceAuthPolicy } from './services/http-router.js';
export type {
  LifecycleService,
  LifecycleServiceShutdownHook,
  LifecycleServiceShutdownOptions,
  LifecycleServiceStartupHook,
  LifecycleServiceStartupOptions,
  RootLifecycleService,
} from './services/lifecycle.js';
export type { LoggerService, RootLoggerService } from './services/logger.js';
export type {
  AllOfCriteria,
  AnyOfCriteria,
  AuthorizePermissionRequest,
  AuthorizePermissionResponse,
  BasicPermission,
  ConditionalPolicyDecision,
  DefinitivePolicyDecision,
  EvaluatorRequestOptions,
  NotCriteria,
  Permission,
  PermissionAttributes,
  PermissionBase,
  PermissionCondition,
  PermissionCriteria,
  PermissionEvaluator,
  PermissionResourceRef,
  PermissionRule,
  PermissionRuleParam,
  PermissionRuleParams,
  PermissionRuleset,
  PolicyDecision,
  QueryPermissionRequest,
  QueryPermissionResponse,
  ResourcePermission,
} from './services/permission-types.js';
export type {
  PermissionsRegistryService,
  PermissionsRegistryServiceAddResourceTypeOptions,
} from './services/permissions-registry.js';
export type {
  PermissionsService,
  PermissionsServiceRequestOptions,
} from './services/permissions.js';
export type { PluginMetadataService } from './services/plugin-metadata.js';
export {
  pluginTokenHandlerDecoratorServiceRef,
  type PluginTokenHandler,
} from './services/plugin-token-handler.js';
export type { RootConfigService } from './services/root-config.js';
export type { RootHealthService } from './services/root-health.js';
export type { RootHttpRouterService } from './services/root-http-router.js';
export type {
  RootInstanceMetadataService,
  RootInstanceMetadataServicePluginInfo,
} from './services/root-instance-metadata.js';
export type {
  RootSystemMetadataService,
  RootSystemMetadataServicePluginInfo,
} from './services/root-system-metadata.js';
export type {
  SchedulerService,
  SchedulerServiceTaskDescriptor,
  SchedulerServiceTaskFunction,
  SchedulerServiceTaskInvocationDefinition,
  SchedulerServiceTaskRunner,
  SchedulerServiceTaskScheduleDefinition,
  SchedulerServiceTaskScheduleDefinitionConfig,
} from './services/scheduler.js';
export {
  urlReaderFactoriesServiceRef,
  type FromReadableArrayOptions,
  type ReaderFactory,
  type ReadTreeResponseFactory,
  type ReadTreeResponseFactoryOptions,
  type UrlReaderPredicateTuple,
} from './services/url-reader-factories.js';
export type {
  UrlReaderService,
  UrlReaderServiceReadTreeOptions,
  UrlReaderServiceReadTreeResponse,
  UrlReaderServiceReadTreeResponseDirOptions,
  UrlReaderServiceReadTreeResponseFile,
  UrlReaderServiceReadUrlOptions,
  UrlReaderServiceReadUrlResponse,
  UrlReaderServiceSearchOptions,
  UrlReaderServiceSearchResponse,
  UrlReaderServiceSearchResponseFile,
} from './services/url-reader.js';
export type { BackstageUserInfo, UserInfoService } from './services/user-info.js';
