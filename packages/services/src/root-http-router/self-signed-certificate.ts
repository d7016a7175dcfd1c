import { generateKeyPair, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { promisify } from 'node:util';
import type { Certificate } from './certificate.js';

/** What a certificate is made for. */
export type SelfSignedCertificateOptions = {
  /** The name of subject and issuer. */
  commonName: string;
  /** Host names that it is good for. */
  names: string[];
  /** IP addresses that it is good for, IPv6 in any short form with at most one `::`. */
  addresses: string[];
  /** In milliseconds, from now. */
  lifetime: number;
};

const generateKeys = promisify(generateKeyPair);

/**
 * Makes an X.509 certificate that is signed with its own key, RSA 2048 with SHA-256.
 *
 * @remarks
 * Node can sign but has no writer for certificates. The few structures that a server certificate
 * needs (RFC 5280) are written here in DER.
 */
export async function createSelfSignedCertificate(
  options: SelfSignedCertificateOptions,
): Promise<Certificate> {
  const { publicKey, privateKey } = await generateKeys('rsa', { modulusLength: 2048 });
  const name = sequence(set(sequence(oid(COMMON_NAME), utf8(options.commonName))));
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))), // version 3
    integer(randomSerial()),
    SHA256_WITH_RSA,
    name,
    validity(options.lifetime),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, extensions(options)),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, SHA256_WITH_RSA, bits(signature));
  return {
    cert: toPem('CERTIFICATE', certificate),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function extensions({ names, addresses }: SelfSignedCertificateOptions): Buffer {
  const alternatives = sequence(
    ...names.map((name) => der(0x82, Buffer.from(name, 'ascii'))),
    ...addresses.map((address) => der(0x87, toBytes(address))),
  );
  return sequence(
    // Not an authority: whoever trusts it trusts this server only.
    extension(BASIC_CONSTRAINTS, sequence(), true),
    extension(KEY_USAGE, der(0x03, Buffer.from([5, 0b1010_0000])), true), // signature, encipherment
    extension(EXTENDED_KEY_USAGE, sequence(oid(SERVER_AUTH))),
    extension(SUBJECT_ALTERNATIVE_NAMES, alternatives),
  );
}

const COMMON_NAME = '2.5.4.3';
const KEY_USAGE = '2.5.29.15';
const SUBJECT_ALTERNATIVE_NAMES = '2.5.29.17';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const SHA256_WITH_RSA = sequence(oid('1.2.840.113549.1.1.11'), der(0x05));

function extension(id: string, value: Buffer, critical = false): Buffer {
  const flag = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...flag, der(0x04, value));
}

function validity(lifetime: number): Buffer {
  return sequence(utcTime(Date.now()), utcTime(Date.now() + lifetime));
}

function utcTime(time: number): Buffer {
  // 2026-11-22T10:00:00.000Z becomes 261122100000Z
  const text = new Date(time)
    .toISOString()
    .replace(/[-:T]|\.\d+/g, '')
    .slice(2);
  return der(0x17, Buffer.from(text, 'ascii'));
}

/** 16 random bytes, positive and without a leading zero. */
function randomSerial(): Buffer {
  const serial = randomBytes(16);
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial;
}

/** Tag, length, content. */
function der(tag: number, ...content: Buffer[]): Buffer {
  const value = Buffer.concat(content);
  if (value.length < 0x80) return Buffer.concat([Buffer.from([tag, value.length]), value]);
  const length = Buffer.from(value.length.toString(16).padStart(4, '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 + length.length]), length, value]);
}

function sequence(...content: Buffer[]): Buffer {
  return der(0x30, ...content);
}

function set(...content: Buffer[]): Buffer {
  return der(0x31, ...content);
}

function explicit(number: number, content: Buffer): Buffer {
  return der(0xa0 + number, content);
}

function integer(value: Buffer): Buffer {
  return der(0x02, value);
}

function utf8(text: string): Buffer {
  return der(0x0c, Buffer.from(text, 'utf8'));
}

function bits(value: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), value);
}

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap(toBase128)]));
}

/** Seven bits in a byte, the first bit telling that more follow. */
function toBase128(value: number): number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}

function toBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head = [], tail = []] = address
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const groups = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0'));
  return Buffer.from(groups.join(''), 'hex');
}

function toPem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
