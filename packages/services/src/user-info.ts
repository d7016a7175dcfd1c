export { userInfoServiceFactory } from './user-info/user-info-service-factory.js';
