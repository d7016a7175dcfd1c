import { createRequire } from 'node:module';
import type * as Library from '@backstage/integration';
import type { Config } from '@stagewire/config';
import type {
  ReaderFactory,
  UrlReaderPredicateTuple,
  UrlReaderService,
} from '@stagewire/plugin-api';
import { LazyReader } from './lazy-reader.js';

export type IntegrationLibrary = typeof Library;

/** The integrations of an application, read by the library that knows them all. */
export type Integrations = { library: IntegrationLibrary; all: Library.ScmIntegrations };

/** What the readers of all kinds of hosts are made with. */
export type ReaderOptions = Parameters<ReaderFactory>[0];

// The entry of the library for `import` does not load in Node: it imports lodash by names.
const require = createRequire(import.meta.url);

const loaded = new WeakMap<Config, Integrations>();

/** Loads the library, with 360 modules more, on the first read that needs it. */
export function loadIntegrations(config: Config): Integrations {
  const known = loaded.get(config);
  if (known) return known;
  const library = require('@backstage/integration') as IntegrationLibrary;
  const integrations = { library, all: library.ScmIntegrations.fromConfig(config) };
  loaded.set(config, integrations);
  return integrations;
}

/**
 * One reader for each integration of a kind. Which URLs it is for is told by the configuration
 * alone, so that nothing is loaded for a URL that is somebody else's.
 *
 * @param hosts - those of the integrations, in the order in which the library lists them
 */
export function createLazyReaders(
  { config }: ReaderOptions,
  hosts: readonly string[],
  create: (integrations: Integrations, index: number) => UrlReaderService,
  isFor: (url: URL, host: string, index: number) => boolean = ({ host }, ours) => host === ours,
): UrlReaderPredicateTuple[] {
  return hosts.map((host, index) => ({
    predicate: (url) => isFor(url, host, index),
    reader: new LazyReader(async () => create(loadIntegrations(config), index)),
  }));
}

/** The configured integrations of a kind, each turned into its host. */
export function readHosts(
  config: Config,
  kind: string,
  toHost: (integration: Config) => string = (integration) => integration.getString('host'),
): string[] {
  return (config.getOptionalConfigArray(`integrations.${kind}`) ?? []).map(toHost);
}

/** The same for a kind that has a public host, which is there without any configuration. */
export function readHostsWithPublic(config: Config, kind: string, publicHost: string): string[] {
  const toHost = (one: Config) => one.getOptionalString('host') ?? publicHost;
  const hosts = readHosts(config, kind, toHost);
  return hosts.includes(publicHost) ? hosts : [...hosts, publicHost];
}

/** The hosts, with their ports, of addresses; what is no address has none. */
export function hostsOf(...addresses: Array<string | undefined>): string[] {
  return addresses.flatMap((address) =>
    address && URL.canParse(address) ? [new URL(address).host] : [],
  );
}
