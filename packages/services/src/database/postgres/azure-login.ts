import {
  ConfigReader,
  durationToMilliseconds,
  readDurationFromConfig,
  type JsonObject,
} from '@stagewire/config';
import { databaseErrors } from '../errors.js';
import { createTokenPassword } from './token-password.js';

const SCOPE = 'https://ossrdbms-aad.database.windows.net/.default';
/** How long before its end a token is replaced, in milliseconds. */
const RENEW_BEFORE = 5 * 60_000;

/**
 * Logs in to Azure Database for PostgreSQL with access tokens of Microsoft Entra: as the
 * application that `tokenCredential` names, or as whoever this machine is.
 */
export async function toAzureLogin(connection: JsonObject): Promise<object> {
  const { tokenCredential, ...rest } = connection;
  const config = new ConfigReader((tokenCredential as JsonObject | undefined) ?? {});
  const credential = await createCredential(config);
  const renewBefore = config.has('tokenRenewableOffsetTime')
    ? durationToMilliseconds(readDurationFromConfig(config, { key: 'tokenRenewableOffsetTime' }))
    : RENEW_BEFORE;

  const fetchToken = async () => {
    const token = await credential.getToken(SCOPE);
    if (!token) throw databaseErrors.noToken('Azure');
    return { text: token.token, expiresAt: token.expiresOnTimestamp };
  };
  return { ...rest, password: createTokenPassword(fetchToken, renewBefore) };
}

async function createCredential(config: ConfigReader) {
  const { ClientSecretCredential, DefaultAzureCredential, ManagedIdentityCredential } =
    await import('@azure/identity');
  const clientId = config.getOptionalString('clientId');
  const tenantId = config.getOptionalString('tenantId');
  const clientSecret = config.getOptionalString('clientSecret');
  if (clientId && tenantId && clientSecret) {
    return new ClientSecretCredential(tenantId, clientId, clientSecret);
  }
  return clientId ? new ManagedIdentityCredential({ clientId }) : new DefaultAzureCredential();
}
