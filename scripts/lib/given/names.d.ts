// The names that examples take as given: they speak for themselves. An example that imports
// something is whole, and should use none of them.

import type nodeAssert from 'node:assert/strict';
import type fs from 'node:fs';
import type { Backend } from '@stagewire/backend';
import type {
  BackendFeature,
  BackendPluginRegistrationPoints,
  CacheService,
  ExtensionPoint,
  HttpRouterService,
  LoggerService,
  RootConfigService,
  RootHealthService,
  SchedulerService,
  ServiceFactory,
  ServiceRef,
  UrlReaderService,
} from '@stagewire/plugin-api';
import type expressFunction from 'express';
import type { Router } from 'express';
import type { Knex } from 'knex';
import type { pino as pinoFunction } from 'pino';
import type winstonModule from 'winston';

declare global {
  const backend: Backend;
  const reg: BackendPluginRegistrationPoints;

  const config: RootConfigService;
  const httpRouter: HttpRouterService;
  const scheduler: SchedulerService;

  const assert: typeof nodeAssert;
  const createWriteStream: typeof fs.createWriteStream;
  const express: typeof expressFunction;
  const pino: typeof pinoFunction;
  const winston: typeof winstonModule;

  const it: {
    each<T extends unknown[]>(
      cases: readonly T[],
    ): (title: string, test: (...values: T) => unknown) => void;
  };
  function setupServer(): { listen(options: any): void; resetHandlers(): void; close(): void };

  const url: string;
  const queue: { send(message: unknown): Promise<void> };

  const MyCache: new (pluginId: string) => CacheService;
  const MyHealth: new () => RootHealthService;

  // The plugin that examples are about, and what its module adds to it.
  const todoPlugin: BackendFeature;
  const router: Router;
  function createTodoRouter(database: Knex): Router;
  function createTables(database: Knex): Promise<void>;
  function remind(deps: { notify(user: string): Promise<unknown> }): Promise<void>;
  function cleanUp(signal: AbortSignal): Promise<void>;

  class TodoStore {
    constructor(deps: { cache: CacheService; logger: LoggerService });
    forget(): Promise<void>;
  }

  interface TodoSourcesExtensionPoint {
    addSource(source: GithubSource): void;
  }

  const todoSourcesExtensionPoint: ExtensionPoint<TodoSourcesExtensionPoint>;

  class GithubSource {
    constructor(reader: UrlReaderService);
  }

  // The service that examples are about.
  interface MailService {
    send(mail: { to: string; subject: string; text: string }): Promise<void>;
  }

  const mailServiceRef: ServiceRef<MailService, 'plugin', 'singleton'>;
  const mailServiceFactory: ServiceFactory<MailService, 'plugin', 'singleton'>;
  const SmtpMailService: new (logger: LoggerService) => MailService;
}
