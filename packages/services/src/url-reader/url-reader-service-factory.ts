import {
  coreServices,
  createServiceFactory,
  urlReaderFactoriesServiceRef,
} from '@stagewire/plugin-api';
import { FetchUrlReader } from './fetch-url-reader.js';
import { createTreeResponseFactory } from './tree-response-factory.js';

import { UrlReaderMux } from './url-reader-mux.js';

/**
 * Reads files from URLs: with the readers of the application first
 * (`core.urlReader.factories`), then plainly from the hosts on `backend.reading.allow`.
 *
 * @public
 */
export const urlReaderServiceFactory = createServiceFactory({
  service: coreServices.urlReader,
  deps: {
    config: coreServices.rootConfig,
    logger: coreServices.logger,
    factories: urlReaderFactoriesServiceRef,
  },
  factory({ config, logger, factories }) {
    const treeResponseFactory = createTreeResponseFactory(config);
    const readers = [...factories, FetchUrlReader.factory].flatMap((factory) =>
      factory({ config, logger, treeResponseFactory }),
    );
    return new UrlReaderMux(readers);
  },
});
