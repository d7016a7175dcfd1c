import { createServiceRef } from '../create-service-ref.js';

/** How a connection is asked for that exists once for each host. */
type ByUrl = { url: string };

/** No credentials at all. */
type None = { method: 'none' };

/**
 * The types of connections: what is asked for, what is found, and how to sign in there. One entry
 * of the configuration's `connections` is one connection.
 *
 * @remarks
 * An interface, so that a package can declare further types.
 *
 * @public
 */
export interface ConnectionTypes {
  aws: {
    query: { accountId?: string; arn?: string };
    fields: {
      roleName?: string;
      partition?: string;
      region?: string;
      externalId?: string;
      webIdentityTokenFile?: string;
    };
    auth: {
      method: 'account';
      accountId?: string;
      mainAccount?: boolean;
      accessKeyId?: string;
      secretAccessKey?: string;
      profile?: string;
      roleName?: string;
      partition?: string;
      region?: string;
      externalId?: string;
      webIdentityTokenFile?: string;
    };
  };
  'aws-codecommit': {
    query: ByUrl;
    fields: { host: string; region: string };
    auth:
      | { method: 'accessKey'; accessKeyId: string; secretAccessKey: string }
      | { method: 'assumeRole'; roleArn: string; externalId?: string };
  };
  'aws-s3': {
    query: ByUrl;
    fields: { host: string; endpoint?: string; s3ForcePathStyle?: boolean };
    auth:
      | None
      | { method: 'accessKey'; accessKeyId: string; secretAccessKey: string }
      | { method: 'assumeRole'; roleArn: string; externalId?: string };
  };
  'azure-blob-storage': {
    query: ByUrl;
    fields: { host: string; accountName?: string; endpoint?: string; endpointSuffix?: string };
    auth:
      | None
      | { method: 'accountKey'; accountKey: string }
      | { method: 'sasToken'; sasToken: string }
      | { method: 'connectionString'; connectionString: string }
      | { method: 'aadCredential'; clientId: string; tenantId: string; clientSecret: string };
  };
  azure: {
    query: ByUrl;
    fields: { host: string };
    auth:
      | None
      | { method: 'pat'; personalAccessToken: string; orgs?: string[] }
      | {
          method: 'clientCredentials';
          clientId: string;
          clientSecret: string;
          tenantId: string;
          orgs?: string[];
        }
      | {
          method: 'managedIdentity';
          clientId: string;
          tenantId?: string;
          managedIdentityClientId?: string;
          orgs?: string[];
        };
  };
  'bitbucket-cloud': {
    query: ByUrl;
    fields: { host: string };
    auth:
      | None
      | { method: 'token'; username: string; token: string }
      | { method: 'appPassword'; username: string; appPassword: string }
      | { method: 'oauth'; clientId: string; clientSecret: string };
  };
  'bitbucket-server': {
    query: ByUrl;
    fields: { host: string; apiBaseUrl?: string };
    auth:
      | None
      | { method: 'token'; token: string }
      | { method: 'basic'; username: string; password: string };
  };
  gerrit: {
    query: ByUrl;
    fields: { host: string; gitilesBaseUrl: string; baseUrl?: string; cloneUrl?: string };
    auth: None | { method: 'basic'; username: string; password: string };
  };
  gitea: {
    query: ByUrl;
    fields: { host: string; baseUrl?: string };
    auth: None | { method: 'basic'; username: string; password: string };
  };
  github: {
    query: ByUrl;
    fields: { host: string; apiBaseUrl?: string; rawBaseUrl?: string };
    auth:
      | None
      | { method: 'token'; token: string }
      | {
          method: 'app';
          appId: string | number;
          privateKey: string;
          clientId: string;
          clientSecret: string;
          webhookSecret?: string;
          publicAccess?: boolean;
          orgs?: string[];
        };
  };
  gitlab: {
    query: ByUrl;
    fields: { host: string; apiBaseUrl?: string; baseUrl?: string };
    auth: None | { method: 'token'; token: string };
  };
  'google-gcs': {
    query: ByUrl;
    fields: { host: string };
    auth: None | { method: 'serviceAccount'; clientEmail: string; privateKey: string };
  };
  harness: {
    query: ByUrl;
    fields: { host: string };
    auth: { method: 'token'; token: string; apiKey?: string };
  };
}

/** The names of the {@link ConnectionTypes}. @public */
export type ConnectionType = keyof ConnectionTypes;

/** The names of the ways to sign in to a type of connection. @public */
export type ConnectionAuthMethod<TType extends ConnectionType> =
  ConnectionTypes[TType]['auth']['method'];

/** One way to sign in, with what is needed for it. @public */
export type ConnectionAuth<
  TType extends ConnectionType,
  TMethod extends ConnectionAuthMethod<TType> = ConnectionAuthMethod<TType>,
> = Extract<ConnectionTypes[TType]['auth'], { method: TMethod }> & { title: string };

/** A connection without the way to sign in. @public */
export type ConnectionInfo<TType extends ConnectionType> = {
  type: TType;
  /** For people. */
  title: string;
} & ConnectionTypes[TType]['fields'];

/** A connection with the one way to sign in that was picked. @public */
export type Connection<
  TType extends ConnectionType,
  TMethod extends ConnectionAuthMethod<TType> = ConnectionAuthMethod<TType>,
> = ConnectionInfo<TType> & { auth: ConnectionAuth<TType, TMethod> };

/**
 * Finds the connection to a system outside, as it is configured for this plugin.
 *
 * @remarks
 * A plugin or module finds the types only that it declared with `declareConnection`.
 *
 * @public
 */
export interface ConnectionsService {
  /**
   * Finds a connection, and picks the way to sign in that fits the query best.
   *
   * @param options - `authMethods`: the ways that the caller knows how to use
   * @throws NotFoundError when there is none, NotAllowedError when the way to sign in is not for
   *   this plugin or not among the methods, InputError for a type that was not declared
   */
  find<TType extends ConnectionType, TMethod extends ConnectionAuthMethod<TType>>(options: {
    type: TType;
    query: ConnectionTypes[TType]['query'];
    authMethods: readonly [TMethod, ...TMethod[]];
  }): Promise<Connection<TType, TMethod>>;

  /**
   * Finds a connection, without a way to sign in.
   *
   * @throws NotFoundError when there is none, InputError for a type that was not declared
   */
  find<TType extends ConnectionType>(options: {
    type: TType;
    query: ConnectionTypes[TType]['query'];
  }): Promise<ConnectionInfo<TType>>;
}

/** The {@link ConnectionsService} of a plugin. @public */
export const connectionsServiceRef = createServiceRef<ConnectionsService>({
  id: 'core.connections',
  scope: 'plugin',
});
