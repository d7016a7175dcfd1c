export {
  urlReaderFactoriesServiceRef,
  type FromReadableArrayOptions,
  type ReaderFactory,
  type ReadTreeResponseFactory,
  type ReadTreeResponseFactoryOptions,
  type UrlReaderPredicateTuple,
} from '@stagewire/plugin-api';
export { FetchUrlReader } from './url-reader/fetch-url-reader.js';
export { withSearch } from './url-reader/find-files.js';
export { urlReaderServiceFactory } from './url-reader/url-reader-service-factory.js';
