import type { JsonObject } from '@stagewire/config';
import type { PermissionAttributes } from './permission-types.js';

/** A person, proven by a token that the auth plugin issued. @public */
export type BackstageUserPrincipal = {
  type: 'user';

  /** The entity ref of the person in the catalog, such as `user:default/jane`. */
  userEntityRef: string;

  /** The service that acts for the person, when the request came through one. */
  actor?: BackstageServicePrincipal;
};

/** Nobody: the request carried no token. @public */
export type BackstageNonePrincipal = {
  type: 'none';
};

/** A plugin, or a program outside that was given access. @public */
export type BackstageServicePrincipal = {
  type: 'service';

  /** Who it is, to be shown and logged. Never decide by it. */
  subject: string;

  /** What it is limited to; without this, it is not limited by the framework. */
  accessRestrictions?: BackstagePrincipalAccessRestrictions;
};

/**
 * The permissions that a service is limited to.
 *
 * @remarks
 * They count where permissions are checked, and only there: an endpoint that asks for no
 * permission is open to a restricted service as well.
 *
 * @public
 */
export type BackstagePrincipalAccessRestrictions = {
  /** The names of the permissions it may use. Never empty. */
  permissionNames?: string[];

  /** The attributes of the permissions it may use. Never empty. */
  permissionAttributes?: {
    /** Any of these actions. Never empty. */
    action?: Array<Required<PermissionAttributes>['action']>;
  };
};

/**
 * Who makes a request, verified. To be passed on, not looked into: the token in it is hidden, and
 * does not show when credentials are logged or serialised.
 *
 * @public
 */
export type BackstageCredentials<TPrincipal = unknown> = {
  $$type: '@backstage/BackstageCredentials';

  /** When they stop being accepted, if ever. */
  expiresAt?: Date;

  /** Who is at the beginning of the chain of requests; not always who called last. */
  principal: TPrincipal;
};

/** The kinds of principal, by the name under which they are asked for. @public */
export type BackstagePrincipalTypes = {
  user: BackstageUserPrincipal;
  service: BackstageServicePrincipal;
  none: BackstageNonePrincipal;
  unknown: unknown;
};

/** Verifies tokens, and issues those that plugins call each other with. @public */
export interface AuthService {
  /**
   * Verifies a token.
   *
   * @param options - `allowLimitedAccess`: also accept limited user tokens, as cookies hold them;
   *   `@default` false
   * @throws AuthenticationError when the token is not valid here
   */
  authenticate(
    token: string,
    options?: { allowLimitedAccess?: boolean },
  ): Promise<BackstageCredentials>;

  /** Tells whether the principal is of a type, and narrows the credentials to it. */
  isPrincipal<TType extends keyof BackstagePrincipalTypes>(
    credentials: BackstageCredentials,
    type: TType,
  ): credentials is BackstageCredentials<BackstagePrincipalTypes[TType]>;

  /** Credentials of nobody. */
  getNoneCredentials(): Promise<BackstageCredentials<BackstageNonePrincipal>>;

  /** Credentials of this plugin itself. */
  getOwnServiceCredentials(): Promise<BackstageCredentials<BackstageServicePrincipal>>;

  /**
   * Issues a token for one call of another plugin. Ask anew before each request, tokens expire.
   *
   * @param options - `onBehalfOf`: whose request it is, usually those of the request at hand or
   *   {@link AuthService.getOwnServiceCredentials}; `targetPluginId`: the plugin to be called
   * @throws AuthenticationError when no token can stand for these credentials,
   *   NotAllowedError when they are not allowed to reach that plugin
   */
  getPluginRequestToken(options: {
    onBehalfOf: BackstageCredentials;
    targetPluginId: string;
  }): Promise<{ token: string }>;

  /**
   * Issues a user token that opens little, for cookies.
   *
   * @throws AuthenticationError when the token of the user does not allow it
   */
  getLimitedUserToken(
    credentials: BackstageCredentials<BackstageUserPrincipal>,
  ): Promise<{ token: string; expiresAt: Date }>;

  /** The public keys, as JWKs, that verify the tokens of this plugin; expired ones fall out. */
  listPublicServiceKeys(): Promise<{ keys: JsonObject[] }>;
}
