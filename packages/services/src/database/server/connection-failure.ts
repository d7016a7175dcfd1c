import { isExplained } from '@stagewire/errors';
import { databaseErrors } from '../errors.js';

/** Whose connection it is, and where it was to go. */
export type ConnectionContext = {
  /** Undefined where all plugins share it. */
  pluginId: string | undefined;
  /** The client, as the configuration calls it. */
  client: string;
  /** The server, as a person would look for it: host and port, or a socket. */
  address: string;
  /** The key of the configuration that says so. */
  settingsKey: string;
};

/** What can be wrong with a connection, other than the plugin's own use of its pool. */
type FailureKind =
  | 'refused'
  | 'authentication'
  | 'rule'
  | 'tls'
  | 'permission'
  | 'missing'
  | 'tooMany'
  | 'timeout';

const CODES: ReadonlyMap<string, FailureKind> = new Map(
  (
    [
      // 57P01 to 57P03: PostgreSQL is stopping, or starting.
      ['refused', 'ECONNREFUSED ECONNRESET ENOTFOUND EAI_AGAIN EHOSTUNREACH EHOSTDOWN ENETUNREACH'],
      ['refused', 'ENOENT EACCES EADDRNOTAVAIL EPIPE PROTOCOL_CONNECTION_LOST 57P01 57P02 57P03'],
      ['authentication', '28P01 28000 ER_ACCESS_DENIED_ERROR ER_ACCESS_DENIED_NO_PASSWORD_ERROR'],
      [
        'authentication',
        'ER_HOST_NOT_PRIVILEGED ER_NOT_SUPPORTED_AUTH_MODE ER_MUST_CHANGE_PASSWORD',
      ],
      ['authentication', 'AUTH_SWITCH_PLUGIN_ERROR'],
      ['tls', 'EPROTO HANDSHAKE_SSL_ERROR HANDSHAKE_NO_SSL_SUPPORT ER_SECURE_TRANSPORT_REQUIRED'],
      ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN CERT_HAS_EXPIRED'],
      ['tls', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE UNABLE_TO_GET_ISSUER_CERT_LOCALLY'],
      ['permission', '42501 ER_DBACCESS_DENIED_ERROR ER_TABLEACCESS_DENIED_ERROR'],
      ['permission', 'ER_SPECIFIC_ACCESS_DENIED_ERROR'],
      ['missing', '3D000 3F000 ER_BAD_DB_ERROR'],
      ['tooMany', '53300 ER_CON_COUNT_ERROR ER_TOO_MANY_USER_CONNECTIONS ER_USER_LIMIT_REACHED'],
      ['timeout', 'ETIMEDOUT PROTOCOL_SEQUENCE_TIMEOUT'],
    ] as const
  ).flatMap(([kind, codes]) => codes.split(' ').map((code) => [code, kind] as const)),
);

// For what comes without a code, or with one that says less than the text. In the order of the
// looks: what speaks of `pg_hba.conf` has the code of a wrong password, and always tells whether there
// was encryption, which need not be what is wrong.
const TEXTS: ReadonlyArray<[RegExp, FailureKind]> = [
  [/pg_hba\.conf/, 'rule'],
  [/SSL connection|client certificate|does not support SSL/i, 'tls'],
  [
    /no more connections allowed|remaining connection slots|too many (clients|connections)/i,
    'tooMany',
  ],
  [
    /^SASL|password must be a string|password authentication failed|Access denied for/i,
    'authentication',
  ],
  [/timeout expired|due to connection timeout|connect ETIMEDOUT|timed out/i, 'timeout'],
  [/ECONNREFUSED|ENOTFOUND|Connection terminated|Connection ended unexpectedly/i, 'refused'],
];

const CERTIFICATE_CODES = /^ERR_(TLS|SSL)|^CERT_|_CERT/;

/**
 * Tells what is wrong when a connection could not be had: an error of the driver, of a socket or
 * of knex becomes one with a code and a fix of ours. Its words stay in the text, and it is the
 * cause. Anything else is returned as it is.
 */
export function explainConnectionFailure(error: unknown, context: ConnectionContext): Error {
  if (isExplained(error) || !(error instanceof Error)) {
    return error instanceof Error ? error : new Error(String(error));
  }
  const kind = findKind(error);
  if (!kind) return error;
  const { pluginId, client, settingsKey } = context;
  const place = { pluginId, client, settingsKey, address: withoutCredentials(context.address) };
  return EXPLAIN[kind](place, withoutCredentials(tellAll(error)), error);
}

const EXPLAIN = {
  refused: databaseErrors.connectionRefused,
  authentication: databaseErrors.connectionAuthentication,
  rule: databaseErrors.connectionRule,
  tls: databaseErrors.connectionTls,
  permission: databaseErrors.connectionPermission,
  missing: databaseErrors.connectionMissing,
  tooMany: databaseErrors.connectionTooMany,
  timeout: databaseErrors.connectionTimeout,
} satisfies Record<FailureKind, unknown>;

function findKind(error: Error): FailureKind | undefined {
  const { code } = error as { code?: unknown };
  const text = TEXTS.find(([pattern]) => pattern.test(error.message))?.[1];
  if (text === 'rule' || text === 'tls') return text;
  if (typeof code === 'string') {
    if (CERTIFICATE_CODES.test(code)) return 'tls';
    const kind = CODES.get(code);
    if (kind) return kind;
  }
  if (text) return text;
  // A host with several addresses fails with one error for each.
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error.cause];
  return first instanceof Error ? findKind(first) : undefined;
}

/** Of several errors in one, the text is empty: theirs say it. */
function tellAll(error: Error): string {
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((one: unknown) => (one as Partial<Error>)?.message ?? one).join('; ');
}

/** What stands before the host of a URL is for nobody to read. */
function withoutCredentials(text: string): string {
  return text.replace(/:\/\/\S*@/g, '://');
}
