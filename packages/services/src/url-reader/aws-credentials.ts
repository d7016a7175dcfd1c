import type { AwsS3IntegrationConfig } from '@backstage/integration';
import { loadPackage } from './load-package.js';

type AwsAccess = Pick<
  AwsS3IntegrationConfig,
  'accessKeyId' | 'secretAccessKey' | 'roleArn' | 'externalId'
>;

/**
 * The credentials that an integration configures: a key, a role, or a role that is assumed with a
 * key. undefined leaves it to the client to look where AWS clients look.
 */
export async function createAwsCredentials(
  { accessKeyId, secretAccessKey, roleArn, externalId }: AwsAccess,
  { purpose, region }: { purpose: string; region: string },
) {
  const key = accessKeyId && secretAccessKey ? { accessKeyId, secretAccessKey } : undefined;
  if (!roleArn) return key;
  const { fromTemporaryCredentials } = await loadPackage(
    '@aws-sdk/credential-providers',
    purpose,
    () => import('@aws-sdk/credential-providers'),
  );
  return fromTemporaryCredentials({
    masterCredentials: key,
    params: { RoleArn: roleArn, ExternalId: externalId, RoleSessionName: 'stagewire-url-reader' },
    clientConfig: { region },
  });
}

/** The HTTP status of what an AWS client throws. */
export function findAwsStatus(error: unknown): number | undefined {
  const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
  return $metadata?.httpStatusCode;
}
