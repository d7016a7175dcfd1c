import {
  coreServices,
  type BackstageUserInfo,
  type BackstageUserPrincipal,
  type UserInfoService,
} from '@stagewire/plugin-api';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/**
 * `core.userInfo` that finds all in the credentials: each user owns things by itself only, unless
 * `ownershipEntityRefs` says otherwise. It reads no token and asks nobody.
 */
export const fakeUserInfo = defineFake({
  service: coreServices.userInfo,
  create: (info: Partial<BackstageUserInfo> = {}): UserInfoService => ({
    async getUserInfo({ principal }) {
      const { type, userEntityRef } = principal as BackstageUserPrincipal;
      if (type !== 'user') throw new Error('Only user credentials are supported');
      return { userEntityRef, ownershipEntityRefs: [userEntityRef], ...info };
    },
  }),
  mock: () => ({
    getUserInfo: mockFunction(),
  }),
});
