/** Every name of the published plugin API stands for the same type here. */
import type * as Theirs from '@backstage/backend-plugin-api';
import type * as Ours from '../../src/index.js';
import type { Assert, Interchangeable, Same } from './assert.js';

type Deps = { config: Ours.RootConfigService };

export type SameTypes = [
  Assert<Same<Ours.AuditorService, Theirs.AuditorService>>,
  Assert<Same<Ours.AuditorServiceCreateEventOptions, Theirs.AuditorServiceCreateEventOptions>>,
  Assert<Same<Ours.AuditorServiceEvent, Theirs.AuditorServiceEvent>>,
  Assert<Same<Ours.AuditorServiceEventSeverityLevel, Theirs.AuditorServiceEventSeverityLevel>>,
  Assert<Same<Ours.AuthService, Theirs.AuthService>>,
  Assert<Same<Ours.BackendFeature, Theirs.BackendFeature>>,
  Assert<Same<Ours.BackstageCredentials, Theirs.BackstageCredentials>>,
  Assert<
    Same<
      Ours.BackstageCredentials<Ours.BackstageUserPrincipal>,
      Theirs.BackstageCredentials<Ours.BackstageUserPrincipal>
    >
  >,
  Assert<Same<Ours.BackstageNonePrincipal, Theirs.BackstageNonePrincipal>>,
  Assert<
    Same<Ours.BackstagePrincipalAccessRestrictions, Theirs.BackstagePrincipalAccessRestrictions>
  >,
  Assert<Same<Ours.BackstagePrincipalTypes, Theirs.BackstagePrincipalTypes>>,
  Assert<Same<Ours.BackstageServicePrincipal, Theirs.BackstageServicePrincipal>>,
  Assert<Same<Ours.BackstageUserInfo, Theirs.BackstageUserInfo>>,
  Assert<Same<Ours.BackstageUserPrincipal, Theirs.BackstageUserPrincipal>>,
  Assert<Same<Ours.CacheService, Theirs.CacheService>>,
  Assert<Same<Ours.CacheServiceOptions, Theirs.CacheServiceOptions>>,
  Assert<Same<Ours.CacheServiceSetOptions, Theirs.CacheServiceSetOptions>>,
  Assert<
    Same<
      Ours.CreateBackendFeatureLoaderOptions<Deps>,
      Theirs.CreateBackendFeatureLoaderOptions<Deps>
    >
  >,
  Assert<Same<Ours.CreateExtensionPointOptions, Theirs.CreateExtensionPointOptions>>,
  Assert<Same<Ours.DatabaseService, Theirs.DatabaseService>>,
  Assert<Same<Ours.DiscoveryService, Theirs.DiscoveryService>>,
  Assert<Same<Ours.ExtensionPointFactoryContext, Theirs.ExtensionPointFactoryContext>>,
  Assert<Same<Ours.HttpAuthService, Theirs.HttpAuthService>>,
  Assert<Same<Ours.HttpRouterService, Theirs.HttpRouterService>>,
  Assert<Same<Ours.HttpRouterServiceAuthPolicy, Theirs.HttpRouterServiceAuthPolicy>>,
  Assert<Same<Ours.LifecycleService, Theirs.LifecycleService>>,
  Assert<Same<Ours.LifecycleServiceShutdownHook, Theirs.LifecycleServiceShutdownHook>>,
  Assert<Same<Ours.LifecycleServiceShutdownOptions, Theirs.LifecycleServiceShutdownOptions>>,
  Assert<Same<Ours.LifecycleServiceStartupHook, Theirs.LifecycleServiceStartupHook>>,
  Assert<Same<Ours.LifecycleServiceStartupOptions, Theirs.LifecycleServiceStartupOptions>>,
  Assert<Same<Ours.LoggerService, Theirs.LoggerService>>,
  Assert<
    Same<
      Ours.PermissionsRegistryServiceAddResourceTypeOptions<
        'thing',
        { id: string },
        { sql: string }
      >,
      Theirs.PermissionsRegistryServiceAddResourceTypeOptions<
        'thing',
        { id: string },
        { sql: string }
      >
    >
  >,
  Assert<Same<Ours.PermissionsService, Theirs.PermissionsService>>,
  Assert<Same<Ours.PermissionsServiceRequestOptions, Theirs.PermissionsServiceRequestOptions>>,
  Assert<Same<Ours.PluginMetadataService, Theirs.PluginMetadataService>>,
  Assert<Same<Ours.RootConfigService, Theirs.RootConfigService>>,
  Assert<Same<Ours.RootHealthService, Theirs.RootHealthService>>,
  Assert<Same<Ours.RootHttpRouterService, Theirs.RootHttpRouterService>>,
  Assert<Same<Ours.RootInstanceMetadataService, Theirs.RootInstanceMetadataService>>,
  Assert<
    Same<Ours.RootInstanceMetadataServicePluginInfo, Theirs.RootInstanceMetadataServicePluginInfo>
  >,
  Assert<Same<Ours.RootLifecycleService, Theirs.RootLifecycleService>>,
  Assert<Same<Ours.RootLoggerService, Theirs.RootLoggerService>>,
  Assert<Same<Ours.RootSystemMetadataService, Theirs.RootSystemMetadataService>>,
  Assert<
    Same<Ours.RootSystemMetadataServicePluginInfo, Theirs.RootSystemMetadataServicePluginInfo>
  >,
  Assert<Same<Ours.SchedulerService, Theirs.SchedulerService>>,
  Assert<Same<Ours.SchedulerServiceTaskDescriptor, Theirs.SchedulerServiceTaskDescriptor>>,
  Assert<Same<Ours.SchedulerServiceTaskFunction, Theirs.SchedulerServiceTaskFunction>>,
  Assert<
    Same<
      Ours.SchedulerServiceTaskInvocationDefinition,
      Theirs.SchedulerServiceTaskInvocationDefinition
    >
  >,
  Assert<Same<Ours.SchedulerServiceTaskRunner, Theirs.SchedulerServiceTaskRunner>>,
  Assert<
    Same<Ours.SchedulerServiceTaskScheduleDefinition, Theirs.SchedulerServiceTaskScheduleDefinition>
  >,
  Assert<
    Same<
      Ours.SchedulerServiceTaskScheduleDefinitionConfig,
      Theirs.SchedulerServiceTaskScheduleDefinitionConfig
    >
  >,
  Assert<Same<Ours.UrlReaderService, Theirs.UrlReaderService>>,
  Assert<Same<Ours.UrlReaderServiceReadTreeOptions, Theirs.UrlReaderServiceReadTreeOptions>>,
  Assert<Same<Ours.UrlReaderServiceReadTreeResponse, Theirs.UrlReaderServiceReadTreeResponse>>,
  Assert<
    Same<
      Ours.UrlReaderServiceReadTreeResponseDirOptions,
      Theirs.UrlReaderServiceReadTreeResponseDirOptions
    >
  >,
  Assert<
    Same<Ours.UrlReaderServiceReadTreeResponseFile, Theirs.UrlReaderServiceReadTreeResponseFile>
  >,
  Assert<Same<Ours.UrlReaderServiceReadUrlOptions, Theirs.UrlReaderServiceReadUrlOptions>>,
  Assert<Same<Ours.UrlReaderServiceReadUrlResponse, Theirs.UrlReaderServiceReadUrlResponse>>,
  Assert<Same<Ours.UrlReaderServiceSearchOptions, Theirs.UrlReaderServiceSearchOptions>>,
  Assert<Same<Ours.UrlReaderServiceSearchResponse, Theirs.UrlReaderServiceSearchResponse>>,
  Assert<Same<Ours.UrlReaderServiceSearchResponseFile, Theirs.UrlReaderServiceSearchResponseFile>>,
  Assert<Same<Ours.UserInfoService, Theirs.UserInfoService>>,
  Assert<Same<Ours.ExtensionPoint<string>, Theirs.ExtensionPoint<string>>>,
  Assert<
    Same<Ours.ServiceRef<Date, 'root', 'singleton'>, Theirs.ServiceRef<Date, 'root', 'singleton'>>
  >,
  Assert<
    Same<
      Ours.ServiceFactory<Date, 'root', 'singleton'>,
      Theirs.ServiceFactory<Date, 'root', 'singleton'>
    >
  >,
  Assert<
    Same<
      Ours.ServiceRefOptions<Date, 'root', 'singleton'>,
      Theirs.ServiceRefOptions<Date, 'root', 'singleton'>
    >
  >,
  Assert<
    Same<
      Ours.ServiceRef<Date, 'plugin', 'singleton'>,
      Theirs.ServiceRef<Date, 'plugin', 'singleton'>
    >
  >,
  Assert<
    Same<
      Ours.ServiceFactory<Date, 'plugin', 'singleton'>,
      Theirs.ServiceFactory<Date, 'plugin', 'singleton'>
    >
  >,
  Assert<
    Same<
      Ours.ServiceRefOptions<Date, 'plugin', 'singleton'>,
      Theirs.ServiceRefOptions<Date, 'plugin', 'singleton'>
    >
  >,
  Assert<
    Same<Ours.ServiceRef<Date, 'root', 'multiton'>, Theirs.ServiceRef<Date, 'root', 'multiton'>>
  >,
  Assert<
    Same<
      Ours.ServiceFactory<Date, 'root', 'multiton'>,
      Theirs.ServiceFactory<Date, 'root', 'multiton'>
    >
  >,
  Assert<
    Same<
      Ours.ServiceRefOptions<Date, 'root', 'multiton'>,
      Theirs.ServiceRefOptions<Date, 'root', 'multiton'>
    >
  >,
  Assert<
    Same<Ours.ServiceRef<Date, 'plugin', 'multiton'>, Theirs.ServiceRef<Date, 'plugin', 'multiton'>>
  >,
  Assert<
    Same<
      Ours.ServiceFactory<Date, 'plugin', 'multiton'>,
      Theirs.ServiceFactory<Date, 'plugin', 'multiton'>
    >
  >,
  Assert<
    Same<
      Ours.ServiceRefOptions<Date, 'plugin', 'multiton'>,
      Theirs.ServiceRefOptions<Date, 'plugin', 'multiton'>
    >
  >,
  Assert<Same<Ours.ServiceRef<Date>, Theirs.ServiceRef<Date>>>,
  Assert<Same<Ours.ServiceFactory, Theirs.ServiceFactory>>,
];

// Generic methods cannot be the same type, each declaration has type parameters of its own.
export type InterchangeableTypes = [
  Assert<
    Interchangeable<Ours.BackendModuleRegistrationPoints, Theirs.BackendModuleRegistrationPoints>
  >,
  Assert<
    Interchangeable<Ours.BackendPluginRegistrationPoints, Theirs.BackendPluginRegistrationPoints>
  >,
  Assert<Interchangeable<Ours.CreateBackendModuleOptions, Theirs.CreateBackendModuleOptions>>,
  Assert<Interchangeable<Ours.CreateBackendPluginOptions, Theirs.CreateBackendPluginOptions>>,
  Assert<Interchangeable<Ours.PermissionsRegistryService, Theirs.PermissionsRegistryService>>,
];

type OurRefs = typeof Ours.coreServices;
type TheirRefs = typeof Theirs.coreServices;
type AllTrue<T> = { [K in keyof T]: true };

export type Refs = [
  Assert<Same<keyof OurRefs, keyof TheirRefs>>,
  Assert<
    Same<{ [K in keyof TheirRefs]: Interchangeable<OurRefs[K], TheirRefs[K]> }, AllTrue<TheirRefs>>
  >,
];

export type Functions = [
  Assert<
    Interchangeable<
      typeof Ours.createBackendFeatureLoader,
      typeof Theirs.createBackendFeatureLoader
    >
  >,
  Assert<Interchangeable<typeof Ours.createBackendModule, typeof Theirs.createBackendModule>>,
  Assert<Interchangeable<typeof Ours.createBackendPlugin, typeof Theirs.createBackendPlugin>>,
  Assert<Interchangeable<typeof Ours.createExtensionPoint, typeof Theirs.createExtensionPoint>>,
  Assert<Interchangeable<typeof Ours.createServiceFactory, typeof Theirs.createServiceFactory>>,
  Assert<Interchangeable<typeof Ours.createServiceRef, typeof Theirs.createServiceRef>>,
  Assert<Interchangeable<typeof Ours.isChildPath, typeof Theirs.isChildPath>>,
  Assert<
    Interchangeable<typeof Ours.isDatabaseConflictError, typeof Theirs.isDatabaseConflictError>
  >,
  Assert<
    Interchangeable<
      typeof Ours.readSchedulerServiceTaskScheduleDefinitionFromConfig,
      typeof Theirs.readSchedulerServiceTaskScheduleDefinitionFromConfig
    >
  >,
  Assert<Interchangeable<typeof Ours.resolvePackagePath, typeof Theirs.resolvePackagePath>>,
  Assert<Interchangeable<typeof Ours.resolveSafeChildPath, typeof Theirs.resolveSafeChildPath>>,
];

// The options of factories, with the types that a call of createServiceFactory would infer.
type RootDeps = { logger: Ours.ServiceRef<Ours.LoggerService, 'root', 'singleton'> };
type PluginDeps = RootDeps & { parts: Ours.ServiceRef<Date, 'plugin', 'multiton'> };

export type FactoryOptions = [
  Assert<
    Same<
      Ours.RootServiceFactoryOptions<Date, 'singleton', Date, RootDeps>,
      Theirs.RootServiceFactoryOptions<Date, 'singleton', Date, RootDeps>
    >
  >,
  Assert<
    Interchangeable<
      Ours.PluginServiceFactoryOptions<Date, 'singleton', string, Date, PluginDeps>,
      Theirs.PluginServiceFactoryOptions<Date, 'singleton', string, Date, PluginDeps>
    >
  >,
];
