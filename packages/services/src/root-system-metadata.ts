export { rootSystemMetadataServiceFactory } from './system-metadata/root-system-metadata-service-factory.js';
