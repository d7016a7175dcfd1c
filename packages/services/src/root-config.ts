export {
  rootConfigServiceFactory,
  type RootConfigFactoryOptions,
} from './root-config/root-config-service-factory.js';
