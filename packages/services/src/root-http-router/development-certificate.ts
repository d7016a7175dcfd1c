import type { LoggerService } from '@stagewire/plugin-api';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import type { Certificate } from './certificate.js';
import { createSelfSignedCertificate } from './self-signed-certificate.js';

const DAY = 24 * 60 * 60 * 1000;
const LIFETIME = 30 * DAY;
/** A kept certificate with less time than this is made anew. */
const MIN_REMAINING = 5 * DAY;

const LOCAL_NAMES = ['localhost', 'localhost.localdomain'];
const LOCAL_ADDRESSES = ['::1', '127.0.0.1', 'fe80::1'];

/**
 * A self-signed certificate for a host name and the names of this machine, kept in
 * `node_modules/.cache` of a folder, or in its `.dev-cert.pem` where it has no `node_modules`, so
 * that a browser has to be told only once in 25 days that it is fine.
 */
export async function readDevelopmentCertificate(
  hostname: string,
  logger: LoggerService,
  folder: string = process.cwd(),
): Promise<Certificate> {
  const host = hostname.replace(/^\[|\]$/g, ''); // as IPv6 addresses stand in URLs
  const file = await findFile(folder);
  const kept = await readFile(file, 'utf8').catch(() => undefined);
  const reusable = kept === undefined ? undefined : parseReusable(kept, host);
  if (reusable) {
    logger.info('Using existing self-signed certificate');
    return reusable;
  }

  logger.info('Generating new self-signed certificate');
  const certificate = await createSelfSignedCertificate({
    commonName: host,
    names: isIP(host) ? LOCAL_NAMES : [...new Set([...LOCAL_NAMES, host])],
    addresses: isIP(host) ? [...new Set([...LOCAL_ADDRESSES, host])] : LOCAL_ADDRESSES,
    lifetime: LIFETIME,
  });
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, certificate.key + certificate.cert, { mode: 0o600 });
  return certificate;
}

async function findFile(folder: string): Promise<string> {
  const modules = join(folder, 'node_modules');
  const found = await stat(modules).catch(() => undefined);
  return found?.isDirectory()
    ? join(modules, '.cache/backstage-backend/dev-cert.pem')
    : join(folder, '.dev-cert.pem');
}

/** Takes the file apart, unless it is damaged, for another host, or about to expire. */
function parseReusable(text: string, host: string): Certificate | undefined {
  const key = /-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*-----END [A-Z ]*PRIVATE KEY-----\n?/.exec(
    text,
  );
  const cert = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/.exec(text);
  if (!key || !cert) return undefined;
  try {
    const parsed = new X509Certificate(cert[0]);
    const remaining = Date.parse(parsed.validTo) - Date.now();
    const fits = isIP(host) ? parsed.checkIP(host) : parsed.checkHost(host);
    if (remaining < MIN_REMAINING || fits === undefined) return undefined;
    if (!parsed.checkPrivateKey(createPrivateKey(key[0]))) return undefined;
    return { cert: cert[0], key: key[0] };
  } catch {
    return undefined;
  }
}
