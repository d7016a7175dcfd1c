export type { AdaptedLoggerOptions } from './logger/adapted-logger.js';
export { createPinoRootLogger } from './logger/create-pino-root-logger.js';
export { createWinstonRootLogger, type WinstonLike } from './logger/create-winston-root-logger.js';
export { rootLoggerServiceFactory } from './logger/root-logger-service-factory.js';
