import { describe, expect, it } from 'vitest';
import { makeTar, makeZip } from './support/archives.js';
import { createUrlReader, findTexts, readFiles, readText } from './support/create-url-reader.js';
import { routeFetch, serveHost } from './support/fake-host.js';

const commit = 'a'.repeat(40);
const tar = makeTar({ 'top/a.yaml': 'ay', 'top/x/b.yaml': 'bee' });

describe('GitHub', () => {
  it('[URL-10] reads the tarball when the list of files is cut off', async () => {
    const { host, reader, url } = await setUpGithub();
    host.routes[`/api/repos/o/r/git/trees/${commit}?recursive=true`] = {
      truncated: true,
      tree: [],
    };

    expect(await findTexts(reader, `${url}/blob/main/**/*.yaml`)).toEqual({
      [`${url}/blob/main/a.yaml`]: 'ay',
      [`${url}/blob/main/x/b.yaml`]: 'bee',
    });
    expect(host.paths()).toContain(`/api/repos/o/r/tarball/${commit}`);
  });

  it.each([
    [403, { 'x-ratelimit-remaining': '0' }],
    [429, {}],
  ])('[URL-10] tells that a rate limit is exceeded: %s', async (status, headers) => {
    const { host, reader, url } = await setUpGithub();
    const target = '/api/repos/o/r/contents/a.yaml?ref=main';
    host.routes[target] = (res) => res.writeHead(status, headers).end();

    await expect(reader.readUrl(`${url}/blob/main/a.yaml`)).rejects.toThrow(
      /^Request failed for http.*\/a\.yaml\?ref=main, \d+ [\w ]+ \(rate limit exceeded\)$/,
    );
  });

  it('[URL-10] does so for a refusal of another kind not', async () => {
    const { host, reader, url } = await setUpGithub();
    host.routes['/api/repos/o/r/contents/a.yaml'] = (res) => res.writeHead(403).end();

    await expect(reader.readUrl(`${url}/blob/main/a.yaml`)).rejects.toThrow(/, 403 Forbidden$/);
  });

  it('[URL-10] asks for raw content, and reads public files without credentials', async () => {
    const { host, reader, url } = await setUpGithub();
    host.routes['/api/repos/o/r/contents/a.yaml'] = 'ay';
    await reader.readUrl(`${url}/blob/main/a.yaml`);
    expect(host.requests[0]?.headers.accept).toBe('application/vnd.github.v3.raw');

    const raw = await serveHost({ '/o/r/main/a.yaml': 'public' });
    routeFetch({ 'raw.githubusercontent.com': raw.url });
    const plain = await createUrlReader({});
    expect(await readText(plain, 'https://github.com/o/r/blob/main/a.yaml')).toBe('public');
    expect(raw.authorizations()).toEqual([undefined]);
  });

  it('[URL-10] asks for the default branch of a repository without a ref', async () => {
    const { host, reader, url } = await setUpGithub('dev/x');
    host.routes['/api/repos/o/r'] = { default_branch: 'dev/x' };

    expect(await readFiles(await reader.readTree(url))).toEqual({
      'a.yaml': 'ay',
      'x/b.yaml': 'bee',
    });
  });

  it('sends no credentials to a host that an answer names', async () => {
    const other = await serveHost({ '/tarball': tar });
    const { host, reader, url } = await setUpGithub();
    host.routes['/api/repos/o/r/commits/main/status'] = {
      sha: commit,
      repository: { archive_url: `${other.url}/tarball`, trees_url: `${other.url}/trees` },
    };

    await reader.readTree(`${url}/tree/main`);

    expect(other.authorizations()).toEqual([undefined]);
  });

  it('refuses an answer that is no JSON, or says nothing', async () => {
    const { host, reader, url } = await setUpGithub();
    const target = '/api/repos/o/r/commits/main/status';
    for (const answer of ['<html>', {}, { sha: commit }]) {
      host.routes[target] = answer;
      await expect(reader.readTree(`${url}/tree/main`)).rejects.toMatchObject({
        code: 'E_URL_ANSWER',
      });
    }
  });
});

describe('Azure DevOps', () => {
  it('[URL-11] takes the page to sign in, status 203, for a failure', async () => {
    const host = await serveHost();
    const reader = await createUrlReader({ azure: [{ host: host.host }] });
    host.routes['/o/p/_apis/git/repositories/r/items'] = (res) => res.writeHead(203).end('<html>');

    const url = `${host.url}/o/p/_git/r?path=/a.yaml`;
    await expect(reader.readUrl(url)).rejects.toThrow(
      `${url} could not be read as ${host.url}/o/p/_apis/git/repositories/r/items?api-version=6.0&path=%2Fa.yaml, 203 Non-Authoritative Information`,
    );
  });

  it('reads a whole repository', async () => {
    const api = '/o/p/_apis/git/repositories/r';
    const host = await serveHost({
      [`${api}/commits`]: { value: [{ commitId: commit }] },
      [`${api}/items`]: makeZip({ 'a.yaml': 'ay', 'x/b.yaml': 'bee' }),
    });
    const reader = await createUrlReader({ azure: [{ host: host.host }] });

    const tree = await reader.readTree(`${host.url}/o/p/_git/r`);
    expect(await readFiles(tree)).toEqual({ 'a.yaml': 'ay', 'x/b.yaml': 'bee' });
    expect(await findTexts(reader, `${host.url}/o/p/_git/r?path=/**/b.yaml`)).toEqual({
      [`${host.url}/o/p/_git/r?path=%2Fx%2Fb.yaml`]: 'bee',
    });
  });

  it('sends a web token of the caller as what it is', async () => {
    const host = await serveHost({ '/o/p/_apis/git/repositories/r/items': 'ay' });
    const reader = await createUrlReader({ azure: [{ host: host.host }] });

    await reader.readUrl(`${host.url}/o/p/_git/r?path=/a.yaml`, { token: 'head.claims.signature' });

    expect(host.authorizations()).toEqual(['Bearer head.claims.signature']);
  });
});

describe('Bitbucket', () => {
  it('in the cloud: asks for the default branch', async () => {
    const host = await serveHost({
      '/2.0/repositories/o/r': { mainbranch: { name: 'dev' } },
      '/2.0/repositories/o/r/commits/dev': { values: [{ hash: commit }] },
      [`/o/r/get/${commit.slice(0, 12)}.tar.gz`]: tar,
    });
    routeFetch({ 'bitbucket.org': host.url, 'api.bitbucket.org': host.url });
    const reader = await createUrlReader({});

    const tree = await reader.readTree('https://bitbucket.org/o/r');
    expect(Object.keys(await readFiles(tree))).toEqual(['a.yaml', 'x/b.yaml']);
    expect(host.authorizations()).toEqual([undefined, undefined, undefined]);
  });

  it('in the cloud: sends no credentials over http, when it redirects there', async () => {
    const host = await serveHost({
      '/2.0/repositories/o/r/src/main/a.yaml': (res) =>
        res.writeHead(302, { location: 'http://api.bitbucket.org/plain' }).end(),
      '/plain': 'ay',
    });
    routeFetch({ 'api.bitbucket.org': host.url });
    const reader = await createUrlReader({
      bitbucketCloud: [{ username: 'u', appPassword: 'secret' }],
    });

    await reader.readUrl('https://bitbucket.org/o/r/src/main/a.yaml');

    expect(host.authorizations()).toEqual([expect.stringMatching(/^Basic /), undefined]);
  });

  it('on premises: reads repositories of people, at the default branch', async () => {
    const host = await serveHost({
      '/ctx/api/projects/~U/repos/r/commits?limit=1': { values: [{ id: commit }] },
      '/ctx/api/projects/~U/repos/r/archive': tar,
    });
    const { host: name, url } = host;
    const reader = await createUrlReader({
      bitbucketServer: [
        { host: name, apiBaseUrl: `${url}/ctx/api/`, username: 'u', password: 'p' },
      ],
    });

    const tree = await reader.readTree(`${url}/ctx/users/U/repos/r/browse`);
    expect(Object.keys(await readFiles(tree))).toEqual(['a.yaml', 'x/b.yaml']);
    expect(host.authorizations()[0]).toMatch(/^Basic /);
  });
});

describe('Gerrit', () => {
  it('reads a folder at a commit, which is its ETag already', async () => {
    const host = await serveHost({
      [`/gitiles/p/+archive/${commit}/x.tar.gz`]: makeTar({ b: 'bee' }),
    });
    const { url } = host;
    const gerrit = [{ host: host.host, baseUrl: url, gitilesBaseUrl: `${url}/gitiles` }];
    const reader = await createUrlReader({ gerrit });

    const folder = `${url}/gitiles/p/+/${commit}/x`;
    expect(await readFiles(await reader.readTree(folder))).toEqual({ b: 'bee' });
    await expect(reader.readTree(folder, { etag: commit })).rejects.toMatchObject({
      name: 'NotModifiedError',
    });
    expect(host.paths()).toHaveLength(1);
  });
});

describe('Gitea', () => {
  it('tells that credentials are not enough', async () => {
    const { host, reader } = await setUpGitea();
    host.routes['/api/v1/repos/o/r/contents/a.yaml'] = (res) => res.writeHead(403).end();

    await expect(reader.readUrl(`${host.url}/o/r/src/branch/main/a.yaml`)).rejects.toMatchObject({
      name: 'AuthenticationError',
    });
  });

  it('refuses what is no file', async () => {
    const { host, reader } = await setUpGitea();
    host.routes['/api/v1/repos/o/r/contents/x'] = [{ type: 'dir' }];

    await expect(reader.readUrl(`${host.url}/o/r/src/branch/main/x`)).rejects.toMatchObject({
      code: 'E_URL_ANSWER',
    });
  });
});

describe('GitLab', () => {
  it('reads an artifact of a job', async () => {
    const { host, reader } = await setUpGitlab();
    host.routes['/api/v4/projects/g%2Fr/jobs/artifacts/main/raw/out/a.txt?job=build'] = 'artifact';

    const url = `${host.url}/g/r/-/jobs/artifacts/main/raw/out/a.txt?job=build`;
    expect(await readText(reader, url)).toBe('artifact');
    expect(await findTexts(reader, url)).toEqual({ [url]: 'artifact' });
    expect(new Set(host.authorizations())).toEqual(new Set(['Bearer secret']));
  });

  it('reads below a path of its own, old URLs and the default branch as well', async () => {
    const { host, reader } = await setUpGitlab('/git');
    Object.assign(host.routes, {
      '/git/api/v4/projects/g%2Fr': { default_branch: 'dev' },
      '/git/api/v4/projects/g%2Fr/repository/commits': [{ id: commit }],
      '/git/api/v4/projects/g%2Fr/repository/archive': tar,
    });

    expect(Object.keys(await readFiles(await reader.readTree(`${host.url}/git/g/r`)))).toEqual([
      'a.yaml',
      'x/b.yaml',
    ]);
    expect(host.paths()[1]).toContain('ref_name=dev&');
    expect(await findTexts(reader, `${host.url}/git/g/r/blob/main/x/*.yaml`)).toEqual({
      [`${host.url}/git/g/r/blob/main/x/b.yaml`]: 'bee',
    });
  });

  it('tries again where the integration says so', async () => {
    const { host, reader } = await setUpGitlab('', { maxRetries: 1, retryStatusCodes: [503] });
    let asked = 0;
    host.routes['/api/v4/projects/g%2Fr/repository/files/a.txt/raw'] = (res) => {
      asked += 1;
      return asked === 1 ? res.writeHead(503, { 'retry-after': '0' }).end() : res.end('ay');
    };

    expect(await readText(reader, `${host.url}/g/r/-/blob/main/a.txt`)).toBe('ay');
  });
});

describe('Harness', () => {
  it('[URL-11] follows a redirect to a host that may be read, and to no other', async () => {
    const other = await serveHost({ '/raw': 'elsewhere' });
    const host = await serveHost({
      '/gateway/code/api/v1/repos/acc/r/+/raw/a.yaml': (res) =>
        res.writeHead(302, { location: `${other.url}/raw` }).end(),
    });
    routeFetch({ 'harness.example': host.url });
    const integrations = { harness: [{ host: 'harness.example', apiKey: 'secret' }] };
    const url = 'https://harness.example/ng/account/acc/module/code/repos/r/files/main/~/a.yaml';

    const strict = await createUrlReader(integrations);
    await expect(strict.readUrl(url)).rejects.toMatchObject({ code: 'E_URL_REDIRECT_NOT_ALLOWED' });
    expect(other.paths()).toEqual([]);

    const open = await createUrlReader(integrations, { allow: [{ host: other.host }] });
    expect(await readText(open, url)).toBe('elsewhere');
    expect(host.requests[0]?.headers['x-api-key']).toBe('secret');
    expect(other.requests[0]?.headers).not.toHaveProperty('x-api-key');
  });
});

describe('every host', () => {
  it('is not waited for without end', async () => {
    const { host, reader, url } = await setUpGithub('main', { timeout: { milliseconds: 50 } });
    host.routes['/api/repos/o/r/contents/a.yaml'] = () => {};
    host.routes[`/api/repos/o/r/tarball/${commit}`] = (res) => res.write(tar.subarray(0, 20));

    const timedOut = { code: 'E_URL_TIMEOUT' };
    await expect(reader.readUrl(`${url}/blob/main/a.yaml`)).rejects.toMatchObject(timedOut);
    const tree = await reader.readTree(`${url}/tree/main`);
    await expect(tree.files()).rejects.toMatchObject(timedOut);
  });

  it('ends an archive that the caller gives up while it comes', async () => {
    const { host, reader, url } = await setUpGithub();
    const closed = new Promise<void>((resolve) => {
      host.routes[`/api/repos/o/r/tarball/${commit}`] = (res) => {
        res.write(tar.subarray(0, 20));
        res.on('close', resolve);
      };
    });
    const controller = new AbortController();
    const tree = await reader.readTree(`${url}/tree/main`, { signal: controller.signal });

    const files = tree.files();
    controller.abort();

    await expect(files).rejects.toMatchObject({ name: 'AbortError' });
    await closed;
  });

  it('is held to the size of a response', async () => {
    const { host, reader, url } = await setUpGithub('main', { maxResponseSize: 10 });
    host.routes['/api/repos/o/r/contents/a.yaml'] = 'x'.repeat(11);

    await expect(reader.readUrl(`${url}/blob/main/a.yaml`)).rejects.toMatchObject({
      code: 'E_URL_TOO_LARGE',
    });
  });

  it.each([
    ['github', { apiBaseUrl: '<url>/api' }, '/api/repos/o/r%3Fx'],
    ['gitea', { baseUrl: '<url>' }, '/api/v1/repos/o/r%3Fx'],
    ['gitlab', { apiBaseUrl: '<url>/api', baseUrl: '<url>' }, '/api/projects/o%2Fr%3Fx'],
  ])('is asked for the repository that is meant: %s', async (kind, addresses, path) => {
    const host = await serveHost();
    const { host: name, url } = host;
    const own = JSON.parse(JSON.stringify(addresses).replaceAll('<url>', url)) as object;
    const reader = await createUrlReader({ [kind]: [{ host: name, ...own }] });

    await expect(reader.readTree(`${url}/o/r%3Fx`)).rejects.toThrow('404');

    expect(host.paths()).toEqual([expect.stringContaining(path)]);
  });

  it('tells a URL of another form, with the form that is right', async () => {
    const { host, reader } = await setUpGitlab();

    await expect(reader.readTree(`${host.url}/`)).rejects.toMatchObject({
      code: 'E_URL_FORM',
      message: expect.stringContaining('https://<host>/<group>/<project>/-/blob/<branch>/<path>'),
    });
  });
});

async function setUpGithub(branch = 'main', reading = {}) {
  const host = await serveHost();
  const api = `${host.url}/api/repos/o/r`;
  const repository = {
    archive_url: `${api}/{archive_format}{/ref}`,
    trees_url: `${api}/git/trees{/sha}`,
  };
  host.routes[`/api/repos/o/r/commits/${encodeURIComponent(branch)}/status`] = {
    sha: commit,
    repository,
  };
  host.routes[`/api/repos/o/r/tarball/${commit}`] = tar;
  const github = [{ host: host.host, apiBaseUrl: `${host.url}/api`, token: 'secret' }];
  const reader = await createUrlReader({ github }, reading);
  return { host, reader, url: `${host.url}/o/r` };
}

async function setUpGitea() {
  const host = await serveHost();
  const reader = await createUrlReader({ gitea: [{ host: host.host, baseUrl: host.url }] });
  return { host, reader };
}

async function setUpGitlab(path = '', retry?: { maxRetries: number; retryStatusCodes: number[] }) {
  const host = await serveHost();
  const baseUrl = `${host.url}${path}`;
  const gitlab = [
    {
      host: host.host,
      baseUrl,
      apiBaseUrl: `${baseUrl}/api/v4`,
      token: 'secret',
      ...(retry && { retry }),
    },
  ];
  return { host, reader: await createUrlReader({ gitlab }) };
}
