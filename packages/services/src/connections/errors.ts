import { hideUrlSecrets } from '@stagewire/config';
import { explain, InputError, NotAllowedError, NotFoundError } from '@stagewire/errors';

/** Why a connection cannot be found. */
export const connectionErrors = {
  notFound: (type: string) =>
    explain(
      new NotFoundError(`Connection not found for type "${type}"`),
      'E_CONNECTION_NOT_FOUND',
      `add an entry with type: ${type} for this host to connections in the configuration; where it has match.plugins, name this plugin there`,
    ),

  url: (url: unknown) =>
    explain(
      new InputError(
        `Invalid url "${hideUrlSecrets(String(url))}" passed to ConnectionsService.find`,
      ),
      'E_CONNECTION_URL',
      'ask with a whole URL, such as https://github.com/org/repository',
    ),

  arn: (arn: string) =>
    explain(
      new InputError(`Invalid ARN "${arn}" in connection lookup`),
      'E_CONNECTION_ARN',
      'ask with a whole ARN, such as arn:aws:iam::123456789012:role/reader, or with an accountId',
    ),

  noAuth: (type: string, host: string | undefined) =>
    explain(
      new NotAllowedError(
        `Connection of type "${type}"${host === undefined ? '' : ` for host "${host}"`} has no auth method available to this plugin`,
      ),
      'E_CONNECTION_NO_AUTH',
      'name this plugin in match.plugins of one of the entries of auth, or add an entry without match',
    ),

  method: (type: string, method: string | undefined) =>
    explain(
      new NotAllowedError(
        `Connection not found for type "${type}" with auth method "${method ?? 'none of them'}"`,
      ),
      'E_CONNECTION_METHOD',
      `configure one of the methods that this plugin knows for the connection of type ${type}`,
    ),
};
