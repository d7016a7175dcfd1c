export {
  externalTokenHandlersServiceRef,
  pluginTokenHandlerDecoratorServiceRef,
  type ExternalTokenHandler,
  type PluginTokenHandler,
} from '@stagewire/plugin-api';
export { authServiceFactory } from './auth/auth-service-factory.js';
export { createExternalTokenHandler } from './auth/create-external-token-handler.js';
