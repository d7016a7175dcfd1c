export {
  DefaultHttpAuthService,
  type DefaultHttpAuthServiceOptions,
} from './http-auth/default-http-auth-service.js';
export { httpAuthServiceFactory } from './http-auth/http-auth-service-factory.js';
