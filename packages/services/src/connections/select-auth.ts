import { connectionErrors } from './errors.js';

/** What a connection is asked for with. */
export type ConnectionQuery = { url?: string; accountId?: string; arn?: string };

/** One configured way to sign in. */
export type ConfiguredAuth = {
  method: string;
  title?: string;
  match?: { plugins: string[] };
  orgs?: string[];
  accountId?: string;
  mainAccount?: boolean;
};

/**
 * Picks the way to sign in that fits a query: by organisation for GitHub, by account for AWS, and
 * the first one for all others.
 *
 * @throws `E_CONNECTION_ARN`
 */
export function selectAuth(
  type: string,
  auth: readonly ConfiguredAuth[],
  query: ConnectionQuery,
): ConfiguredAuth | undefined {
  if (type === 'github') return selectForGithub(auth, query);
  return type === 'aws' ? selectForAws(auth, query) : auth[0];
}

function selectForGithub(auth: readonly ConfiguredAuth[], { url = '' }: ConnectionQuery) {
  const owner = new URL(url).pathname.split('/')[1]?.toLowerCase();
  const apps = auth.filter(({ method }) => method === 'app');
  return (
    apps.find(({ orgs }) => orgs?.some((org) => org.toLowerCase() === owner)) ??
    apps.find(({ orgs }) => orgs === undefined || orgs.length === 0) ??
    (apps.length === 1 ? apps[0] : undefined) ??
    auth.find(({ method }) => method === 'token') ??
    auth.find(({ method }) => method === 'none')
  );
}

function selectForAws(auth: readonly ConfiguredAuth[], { accountId, arn }: ConnectionQuery) {
  const account = accountId ?? (arn === undefined ? undefined : readAccount(arn));
  const own = account && auth.find((entry) => entry.accountId === account);
  return own || auth.find(({ mainAccount }) => mainAccount);
}

/** `arn:<partition>:<service>:<region>:<account>:<resource>` */
function readAccount(arn: string): string | undefined {
  const parts = arn.split(':');
  if (parts.length < 6 || parts[0] !== 'arn') throw connectionErrors.arn(arn);
  return parts[4] || undefined;
}
