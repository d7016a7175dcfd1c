import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { urlReaderServiceFactory } from '@stagewire/services/urlReader';
import { makeFrom } from '../../src/fake.js';
import { mockServices } from '../../src/index.js';
import { describeBoth } from './both.js';

const server = createServer((req, res) => {
  if (req.url !== '/a.txt') res.writeHead(404).end();
  else if (req.headers['if-none-match'] === '"1"') res.writeHead(304).end();
  else res.writeHead(200, { etag: '"1"' }).end('hello');
});
let origin = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

describeBoth(
  'urlReader',
  {
    real: () => {
      const allow = [{ host: new URL(origin).host }];
      return makeFrom(urlReaderServiceFactory, {
        config: mockServices.rootConfig({ data: { backend: { reading: { allow } } } }),
        logger: mockServices.logger(),
        factories: [],
      });
    },
    fake: () => mockServices.urlReader({ files: { [`${origin}/a.txt`]: 'hello' } }),
  },
  (make) => {
    it('URL-4 reads what is there, and nothing that is known already', async () => {
      const reader = await make();

      const { buffer: read, etag } = await reader.readUrl(`${origin}/a.txt`);

      expect(String(await read())).toBe('hello');
      expect(String(await read())).toBe('hello');
      await expect(reader.readUrl(`${origin}/a.txt`, { etag: etag! })).rejects.toThrow(
        expect.objectContaining({ name: 'NotModifiedError' }),
      );
    });

    it('URL-2 URL-4 tells what is not there, and what is no URL', async () => {
      const reader = await make();

      await expect(reader.readUrl(`${origin}/b.txt`)).rejects.toThrow(
        expect.objectContaining({
          name: 'NotFoundError',
          message: `could not read ${origin}/b.txt, 404 Not Found`,
        }),
      );
      await expect(reader.readUrl('a.txt')).rejects.toThrow(TypeError);
    });

    it('URL-5 gives the body as a buffer or as a stream', async () => {
      const reader = await make();

      const response = await reader.readUrl(`${origin}/a.txt`);

      expect(await text(response.stream!())).toBe('hello');
      await expect(response.buffer()).rejects.toThrow(
        'Cannot use buffer() and stream() from the same ReadUrlResponse',
      );
    });

    it('URL-9 finds one file by its URL', async () => {
      const reader = await make();

      const found = await reader.search(`${origin}/a.txt`);
      const missing = await reader.search(`${origin}/b.txt`);

      expect(found.files.map(({ url }) => url)).toEqual([`${origin}/a.txt`]);
      expect(String(await found.files[0]!.content())).toBe('hello');
      expect(missing.files).toEqual([]);
    });
  },
);

describe('the fake urlReader', () => {
  const root = 'https://github.com/org/repo/tree/main';
  const reader = mockServices.urlReader({
    files: {
      [`${root}/catalog-info.yaml`]: 'kind: Component',
      [`${root}/docs/index.md`]: '# Docs',
      [`${root}/docs/more/first page.md`]: new Uint8Array([35]),
    },
  });

  it('reads trees', async () => {
    const tree = await reader.readTree(`${root}/docs`);
    const files = await tree.files();

    expect(files.map(({ path }) => path)).toEqual(['index.md', 'more/first page.md']);
    expect(String(await files[0]!.content())).toBe('# Docs');
    await expect(tree.files()).rejects.toThrow('Response has already been read');
    await expect(
      reader.readTree(root, { etag: (await reader.readTree(root)).etag }),
    ).rejects.toThrow(expect.objectContaining({ name: 'NotModifiedError' }));
    await expect(reader.readTree(`${root}/doc`)).rejects.toThrow(
      expect.objectContaining({ code: 'E_MOCK_URL' }),
    );
  });

  it('leaves out what a filter does not want, and packs the rest', async () => {
    const sizes: unknown[] = [];
    const tree = await reader.readTree(root, {
      filter: (path, info) => sizes.push(info?.size) > 0 && path.endsWith('.yaml'),
    });

    const archive = await buffer(await tree.archive());

    expect(archive.includes('catalog-info.yaml')).toBe(true);
    expect(archive.includes('index.md')).toBe(false);
    expect(sizes).toEqual([15, 6, 1]);
  });

  it('searches by patterns', async () => {
    const { files } = await reader.search(`${root}/**/*.md`);

    expect(files.map(({ url }) => decodeURI(url))).toEqual([
      `${root}/docs/index.md`,
      `${root}/docs/more/first page.md`,
    ]);
  });

  it('never asks the network in a backend', async () => {
    const factory = mockServices.urlReader.factory();
    const { config, logger } = { config: mockServices.rootConfig(), logger: mockServices.logger() };

    const inBackend = await makeFrom(factory, { config, logger, factories: [] });

    await expect(inBackend.readUrl('https://github.com/org/repo/blob/main/a')).rejects.toThrow(
      expect.objectContaining({ code: 'E_MOCK_URL' }),
    );
  });
});
