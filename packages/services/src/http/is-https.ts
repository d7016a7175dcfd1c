import type { Config } from '@stagewire/config';

/** Whether the backend itself serves HTTPS: `backend.https` is there and not `false`. */
export function isHttps(config: Config): boolean {
  const https = config.getOptional('backend.https');
  return https !== undefined && https !== false;
}
