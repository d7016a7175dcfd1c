import type { JsonObject } from '@stagewire/config';
import { databaseErrors } from '../errors.js';
import { importFromApplication } from '../from-application.js';
import { requireText, type LoginTools } from './postgres-login.js';
import { createTokenPassword } from './token-password.js';

const PACKAGE = '@aws-sdk/rds-signer';
/** How long AWS takes a token, and how long before that it is replaced, in milliseconds. */
const LIFETIME = 15 * 60_000;
const RENEW_BEFORE = 60_000;

/** The parts of the package that are used. */
type RdsSigner = {
  Signer: new (options: { hostname: string; port: number; username: string; region: string }) => {
    getAuthToken(): Promise<string>;
  };
};

/** Logs in to Amazon RDS or Aurora with tokens of IAM, as whoever this process is for AWS. */
export async function toRdsLogin(connection: JsonObject, tools: LoginTools): Promise<object> {
  const { region: configured, ...rest } = connection;
  const place = { type: 'rds', settingsKey: tools.settingsKey };
  const hostname = requireText(connection, 'host', place);
  const username = requireText(connection, 'user', place);
  const port = Number(connection['port'] ?? 5432);
  const region = String(
    configured ?? process.env['AWS_REGION'] ?? requireText(connection, 'region', place),
  );

  const library = await importFromApplication<RdsSigner>(PACKAGE, tools.applicationFolders);
  if (!library) throw databaseErrors.loginPackage('rds', PACKAGE);
  const signer = new library.Signer({ hostname, port, username, region });
  const fetchToken = async () => ({
    text: await signer.getAuthToken(),
    expiresAt: Date.now() + LIFETIME,
  });
  return { ...rest, password: createTokenPassword(fetchToken, RENEW_BEFORE) };
}
