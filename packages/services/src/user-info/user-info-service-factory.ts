import { coreServices, createServiceFactory } from '@stagewire/plugin-api';
import { createUserInfoAnswers, DefaultUserInfoService } from './default-user-info-service.js';

/**
 * Tells who a user is, and what the user owns things by.
 *
 * @public
 */
export const userInfoServiceFactory = createServiceFactory({
  service: coreServices.userInfo,
  deps: { discovery: coreServices.discovery },
  createRootContext: createUserInfoAnswers,
  factory: ({ discovery }, answers) => new DefaultUserInfoService({ discovery, answers }),
});
