import { generate } from 'selfsigned';

/** A certificate with its key, as PEM texts. */
export type TestCertificate = { cert: string; key: string };

/** Makes a self-signed certificate for a host name and the loopback address. */
export async function makeCertificate(
  options: { name?: string; lifetime?: number } = {},
): Promise<TestCertificate> {
  const { name = 'localhost', lifetime = 60_000 } = options;
  const made = await generate([{ name: 'commonName', value: name }], {
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + lifetime),
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: name },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert: `${made.cert.trim()}\n`, key: `${made.private.trim()}\n` };
}
