import { Readable } from 'node:stream';
import { ConfigReader } from '@stagewire/config';
import type { ReaderFactory, UrlReaderService } from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { describe, expect, it } from 'vitest';
import { urlReaderServiceFactory } from '../../src/url-reader/url-reader-service-factory.js';
import { serveLoopback } from '../support/loopback-server.js';
import { recordingLogger } from '../support/recording-logger.js';

describe('the URL reader', () => {
  it('[URL-1] uses the first reader whose predicate matches, those of the application first', async () => {
    const { url } = await serveLoopback((_req, res) => res.end('plain'));
    const host = '127.0.0.1:1-65535';
    const reader = await createReader([readerOf('/first', 'first'), readerOf('/', 'second')], host);
    const fallback = await createReader([readerOf('/first', 'first')], host);

    expect(await readAll(reader, `${url}/first`)).toBe('first');
    expect(await readAll(reader, `${url}/other`)).toBe('second');
    expect(await readAll(fallback, `${url}/other`)).toBe('plain');
  });

  it('[URL-1] serves trees and searches with the same reader', async () => {
    const reader = await createReader([readerOf('/', 'tree')]);

    const tree = await reader.readTree('https://a.example/');
    expect((await tree.files()).map(({ path }) => path)).toEqual(['tree']);
    expect((await reader.search('https://a.example/')).etag).toBe('tree');
  });

  it('[URL-2] refuses a host that nobody serves, and says what to type', async () => {
    const reader = await createReader([]);

    const refusal = expect.objectContaining({
      name: 'NotAllowedError',
      message:
        `Reading from 'https://a.example:8443/x' is not allowed. You may need to configure an integration for the ` +
        `target host, or add it to the configured list of allowed hosts at 'backend.reading.allow'`,
      code: 'E_URL_NOT_ALLOWED',
      fix: expect.stringContaining('"- host: a.example:8443" to backend.reading.allow'),
    });
    await expect(reader.readUrl('https://a.example:8443/x')).rejects.toEqual(refusal);
    await expect(reader.readTree('https://a.example:8443/x')).rejects.toEqual(refusal);
    await expect(reader.search('https://a.example:8443/x')).rejects.toEqual(refusal);
  });

  it('[URL-2] does not advise to allow the host of what no host is asked for', async () => {
    const reader = await createReader([]);

    await expect(reader.readUrl('file:///etc/hosts')).rejects.toMatchObject({
      code: 'E_URL_NOT_ALLOWED',
      fix: expect.stringMatching(/^read an https or http URL, or add a reader/),
    });
  });

  it('tells no secret that stands in a URL', async () => {
    const reader = await createReader([]);

    const refusal = await reader.readUrl('https://me:x9@a.example/b?token=x9').catch(String);

    expect(refusal).toContain("Reading from 'https://***@a.example/b?token=***' is not allowed");
  });

  it('[URL-2] rejects with the TypeError of the platform for what is no URL', async () => {
    const reader = await createReader([]);

    await expect(reader.readUrl('not a url')).rejects.toBeInstanceOf(TypeError);
  });

  it('[URL-7] hands configuration, logger and tree responses to the readers', async () => {
    let given: Parameters<ReaderFactory>[0] | undefined;
    await createReader([
      (options) => {
        given = options;
        return [];
      },
    ]);

    expect(given).toEqual({
      config: expect.any(ConfigReader),
      logger: expect.objectContaining({ info: expect.any(Function) }),
      treeResponseFactory: expect.objectContaining({ fromReadableArray: expect.any(Function) }),
    });
  });
});

/** Serves URLs whose path begins with the prefix. */
function readerOf(prefix: string, content: string): ReaderFactory {
  return ({ treeResponseFactory }) => [
    {
      predicate: ({ pathname }) => pathname.startsWith(prefix),
      reader: {
        readUrl: async () => ({ buffer: async () => Buffer.from(content) }),
        readTree: () =>
          treeResponseFactory.fromReadableArray([{ path: content, data: Readable.from([]) }]),
        search: async () => ({ files: [], etag: content }),
      },
    },
  ];
}

async function createReader(factories: ReaderFactory[], host?: string): Promise<UrlReaderService> {
  const allow = host ? [{ host }] : [];
  const { factory } = urlReaderServiceFactory as unknown as ServiceFactoryShape;
  return (await factory(
    {
      config: new ConfigReader({ backend: { reading: { allow } } }),
      logger: recordingLogger(),
      factories,
    },
    undefined,
  )) as UrlReaderService;
}

async function readAll(reader: UrlReaderService, url: string): Promise<string> {
  return String(await (await reader.readUrl(url)).buffer());
}
