import type { Config } from '@stagewire/config';
import type { LoggerService } from '@stagewire/plugin-api';
import { rootHttpRouterErrors } from './errors.js';

/** A certificate and its private key, as PEM texts. */
export type Certificate = { cert: string; key: string };

/**
 * Reads `backend.https`: `true` for a self-signed development certificate, or an object with
 * `certificate.cert` and `certificate.key`.
 *
 * @throws `E_HTTPS_CERTIFICATE`
 */
export async function readCertificate(config: Config, logger: LoggerService): Promise<Certificate> {
  if (config.getOptional('backend.https') === true) {
    const { readDevelopmentCertificate } = await import('./development-certificate.js');
    const baseUrl = config.getString('backend.baseUrl');
    const hostname = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : 'localhost';
    return readDevelopmentCertificate(hostname, logger);
  }
  try {
    return {
      cert: config.getString('backend.https.certificate.cert'),
      key: config.getString('backend.https.certificate.key'),
    };
  } catch (error) {
    throw rootHttpRouterErrors.certificate(error);
  }
}
