/** A plugin that runs without the other plugins of its backend. */
export type AlonePlugin = {
  /** Absolute paths of the modules that export features as their default: it, and what is with it. */
  features: string[];
  /** Services that are faked. */
  fakes: FakedService[];
  /** Where the other plugins are; absent when there are none. */
  proxy?: Proxy;
};

/** A backend that has the other plugins. */
export type Proxy = {
  /** Its base URL, without `/api`. */
  url: string;
  /** Ids of the plugins that are asked here and not there. */
  pluginIds: string[];
  /** What it takes for the calls of this plugin. */
  token?: string;
};

/** What a plugin alone gets in place of services that would need others, or leave something behind. */
export const FAKED_SERVICES = {
  auth: 'tokens that nobody signs',
  cache: 'memory',
  database: 'SQLite in memory',
  events: 'memory',
  httpAuth: 'a request without token comes from user:default/mock',
  permissions: 'everything is allowed',
  userInfo: 'the mock user owns what is theirs',
} as const;

/** The name of one of {@link FAKED_SERVICES}. */
export type FakedService = keyof typeof FAKED_SERVICES;
