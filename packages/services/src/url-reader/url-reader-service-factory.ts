import {
  coreServices,
  createServiceFactory,
  urlReaderFactoriesServiceRef,
} from '@stagewire/plugin-api';
import { builtInReaderFactories } from './built-in-readers.js';
import { createTreeResponseFactory } from './tree-response-factory.js';
import { UrlReaderMux } from './url-reader-mux.js';

/**
 * Reads files from URLs: with the readers of the application first
 * (`core.urlReader.factories`), then those of the configured `integrations`, then plainly from the
 * hosts on `backend.reading.allow`. What they need is loaded by the first read that needs it.
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
    const readers = [...factories, ...builtInReaderFactories].flatMap((factory) =>
      factory({ config, logger, treeResponseFactory }),
    );
    return new UrlReaderMux(readers);
  },
});
