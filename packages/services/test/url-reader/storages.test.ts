import { json } from 'node:stream/consumers';
import { NotModifiedError } from '@stagewire/errors';
import type { JsonObject } from '@stagewire/config';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { serveLoopback } from '../support/loopback-server.js';
import { createUrlReader, findTexts, readFiles, readText } from './support/create-url-reader.js';

const modified = 'Sat, 01 Aug 2026 00:00:00 GMT';

const objects: Record<string, string> = {
  'docs/': '',
  'docs/a b.yaml': 'ay',
  'docs/more/b.yaml': 'bee',
  'docs/c.txt': 'see',
  'docsier/d.yaml': 'dee',
};

type Kind = {
  name: string;
  setUp(): Promise<{ integrations: JsonObject; requests: string[]; root: string }>;
  /** How the storage tells an ETag of a file, and of a tree. */
  etag: string;
  treeEtag: RegExp;
  refusal: string;
};

const kinds: Kind[] = [
  {
    name: 'AWS S3',
    async setUp() {
      const { url, requests } = await serveStorage((path, query) => {
        if (query.get('list-type') !== '2') return toObject(path.replace('/bucket/', ''));
        const keys = keysBelow(query.get('prefix'));
        const at = Number(query.get('continuation-token') ?? 0);
        const more =
          at + 2 < keys.length ? `<NextContinuationToken>${at + 2}</NextContinuationToken>` : '';
        const contents = keys
          .slice(at, at + 2)
          .map(
            (key) =>
              `<Contents><Key>${key}</Key><Size>${objects[key]!.length}</Size><ETag>"v1"</ETag>` +
              `<LastModified>2026-08-01T00:00:00.000Z</LastModified></Contents>`,
          );
        return { body: `<ListBucketResult>${contents.join('')}${more}</ListBucketResult>` };
      });
      const key = { accessKeyId: 'id', secretAccessKey: 'secret' };
      const awsS3 = [{ endpoint: url, s3ForcePathStyle: true, ...key }];
      return { integrations: { awsS3 }, requests, root: `${url}/bucket` };
    },
    etag: '"v1"',
    treeEtag: /^[\da-f]{64}$/,
    refusal: 'Could not retrieve file from S3; caused by ',
  },
  {
    name: 'Azure Blob Storage',
    async setUp() {
      const { url, requests } = await serveStorage((path, query) => {
        if (query.get('comp') !== 'list') return toObject(path.replace('/container/', ''));
        const blobs = keysBelow(query.get('prefix')).map(
          (key) =>
            `<Blob><Name>${key}</Name><Properties><Content-Length>${objects[key]!.length}</Content-Length>` +
            `<Etag>"v1"</Etag><Last-Modified>${modified}</Last-Modified></Properties></Blob>`,
        );
        return {
          body: `<EnumerationResults><Blobs>${blobs.join('')}</Blobs></EnumerationResults>`,
        };
      });
      const accountKey = Buffer.from('secret').toString('base64');
      const azureBlobStorage = [{ endpoint: url, accountName: 'account', accountKey }];
      return { integrations: { azureBlobStorage }, requests, root: `${url}/container` };
    },
    etag: '"v1"',
    treeEtag: /^[\da-f]{64}$/,
    refusal: 'Could not retrieve file from Azure Blob Storage; caused by ',
  },
  {
    name: 'Google Cloud Storage',
    async setUp() {
      const { url, requests } = await serveStorage((path, query) => {
        const key = decodeURIComponent(path.replace(/^(\/storage\/v1)?\/b\/bucket\/o\/?/, ''));
        if (key && query.get('alt') === 'media') return toObject(key);
        const toItem = (name: string) => ({
          name,
          size: String(objects[name]!.length),
          etag: 'v1',
          updated: '2026-08-01T00:00:00.000Z',
        });
        if (key) return key in objects ? { body: JSON.stringify(toItem(key)) } : { status: 404 };
        return { body: JSON.stringify({ items: keysBelow(query.get('prefix')).map(toItem) }) };
      });
      vi.stubEnv('STORAGE_EMULATOR_HOST', url);
      const root = 'https://storage.cloud.google.com/bucket';
      return { integrations: { googleGcs: {} }, requests, root };
    },
    etag: 'v1',
    treeEtag: /^[\da-f]{64}$/,
    refusal:
      'unable to read gcs file from https://storage.cloud.google.com/bucket/gone.yaml; caused by ',
  },
  {
    name: 'AWS CodeCommit',
    async setUp() {
      const requests: string[] = [];
      const { url } = await serveLoopback(async (req, res) => {
        const [, operation] = String(req.headers['x-amz-target']).split('.');
        const input = (await json(req)) as Record<string, string>;
        requests.push(
          `${operation} ${input.commitSpecifier} ${input.filePath ?? input.folderPath}`,
        );
        const answer = operation === 'GetFile' ? getFile(input) : getFolder(input);
        res.writeHead('__type' in answer ? 400 : 200).end(JSON.stringify(answer));
      });
      vi.stubEnv('AWS_ENDPOINT_URL_CODECOMMIT', url);
      const key = { accessKeyId: 'id', secretAccessKey: 'secret' };
      const root =
        'https://eu-west-1.console.aws.amazon.com/codesuite/codecommit/repositories/r/browse/refs/heads/main/--';
      return { integrations: { awsCodeCommit: [{ region: 'eu-west-1', ...key }] }, requests, root };
    },
    etag: 'v1',
    treeEtag: /^v1$/,
    refusal: 'Could not retrieve file from CodeCommit; caused by FileDoesNotExistException: ',
  },
];

beforeEach(() => {
  return () => {
    vi.unstubAllEnvs();
  };
});

describe.each(kinds)('$name', (kind) => {
  it('[URL-4] reads an object, tells its ETag, and that it is known', async () => {
    const { integrations, root } = await kind.setUp();
    const reader = await createUrlReader(integrations);
    const url = `${root}/docs/a%20b.yaml`;

    expect(await readText(reader, url)).toBe('ay');
    expect((await reader.readUrl(url)).etag).toBe(kind.etag);
    await expect(reader.readUrl(url, { etag: kind.etag })).rejects.toBeInstanceOf(NotModifiedError);
  });

  it('[URL-4] tells what is not there', async () => {
    const { integrations, root } = await kind.setUp();
    const reader = await createUrlReader(integrations);

    const failure: Error = await reader.readUrl(`${root}/gone.yaml`).then(
      () => new Error('it was read'),
      (error) => error,
    );

    expect(failure.name).toBe('NotFoundError');
    expect(failure.message).toMatch(kind.refusal);
    expect(JSON.stringify(failure)).not.toContain('secret');
  });

  it('reads what is below a folder, by a filter and on demand', async () => {
    const { integrations, requests, root } = await kind.setUp();
    const reader = await createUrlReader(integrations);

    const tree = await reader.readTree(`${root}/docs`, {
      filter: (path) => path.endsWith('.yaml'),
    });
    const listed = requests.length;

    expect(tree.etag).toMatch(kind.treeEtag);
    expect(await readFiles(tree)).toEqual({ 'a b.yaml': 'ay', 'more/b.yaml': 'bee' });
    expect(listed).toBeLessThan(requests.length);
    expect(requests.join()).not.toContain('c.txt');
  });

  it('[URL-4] tells that a tree is known', async () => {
    const { integrations, root } = await kind.setUp();
    const reader = await createUrlReader(integrations);
    const { etag } = await reader.readTree(`${root}/docs`);

    await expect(reader.readTree(`${root}/docs`, { etag })).rejects.toBeInstanceOf(
      NotModifiedError,
    );
    await expect(reader.search(`${root}/docs/*`, { etag })).rejects.toBeInstanceOf(
      NotModifiedError,
    );
  });

  it('[URL-9] finds objects by a pattern, one without, or none', async () => {
    const { integrations, root } = await kind.setUp();
    const reader = await createUrlReader(integrations);

    expect(await findTexts(reader, `${root}/docs/**/*.yaml`)).toEqual({
      [`${root}/docs/a%20b.yaml`]: 'ay',
      [`${root}/docs/more/b.yaml`]: 'bee',
    });
    const url = `${root}/docs/c.txt`;
    expect(await findTexts(reader, url)).toEqual({ [url]: 'see' });
    expect(await reader.search(`${root}/gone.yaml`)).toEqual({ files: [], etag: '' });
  });

  it('is listed up to a limit', async () => {
    const { integrations, root } = await kind.setUp();
    const reader = await createUrlReader(integrations, { maxTreeEntries: 2 });

    await expect(reader.readTree(`${root}/docs`)).rejects.toMatchObject({
      code: 'E_URL_TREE_ENTRIES',
    });
  });

  it('ends a read that the caller has given up', async () => {
    const { integrations, root } = await kind.setUp();
    const reader = await createUrlReader(integrations);

    const signal = AbortSignal.abort();
    await expect(reader.readUrl(`${root}/docs/c.txt`, { signal })).rejects.toThrow(/abort/i);
    await expect(reader.readTree(`${root}/docs`, { signal })).rejects.toThrow(/abort/i);
  });
});

describe('Google Cloud Storage', () => {
  it('finds everything that begins as the pattern does', async () => {
    const { integrations, root } = await kinds[2]!.setUp();
    const reader = await createUrlReader(integrations);

    const { files } = await reader.search(`${root}/docs/m*`);
    expect(files.map(({ url }) => url)).toEqual([`${root}/docs/more/b.yaml`]);
  });

  it('takes the date of the caller for what is known', async () => {
    const { integrations, root } = await kinds[2]!.setUp();
    const reader = await createUrlReader(integrations);

    const lastModifiedAfter = new Date('2026-08-02T00:00:00Z');
    await expect(
      reader.readUrl(`${root}/docs/c.txt`, { lastModifiedAfter }),
    ).rejects.toBeInstanceOf(NotModifiedError);
  });
});

type Answer = { status?: number; body?: string; etag?: string };

/** A storage that answers by path and query, and keeps what it was asked. */
async function serveStorage(answer: (path: string, query: URLSearchParams) => Answer) {
  const requests: string[] = [];
  const { url } = await serveLoopback((req, res) => {
    requests.push(decodeURIComponent(req.url ?? ''));
    const { pathname, searchParams } = new URL(req.url ?? '', url);
    const { status = 200, body = '', etag = '' } = answer(pathname, searchParams);
    if (etag && req.headers['if-none-match'] === etag) return res.writeHead(304).end();
    res.writeHead(status, {
      etag: etag || '"list"',
      'last-modified': modified,
      'content-length': Buffer.byteLength(body),
      'content-type': body.startsWith('{') ? 'application/json' : 'application/xml',
    });
    return res.end(body);
  });
  return { url, requests };
}

function toObject(path: string): Answer {
  const body = objects[decodeURIComponent(path)];
  return body === undefined ? { status: 404 } : { body, etag: '"v1"' };
}

function keysBelow(prefix: string | null): string[] {
  return Object.keys(objects).filter((key) => key.startsWith(prefix ?? ''));
}

function getFile({ filePath = '' }: Record<string, string>): object {
  const text = objects[filePath];
  if (text === undefined) return { __type: 'FileDoesNotExistException', message: 'no such file' };
  return { commitId: 'v1', filePath, fileContent: Buffer.from(text).toString('base64') };
}

function getFolder({ folderPath = '' }: Record<string, string>): object {
  const prefix = folderPath === '/' ? '' : `${folderPath}/`;
  const below = keysBelow(prefix).filter((key) => !key.endsWith('/'));
  const isDeep = (key: string) => key.slice(prefix.length).includes('/');
  const folders = below
    .filter(isDeep)
    .map((key) => prefix + key.slice(prefix.length).split('/')[0]);
  return {
    commitId: 'v1',
    folderPath,
    files: below.filter((key) => !isDeep(key)).map((key) => ({ absolutePath: key })),
    subFolders: [...new Set(folders)].map((key) => ({ absolutePath: key })),
  };
}
