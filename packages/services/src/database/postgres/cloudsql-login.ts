import type { JsonObject } from '@stagewire/config';
import { databaseErrors } from '../errors.js';
import { importFromApplication } from '../from-application.js';
import { requireText, type LoginTools } from './postgres-login.js';

const PACKAGE = '@google-cloud/cloud-sql-connector';

/** The parts of the package that are used. */
type CloudSqlConnector = {
  Connector: new () => {
    getOptions(options: {
      instanceConnectionName: string;
      ipType: string;
      authType: string;
    }): Promise<object>;
    close(): void;
  };
};

/** Logs in to Cloud SQL with IAM, through the connector of Google, which renews what it needs. */
export async function toCloudSqlLogin(connection: JsonObject, tools: LoginTools): Promise<object> {
  const { instance: _, ipAddressType = 'PUBLIC', ...rest } = connection;
  const place = { type: 'cloudsql', settingsKey: tools.settingsKey };
  const instanceConnectionName = requireText(connection, 'instance', place);

  const library = await importFromApplication<CloudSqlConnector>(PACKAGE, tools.applicationFolders);
  if (!library) throw databaseErrors.loginPackage('cloudsql', PACKAGE);
  const connector = new library.Connector();
  tools.administration.onClose(() => connector.close());
  const options = await connector.getOptions({
    instanceConnectionName,
    ipType: String(ipAddressType),
    authType: 'IAM',
  });
  return { ...rest, ...options };
}
