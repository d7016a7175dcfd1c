import { coreServices } from '@stagewire/plugin-api';
import { loggerServiceFactory } from '@stagewire/services/logger';
import { defineFake } from '../fake.js';
import {
  fakeRootLogger,
  mockLogger,
  type FakeLoggerOptions,
  type FakeRootLogger,
} from './root-logger.js';

/**
 * `core.logger` that keeps its lines, with the field `plugin` of the plugin `test`. In a backend, it
 * is the real one: a child of the root logger, which keeps the lines of all plugins.
 */
export const fakeLogger = defineFake({
  service: coreServices.logger,
  create: (options?: FakeLoggerOptions): FakeRootLogger =>
    fakeRootLogger(options).child({ plugin: 'test' }),
  factory: () => loggerServiceFactory,
  mock: mockLogger,
});
