import type { LoggerService } from '@stagewire/plugin-api';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { dirname, join } from 'node:path';
import type { Certificate } from './certificate.js';

const DAY = 24 * 60 * 60 * 1000;
const LIFETIME = 30 * DAY;
/** A kept certificate with less time than this is made anew. */
const MIN_REMAINING = 5 * DAY;

/** Read and written by the user that runs the backend, and by nobody else: the key is in it. */
const OWNER_ONLY = 0o600;

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
    // Others write this file as well, and may have left it open to everybody.
    await chmod(file, OWNER_ONLY).catch(() => undefined);
    logger.info('Using existing self-signed certificate');
    return reusable;
  }

  logger.info('Generating new self-signed certificate');
  const certificate = await generateCertificate(host);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, certificate.key + certificate.cert, { mode: OWNER_ONLY });
  // The mode above is for a new file; one that is there already keeps its own.
  await chmod(file, OWNER_ONLY);
  return certificate;
}

/** Signed with its own key, RSA 2048 with SHA-256, and for servers only. */
async function generateCertificate(host: string): Promise<Certificate> {
  const { generate } = await import('selfsigned');
  const names = isIP(host) ? LOCAL_NAMES : [...new Set([...LOCAL_NAMES, host])];
  const addresses = isIP(host) ? [...new Set([...LOCAL_ADDRESSES, host])] : LOCAL_ADDRESSES;
  const generated = await generate([{ name: 'commonName', value: host }], {
    keySize: 2048,
    algorithm: 'sha256',
    notBeforeDate: new Date(),
    notAfterDate: new Date(Date.now() + LIFETIME),
    extensions: [
      // Not an authority: whoever trusts it trusts this server only.
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          ...names.map((value) => ({ type: 2 as const, value })),
          ...addresses.map((ip) => ({ type: 7 as const, ip })),
        ],
      },
    ],
  });
  return { cert: withLineEnd(generated.cert), key: withLineEnd(generated.private) };
}

function withLineEnd(pem: string): string {
  return pem.endsWith('\n') ? pem : `${pem}\n`;
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
