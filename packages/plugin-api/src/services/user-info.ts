import type { BackstageCredentials } from './auth.js';

/** What is known about a user. @public */
export interface BackstageUserInfo {
  /** The entity ref of the user. */
  userEntityRef: string;

  /** The entity refs that the user owns things by: the user and its groups. */
  ownershipEntityRefs: string[];
}

/** Looks up users. @public */
export interface UserInfoService {
  /**
   * What is known about the user of these credentials.
   *
   * @throws when they are not a user's, or the auth plugin does not know the user
   */
  getUserInfo(credentials: BackstageCredentials): Promise<BackstageUserInfo>;
}
