/**
 * The checks of the other files mean something: what they compare is not `any`, as it would be if
 * one of the packages that types come from were not found, and their helpers do tell types apart.
 */
import type * as Theirs from '@backstage/backend-plugin-api';
import type * as Ours from '../../src/index.js';
import type { JsonSchema } from '../../src/alpha.js';
import type { Assert, Interchangeable, IsAny, Refute, Same } from './assert.js';

export type Helpers = [
  Assert<IsAny<any>>,
  Refute<IsAny<unknown>>,
  Refute<IsAny<never>>,
  Refute<Same<any, string>>,
  Refute<Interchangeable<any, string>>,
  Refute<Interchangeable<string, any>>,
  Refute<Same<{ a?: 1 }, {}>>,
  Refute<Interchangeable<{ a?: 1 }, {}>>,
  Refute<Same<Ours.LoggerService, Ours.CacheService>>,
  Refute<Interchangeable<typeof Ours.coreServices.logger, typeof Ours.coreServices.cache>>,
  Refute<Interchangeable<typeof Ours.coreServices.logger, typeof Ours.coreServices.rootLogger>>,
];

type FirstOf<T extends (...args: never[]) => unknown> = Parameters<T>[0];

export type TypesOfOtherPackages = [
  Refute<IsAny<Ours.BackendFeature>>,
  Refute<IsAny<Ours.RootConfigService['getConfig']>>,
  Refute<IsAny<ReturnType<Ours.RootConfigService['getConfig']>>>,
  Refute<IsAny<FirstOf<Ours.HttpRouterService['use']>>>,
  Refute<IsAny<FirstOf<Ours.HttpAuthService['credentials']>>>,
  Refute<IsAny<FirstOf<Ours.HttpAuthService['issueUserCookie']>>>,
  Refute<IsAny<Awaited<ReturnType<Ours.DatabaseService['getClient']>>>>,
  Refute<IsAny<Ours.SchedulerServiceTaskScheduleDefinition['timeout']>>,
  Refute<IsAny<FirstOf<Ours.CacheService['withOptions']>['defaultTtl']>>,
  Refute<IsAny<Ours.AuditorServiceCreateEventOptions['meta']>>,
  Refute<IsAny<Ours.PermissionRule<unknown, unknown, string>['paramsSchema']>>,
  Refute<IsAny<JsonSchema['default']>>,
];

export type TypesOfThePublishedApi = [
  Refute<IsAny<Theirs.BackendFeature>>,
  Refute<IsAny<Theirs.RootConfigService['getConfig']>>,
  Refute<IsAny<ReturnType<Theirs.RootConfigService['getConfig']>>>,
  Refute<IsAny<FirstOf<Theirs.HttpRouterService['use']>>>,
  Refute<IsAny<Awaited<ReturnType<Theirs.DatabaseService['getClient']>>>>,
  Refute<IsAny<Theirs.SchedulerServiceTaskScheduleDefinition['timeout']>>,
  Refute<IsAny<FirstOf<Theirs.PermissionsRegistryService['addPermissions']>>>,
];
