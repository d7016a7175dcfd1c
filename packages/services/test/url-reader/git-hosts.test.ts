import { NotModifiedError } from '@stagewire/errors';
import { describe, expect, it } from 'vitest';
import { makeTar, makeZip } from './support/archives.js';
import { createUrlReader, findTexts, readFiles, readText } from './support/create-url-reader.js';
import { routeFetch, serveHost, versioned } from './support/fake-host.js';

const commit = '0123456789abcdef0123456789abcdef01234567';
const short = commit.slice(0, 12);

const files = {
  'top/readme.md': 'read me',
  'top/docs/a.yaml': 'ay',
  'top/docs/more/b.yaml': 'bee',
  'top/docs/c.txt': 'see',
};
const docs = { 'a.yaml': 'ay', 'more/b.yaml': 'bee', 'c.txt': 'see' };

/** The same files as another kind of archive holds them. */
const inFolder = (prefix: string) =>
  Object.fromEntries(
    Object.entries(files)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, text]) => [path.slice(prefix.length), text]),
  );

const tar = makeTar(files);

type Host = Awaited<ReturnType<typeof serveHost>>;

/** One kind of host: its API as its makers describe it, with one small repository. */
type Kind = {
  name: string;
  /** The fake, and the integration that leads to it. */
  setUp(): Promise<{ host: Host; integrations: Record<string, unknown> }>;
  /** The URL of a path in the repository. */
  url(host: Host, path: string): string;
  /** Where the file `readme.md` is read from. */
  fileRequest: string;
  /** What reading the folder `docs` asks for. */
  treeRequests: string[];
  etag: string;
  /** What is sent for the configured credentials, and for the token `t0k` of a caller. */
  authorization: string;
  overridden: string;
  /** Whether the host tells ETags of files. */
  hasEtags: boolean;
  notFound: string;
};

const kinds: Kind[] = [
  {
    name: 'Azure DevOps',
    async setUp() {
      const api = '/o/p/_apis/git/repositories/r';
      const host = await serveHost({
        [`${api}/items?api-version=6.0&path=%2Freadme.md&version=main`]: 'read me',
        [`${api}/commits`]: { value: [{ commitId: commit }] },
        [`${api}/items?recursionLevel=full&download=true&api-version=6.0&scopePath=%2Fdocs&version=main`]:
          makeZip(prefixed('docs/')),
      });
      const credentials = [{ personalAccessToken: 'secret' }];
      return { host, integrations: { azure: [{ host: host.host, credentials }] } };
    },
    url: ({ url }, path) => `${url}/o/p/_git/r?path=/${path}&version=GBmain`,
    fileRequest:
      '/o/p/_apis/git/repositories/r/items?api-version=6.0&path=%2Freadme.md&version=main',
    treeRequests: [
      '/o/p/_apis/git/repositories/r/commits?api-version=6.0&searchCriteria.itemVersion.version=main',
      '/o/p/_apis/git/repositories/r/items?recursionLevel=full&download=true&api-version=6.0&scopePath=%2Fdocs&version=main',
    ],
    etag: commit,
    authorization: basic(':secret'),
    overridden: basic(':t0k'),
    hasEtags: false,
    notFound: 'could not be read as',
  },
  {
    name: 'Bitbucket Cloud',
    async setUp() {
      const host = await serveHost({
        '/2.0/repositories/o/r/src/main/readme.md': versioned('"v1"', 'read me'),
        '/2.0/repositories/o/r/commits/main': { values: [{ hash: commit }] },
        [`/o/r/get/${short}.tar.gz`]: tar,
      });
      routeFetch({ 'bitbucket.org': host.url, 'api.bitbucket.org': host.url });
      const integrations = { bitbucketCloud: [{ username: 'u', appPassword: 'secret' }] };
      return { host, integrations };
    },
    url: (_host, path) => `https://bitbucket.org/o/r/src/main/${path}`,
    fileRequest: '/2.0/repositories/o/r/src/main/readme.md',
    treeRequests: ['/2.0/repositories/o/r/commits/main?pagelen=1', `/o/r/get/${short}.tar.gz`],
    etag: short,
    authorization: basic('u:secret'),
    overridden: 'Bearer t0k',
    hasEtags: true,
    notFound: 'could not be read as',
  },
  {
    name: 'Bitbucket Server',
    async setUp() {
      const api = '/rest/api/1.0/projects/P/repos/r';
      const host = await serveHost({
        [`${api}/raw/readme.md?at=main`]: versioned('"v1"', 'read me'),
        [`${api}/commits`]: { values: [{ id: commit }] },
        [`${api}/archive`]: tar,
      });
      const apiBaseUrl = `${host.url}/rest/api/1.0`;
      const bitbucketServer = [{ host: host.host, apiBaseUrl, token: 'secret' }];
      return { host, integrations: { bitbucketServer } };
    },
    url: ({ url }, path) => `${url}/projects/P/repos/r/browse/${path}?at=main`,
    fileRequest: '/rest/api/1.0/projects/P/repos/r/raw/readme.md?at=main',
    treeRequests: [
      '/rest/api/1.0/projects/P/repos/r/commits?limit=1&until=main',
      `/rest/api/1.0/projects/P/repos/r/archive?format=tgz&at=${commit}&prefix=P-r&path=docs`,
    ],
    etag: short,
    authorization: 'Bearer secret',
    overridden: 'Bearer t0k',
    hasEtags: true,
    notFound: 'could not be read as',
  },
  {
    name: 'Gerrit',
    async setUp() {
      const host = await serveHost({
        '/a/projects/p%2Fr/branches/main/files/readme.md/content': base64('read me'),
        '/a/projects/p%2Fr/branches/main': `)]}'\n${JSON.stringify({ revision: commit })}`,
        '/a/gitiles/p/r/+archive/refs/heads/main/docs.tar.gz': makeTar(inFolder('top/docs/')),
      });
      const { url } = host;
      const address = { host: host.host, baseUrl: url, gitilesBaseUrl: `${url}/gitiles` };
      const gerrit = [{ ...address, username: 'u', password: 'secret' }];
      return { host, integrations: { gerrit } };
    },
    url: ({ url }, path) => `${url}/gitiles/p/r/+/refs/heads/main/${path}`,
    fileRequest: '/a/projects/p%2Fr/branches/main/files/readme.md/content',
    treeRequests: [
      '/a/projects/p%2Fr/branches/main',
      '/a/gitiles/p/r/+archive/refs/heads/main/docs.tar.gz',
    ],
    etag: commit,
    authorization: basic('u:secret'),
    overridden: basic('u:t0k'),
    hasEtags: false,
    notFound: 'could not be read as',
  },
  {
    name: 'GitHub',
    async setUp() {
      const host = await serveHost();
      const api = `${host.url}/api/v3/repos/o/r`;
      const repository = {
        archive_url: `${api}/{archive_format}{/ref}`,
        trees_url: `${api}/git/trees{/sha}`,
      };
      const blobs = ['readme.md', 'docs/a.yaml', 'docs/more/b.yaml', 'docs/c.txt'];
      Object.assign(host.routes, {
        '/api/v3/repos/o/r/contents/readme.md?ref=main': versioned('"v1"', 'read me'),
        '/api/v3/repos/o/r/commits/main/status': { sha: commit, repository },
        [`/api/v3/repos/o/r/tarball/${commit}`]: tar,
        [`/api/v3/repos/o/r/git/trees/${commit}?recursive=true`]: {
          truncated: false,
          tree: blobs.map((path) => ({ type: 'blob', path, url: `${api}/git/blobs/${path}` })),
        },
        ...Object.fromEntries(
          blobs.map((path) => [
            `/api/v3/repos/o/r/git/blobs/${path}`,
            { encoding: 'base64', content: base64(files[`top/${path}` as keyof typeof files]) },
          ]),
        ),
      });
      const apiBaseUrl = `${host.url}/api/v3`;
      return { host, integrations: { github: [{ host: host.host, apiBaseUrl, token: 'secret' }] } };
    },
    url: ({ url }, path) => `${url}/o/r/tree/main/${path}`,
    fileRequest: '/api/v3/repos/o/r/contents/readme.md?ref=main',
    treeRequests: [
      '/api/v3/repos/o/r/commits/main/status?per_page=0',
      `/api/v3/repos/o/r/tarball/${commit}`,
    ],
    etag: commit,
    authorization: 'Bearer secret',
    overridden: 'Bearer t0k',
    hasEtags: true,
    notFound: 'Request failed for',
  },
  {
    name: 'Gitea',
    async setUp() {
      const api = '/api/v1/repos/o/r';
      const content = JSON.stringify({ encoding: 'base64', content: base64('read me') });
      const host = await serveHost({
        [`${api}/contents/readme.md?ref=main`]: versioned('"v1"', content),
        [`${api}/git/commits/main`]: { sha: commit },
        [`${api}/archive/${commit}.tar.gz`]: tar,
      });
      const gitea = [{ host: host.host, baseUrl: host.url, username: 'u', password: 'secret' }];
      return { host, integrations: { gitea } };
    },
    url: ({ url }, path) => `${url}/o/r/src/branch/main/${path}`,
    fileRequest: '/api/v1/repos/o/r/contents/readme.md?ref=main',
    treeRequests: [
      '/api/v1/repos/o/r/git/commits/main',
      `/api/v1/repos/o/r/archive/${commit}.tar.gz`,
    ],
    etag: commit,
    authorization: basic('u:secret').replace('Basic', 'basic'),
    overridden: 'Bearer t0k',
    hasEtags: true,
    notFound: 'could not be read as',
  },
  {
    name: 'GitLab',
    async setUp() {
      const api = '/api/v4/projects/g%2Fs%2Fr/repository';
      const host = await serveHost({
        [`${api}/files/readme.md/raw?ref=main`]: versioned('"v1"', 'read me'),
        [`${api}/commits`]: [{ id: commit }],
        [`${api}/archive`]: tar,
      });
      const address = { host: host.host, baseUrl: host.url, apiBaseUrl: `${host.url}/api/v4` };
      return { host, integrations: { gitlab: [{ ...address, token: 'secret' }] } };
    },
    url: ({ url }, path) => `${url}/g/s/r/-/blob/main/${path}`,
    fileRequest: '/api/v4/projects/g%2Fs%2Fr/repository/files/readme.md/raw?ref=main',
    treeRequests: [
      '/api/v4/projects/g%2Fs%2Fr/repository/commits?ref_name=main&path=docs&per_page=1',
      `/api/v4/projects/g%2Fs%2Fr/repository/archive?sha=${commit}&path=docs`,
    ],
    etag: commit,
    authorization: 'Bearer secret',
    overridden: 'Bearer t0k',
    hasEtags: true,
    notFound: 'could not be read as',
  },
  {
    name: 'Harness',
    async setUp() {
      const api = '/gateway/code/api/v1/repos/acc/o/p/r/+';
      const host = await serveHost({
        [`${api}/raw/readme.md`]: versioned('"v1"', 'read me'),
        [`${api}/content`]: { latest_commit: { sha: commit } },
        [`${api}/archive/main.zip`]: makeZip(inFolder('top/')),
      });
      routeFetch({ 'harness.example': host.url });
      return { host, integrations: { harness: [{ host: 'harness.example', token: 'secret' }] } };
    },
    url: (_host, path) =>
      `https://harness.example/ng/account/acc/module/code/orgs/o/projects/p/repos/r/files/main/~/${path}`,
    fileRequest:
      '/gateway/code/api/v1/repos/acc/o/p/r/+/raw/readme.md?routingId=acc&git_ref=refs/heads/main',
    treeRequests: [
      '/gateway/code/api/v1/repos/acc/o/p/r/+/content?routingId=acc&include_commit=true&git_ref=refs/heads/main',
      '/gateway/code/api/v1/repos/acc/o/p/r/+/archive/main.zip?routingId=acc',
    ],
    etag: commit,
    authorization: 'Bearer secret',
    overridden: 'Bearer t0k',
    hasEtags: true,
    notFound: 'could not be read as',
  },
];

describe.each(kinds)('$name', (kind) => {
  it('[URL-9] reads a file through its API, with the configured credentials', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);

    expect(await readText(reader, kind.url(host, 'readme.md'))).toBe('read me');
    expect(host.paths()).toEqual([kind.fileRequest]);
    expect(host.authorizations()).toEqual([kind.authorization]);
  });

  it('[URL-9] prefers the token of the caller', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);

    await reader.readUrl(kind.url(host, 'readme.md'), { token: 't0k' });
    await reader.readTree(kind.url(host, 'docs'), { token: 't0k' });

    expect(new Set(host.authorizations())).toEqual(new Set([kind.overridden]));
  });

  it('[URL-4] tells what is not there, and what the host refuses', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);

    await expect(reader.readUrl(kind.url(host, 'gone.md'))).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.stringMatching(new RegExp(`${kind.notFound} .*, 404 Not Found$`)),
    });
    for (const path of Object.keys(host.routes)) {
      host.routes[path] = (res) => res.writeHead(500).end('secret page');
    }
    const refusal = {
      name: 'Error',
      message: expect.stringMatching(/, 500 Internal Server Error$/),
    };
    await expect(reader.readUrl(kind.url(host, 'readme.md'))).rejects.toMatchObject(refusal);
    await expect(reader.readTree(kind.url(host, 'docs'))).rejects.toMatchObject(refusal);
  });

  it('[URL-9] reads a folder from an archive at its commit', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);

    const tree = await reader.readTree(kind.url(host, 'docs'));

    expect(tree.etag).toBe(kind.etag);
    expect(await readFiles(tree)).toEqual(docs);
    expect(host.paths()).toEqual(kind.treeRequests);
    expect(new Set(host.authorizations())).toEqual(new Set([kind.authorization]));
  });

  it('[URL-4] [URL-9] asks for no archive when its commit is known', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);
    const known = { etag: kind.etag };

    const url = kind.url(host, 'docs');
    await expect(reader.readTree(url, known)).rejects.toBeInstanceOf(NotModifiedError);
    const pattern = kind.url(host, 'docs/*.yaml');
    await expect(reader.search(pattern, known)).rejects.toBeInstanceOf(NotModifiedError);

    expect(host.paths()).toEqual([kind.treeRequests[0], kind.treeRequests[0]]);
  });

  it('[URL-9] finds files by a pattern', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);

    expect(await findTexts(reader, kind.url(host, 'docs/**/*.yaml'))).toEqual({
      [found(kind.url(host, 'docs/a.yaml'))]: 'ay',
      [found(kind.url(host, 'docs/more/b.yaml'))]: 'bee',
    });
    expect((await reader.search(kind.url(host, 'docs/*.yaml'))).etag).toBe(kind.etag);
  });

  it('[URL-9] finds one file without a pattern, or none', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);

    const url = kind.url(host, 'readme.md');
    expect(await findTexts(reader, url)).toEqual({ [url]: 'read me' });
    expect(await reader.search(kind.url(host, 'gone.md'))).toEqual({ files: [], etag: '' });
  });

  it('ends a read that the caller gives up', async () => {
    const { host, integrations } = await kind.setUp();
    const reader = await createUrlReader(integrations as never);
    const controller = new AbortController();
    for (const path of Object.keys(host.routes)) {
      host.routes[path] = () => controller.abort();
    }

    const { signal } = controller;
    const read = reader.readTree(kind.url(host, 'docs'), { signal });
    await expect(read).rejects.toThrow(/^Unable to read .*AbortError/);
  });

  it('keeps its credentials from other hosts, and out of errors', async () => {
    const { host, integrations } = await kind.setUp();
    const other = await serveHost({ '/file': 'elsewhere' });
    for (const path of Object.keys(host.routes)) {
      host.routes[path] = (res) => res.writeHead(302, { location: `${other.url}/file` }).end();
    }
    const reader = await createUrlReader(integrations as never, {
      allow: [{ host: other.host }],
    });

    const failure = await reader.readTree(kind.url(host, 'docs')).catch(String);

    expect(other.requests.map(({ headers }) => Object.keys(headers))).toEqual([
      expect.not.arrayContaining(['authorization', 'x-api-key', 'private-token', 'cookie']),
    ]);
    expect(failure).toMatch(/^\w*Error/);
    expect(failure).not.toContain('secret');
  });
});

describe.each(kinds.filter(({ hasEtags }) => hasEtags))(
  '$name, which has ETags of files',
  (kind) => {
    it('[URL-4] tells the ETag of a file, and that it is known', async () => {
      const { host, integrations } = await kind.setUp();
      const reader = await createUrlReader(integrations as never);
      const url = kind.url(host, 'readme.md');

      expect(await reader.readUrl(url)).toMatchObject({
        etag: '"v1"',
        lastModifiedAt: new Date('2026-08-01T00:00:00Z'),
      });
      await expect(reader.readUrl(url, { etag: '"v1"' })).rejects.toBeInstanceOf(NotModifiedError);
      const lastModifiedAfter = new Date('2026-08-02T00:00:00Z');
      await reader.readUrl(url, { lastModifiedAfter });
      expect(host.requests.at(-1)?.headers['if-modified-since']).toBe(
        'Sun, 02 Aug 2026 00:00:00 GMT',
      );
    });
  },
);

describe.each(kinds.filter(({ name }) => name !== 'Azure DevOps'))(
  '$name, with paths in URLs',
  (kind) => {
    it.each(['%252e%252e/secret', '..%2Fsecret', 'a%2F%2e%2e/secret'])(
      'is not asked for docs/%s',
      async (path) => {
        const { host, integrations } = await kind.setUp();
        const reader = await createUrlReader(integrations as never);

        const url = kind.url(host, `docs/${path}`);
        await expect(reader.readUrl(url)).rejects.toThrow(/path traversal is not allowed/);
        await expect(reader.readTree(url)).rejects.toMatchObject({ code: 'E_URL_TRAVERSAL' });
        await expect(reader.search(`${url}/*`)).rejects.toMatchObject({ code: 'E_URL_TRAVERSAL' });
        expect(host.paths()).toEqual([]);
      },
    );
  },
);

/** Azure knows a path by its query, and writes it in its own way. */
function found(url: string): string {
  return url.includes('?path=') ? url.replaceAll(/(?<=path=.*)\//g, '%2F') : url;
}

function prefixed(prefix: string) {
  return Object.fromEntries(
    Object.entries(inFolder('top/docs/')).map(([path, text]) => [`${prefix}${path}`, text]),
  );
}

function basic(text: string): string {
  return `Basic ${base64(text)}`;
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
