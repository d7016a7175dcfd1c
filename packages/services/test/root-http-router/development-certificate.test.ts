import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readDevelopmentCertificate } from '../../src/root-http-router/development-certificate.js';
import { recordingLogger } from '../http/harness.js';
import { makeCertificate } from '../support/make-certificate.js';

const DAY = 24 * 60 * 60 * 1000;

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'certificate-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

describe('[RHR-11] the development certificate', () => {
  it('is good for the host and for this machine, for 30 days, and for servers only', async () => {
    const { cert } = await readDevelopmentCertificate(
      'a.test',
      recordingLogger(),
      await makeFolder(),
    );
    const parsed = new X509Certificate(cert);

    expect(parsed).toMatchObject({ subject: 'CN=a.test', issuer: 'CN=a.test', ca: false });
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    for (const host of ['a.test', 'localhost', 'localhost.localdomain']) {
      expect(parsed.checkHost(host)).toBe(host);
    }
    for (const address of ['127.0.0.1', '::1', 'fe80::1']) {
      expect(parsed.checkIP(address)).toBe(address);
    }
    expect(parsed.checkHost('b.test')).toBeUndefined();
    expect(parsed.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    const lifetime = Date.parse(parsed.validTo) - Date.now();
    expect(Math.abs(lifetime - 30 * DAY)).toBeLessThan(60_000);
  });

  it('is kept in node_modules/.cache where there is a node_modules, for its owner only', async () => {
    const folder = await makeFolder();
    await mkdir(join(folder, 'node_modules'));
    const { cert, key } = await readDevelopmentCertificate('a.test', recordingLogger(), folder);
    const file = join(folder, 'node_modules/.cache/backstage-backend/dev-cert.pem');

    expect(await readFile(file, 'utf8')).toBe(key + cert);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is used again while it fits and has more than 5 days left', async () => {
    const folder = await makeFolder();
    const logger = recordingLogger();
    const first = await readDevelopmentCertificate('a.test', logger, folder);
    const file = join(folder, '.dev-cert.pem');
    await chmod(file, 0o644);

    expect(await readDevelopmentCertificate('a.test', logger, folder)).toEqual(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readDevelopmentCertificate('b.test', logger, folder)).not.toEqual(first);
    expect(logger.lines.map((line) => line.message)).toEqual([
      'Generating new self-signed certificate',
      'Using existing self-signed certificate',
      'Generating new self-signed certificate',
    ]);
  });

  it.each([
    ['is damaged', async () => 'nonsense'],
    ['holds a damaged certificate', async () => pemOf(await make(30), { cert: 'AAAA' })],
    ['is about to expire', async () => pemOf(await make(4))],
    [
      'holds the key of another one',
      async () => pemOf(await make(30), { key: (await make(30)).key }),
    ],
  ])('is made anew when the kept one %s', async (_, content) => {
    const folder = await makeFolder();
    const kept = await content();
    const file = join(folder, '.dev-cert.pem');
    await writeFile(file, kept);
    await chmod(file, 0o644);

    const { cert, key } = await readDevelopmentCertificate('a.test', recordingLogger(), folder);

    expect(kept).not.toContain(cert);
    expect(new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(await readFile(file, 'utf8')).toBe(key + cert);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('can be for an address', async () => {
    const folder = await makeFolder();
    const { cert } = await readDevelopmentCertificate('[2001:db8::7]', recordingLogger(), folder);

    expect(new X509Certificate(cert).checkIP('2001:db8::7')).toBe('2001:db8::7');
  });
});

function make(days: number) {
  return makeCertificate({ name: 'a.test', lifetime: days * DAY });
}

function pemOf(
  certificate: { cert: string; key: string },
  change: { cert?: string; key?: string } = {},
) {
  const cert = change.cert
    ? `-----BEGIN CERTIFICATE-----\n${change.cert}\n-----END CERTIFICATE-----\n`
    : certificate.cert;
  return (change.key ?? certificate.key) + cert;
}
