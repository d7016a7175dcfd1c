import Module from 'node:module';
import { ConfigReader, type JsonObject } from '@stagewire/config';
import type { ReaderFactory } from '@stagewire/plugin-api';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { builtInReaderFactories } from '../../src/url-reader/built-in-readers.js';
import { createTreeResponseFactory } from '../../src/url-reader/tree-response-factory.js';
import { recordingLogger } from '../support/recording-logger.js';
import { createUrlReader, readText } from './support/create-url-reader.js';
import { serveHost } from './support/fake-host.js';

const names = [
  'azure',
  'bitbucketCloud',
  'bitbucketServer',
  'gerrit',
  'github',
  'gitea',
  'gitlab',
  'googleGcs',
  'harness',
  'awsS3',
  'azureBlobStorage',
  'awsCodeCommit',
  'fetch',
];

const everything: JsonObject = {
  azure: [{ host: 'azure.example' }],
  bitbucketServer: [{ host: 'bitbucket.example' }],
  gerrit: [{ host: 'gerrit.example', gitilesBaseUrl: 'https://gitiles.example/g' }],
  github: [{ host: 'github.example', apiBaseUrl: 'https://api.github.example' }],
  gitea: [{ host: 'gitea.example:3000' }],
  gitlab: [{ host: 'gitlab.example' }],
  googleGcs: { clientEmail: 'a@b.example', privateKey: 'key' },
  harness: [{ host: 'harness.example' }],
  awsS3: [{ endpoint: 'https://minio.example:9000' }],
  azureBlobStorage: [
    { accountName: 'mine', accountKey: 'key', endpointSuffix: 'core.usgovcloudapi.net' },
    { accountName: 'own', accountKey: 'key', endpoint: 'https://blobs.example' },
  ],
  awsCodeCommit: [{ region: 'eu-west-1' }],
};

describe('the built-in readers', () => {
  it.each([
    ['https://dev.azure.com/o/p/_git/r', 'azure'],
    ['https://bitbucket.org/o/r', 'bitbucketCloud'],
    ['https://github.com/o/r', 'github'],
    ['https://gitlab.com/g/r', 'gitlab'],
    ['https://b.s3.eu-west-1.amazonaws.com/k', 'awsS3'],
    ['https://a.blob.core.windows.net/c/p', 'azureBlobStorage'],
    ['https://storage.cloud.google.com/b/k', undefined],
    ['https://app.harness.io/x', undefined],
    ['https://evil-amazonaws.com/k', undefined],
    ['https://evilblob.core.windows.net/k', undefined],
    ['https://github.com:8443/o/r', undefined],
    ['https://github.com.example/o/r', undefined],
    ['https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r', undefined],
  ])('[URL-3] without configuration: %s is for %s', (url, name) => {
    expect(findReader({}, url)).toBe(name);
  });

  it.each([
    ['https://azure.example/o/p/_git/r', 'azure'],
    ['https://dev.azure.com/o/p/_git/r', 'azure'],
    ['https://bitbucket.example/projects/P/repos/r', 'bitbucketServer'],
    ['https://gitiles.example/g/p/+/HEAD', 'gerrit'],
    ['https://gerrit.example/p', undefined],
    ['https://github.example/o/r', 'github'],
    ['https://api.github.example/o/r', undefined],
    ['https://gitea.example:3000/o/r', 'gitea'],
    ['https://gitea.example/o/r', undefined],
    ['https://gitlab.example/g/r', 'gitlab'],
    ['https://storage.cloud.google.com/b/k', 'googleGcs'],
    ['https://harness.example/x', 'harness'],
    ['https://minio.example:9000/b/k', 'awsS3'],
    ['https://b.minio.example:9000/k', 'awsS3'],
    ['https://mine.blob.core.usgovcloudapi.net/c/p', 'azureBlobStorage'],
    ['https://other.blob.core.usgovcloudapi.net/c/p', undefined],
    ['https://blobs.example/c/p', 'azureBlobStorage'],
    [
      'https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r',
      'awsCodeCommit',
    ],
    ['https://eu-west-1.console.aws.amazon.com/s3', undefined],
  ])('[URL-3] configured: %s is for %s', (url, name) => {
    expect(findReader(everything, url)).toBe(name);
  });

  it('[URL-1] come behind those of the application', async () => {
    const reader = await createUrlReader({}, {}, [own]);

    expect(await readText(reader, 'https://github.com/o/r/blob/main/a')).toBe('own');
  });

  it('load nothing for a plain URL, and the library for the first URL of an integration', async () => {
    const loads = watchLoads();
    const host = await serveHost({ '/a': 'plain', '/api/repos/o/r/contents/a?ref=main': 'hub' });
    const plain = await serveHost({ '/a': 'plain' });
    const github = [{ host: host.host, apiBaseUrl: `${host.url}/api`, token: 'secret' }];
    const reader = await createUrlReader({ github }, { allow: [{ host: plain.host }] });

    expect(await readText(reader, `${plain.url}/a`)).toBe('plain');
    expect(loads()).toBe(0);

    const url = `${host.url}/o/r/blob/main/a`;
    expect(await Promise.all([readText(reader, url), readText(reader, url)])).toEqual([
      'hub',
      'hub',
    ]);
    expect(loads()).toBe(1);
  });

  it('tell a wrong integration on the first read that needs it', async () => {
    const reader = await createUrlReader({ github: [{ host: 'github.example', apps: [{}] }] });

    await expect(reader.readUrl('https://github.com/o/r/blob/main/a')).rejects.toThrow(/appId/);
  });
});

const own: ReaderFactory = () => [
  {
    predicate: ({ host }) => host === 'github.com',
    reader: {
      readUrl: async () => ({ buffer: async () => Buffer.from('own') }),
      readTree: () => Promise.reject(new Error('not asked for')),
      search: () => Promise.reject(new Error('not asked for')),
    },
  },
];

/** The name of the first reader that takes the URL. */
function findReader(integrations: JsonObject, url: string): string | undefined {
  const config = new ConfigReader({ integrations });
  const logger = recordingLogger();
  const treeResponseFactory = createTreeResponseFactory(config);
  const index = builtInReaderFactories.findIndex((factory) =>
    factory({ config, logger, treeResponseFactory }).some(({ predicate }) =>
      predicate(new URL(url)),
    ),
  );
  return names[index];
}

/** Counts how often the library of integrations is loaded, cached or not. */
function watchLoads(): () => number {
  const loader = Module as unknown as { _load(request: string, ...rest: unknown[]): unknown };
  const spy = vi.spyOn(loader, '_load');
  onTestFinished(() => spy.mockRestore());
  return () => spy.mock.calls.filter(([request]) => request === '@backstage/integration').length;
}
