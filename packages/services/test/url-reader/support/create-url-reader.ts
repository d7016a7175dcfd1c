import { ConfigReader, type JsonObject } from '@stagewire/config';
import type {
  ReaderFactory,
  UrlReaderService,
  UrlReaderServiceReadTreeResponse,
} from '@stagewire/plugin-api';
import type { ServiceFactoryShape } from '@stagewire/plugin-api/internal';
import { urlReaderServiceFactory } from '../../../src/url-reader/url-reader-service-factory.js';
import { recordingLogger } from '../../support/recording-logger.js';

/** The reader of a backend with this configuration. */
export async function createUrlReader(
  integrations: JsonObject,
  reading: JsonObject = {},
  factories: ReaderFactory[] = [],
): Promise<UrlReaderService> {
  const { factory } = urlReaderServiceFactory as unknown as ServiceFactoryShape;
  const config = new ConfigReader({ integrations, backend: { reading } });
  const reader = await factory({ config, logger: recordingLogger(), factories }, undefined);
  return reader as UrlReaderService;
}

/** What is in a file. */
export async function readText(
  reader: UrlReaderService,
  ...request: Parameters<UrlReaderService['readUrl']>
): Promise<string> {
  const { buffer } = await reader.readUrl(...request);
  return String(await buffer());
}

/** The paths of a tree, with what is in the files. */
export async function readFiles(
  tree: UrlReaderServiceReadTreeResponse,
): Promise<Record<string, string>> {
  const files = await tree.files();
  const read = files.map(async ({ path, content }) => [path, String(await content())]);
  return Object.fromEntries(await Promise.all(read));
}

/** The URLs that a search found, with what is in the files. */
export async function findTexts(
  reader: UrlReaderService,
  ...request: Parameters<UrlReaderService['search']>
): Promise<Record<string, string>> {
  const { files } = await reader.search(...request);
  const read = files.map(async ({ url, content }) => [url, String(await content())]);
  return Object.fromEntries(await Promise.all(read));
}
