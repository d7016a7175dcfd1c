import { ConfigReader, type Config, type JsonObject } from '@stagewire/config';
import { coreServices, type RootConfigService } from '@stagewire/plugin-api';
import { defineFake } from '../fake.js';
import { mockFunction } from '../mock-function.js';

/** What the configuration holds. @public */
export type FakeRootConfigOptions = {
  /** `@default` nothing */
  data?: JsonObject;
};

/** A configuration that a test changes by hand. @public */
export interface FakeRootConfig extends RootConfigService {
  subscribe(onChange: () => void): { unsubscribe: () => void };
  /** Replaces all values, and tells those who subscribed; with the same values, nobody. */
  update(options: { data: JsonObject }): void;
}

/** `core.rootConfig` with the values of a test; no file and no environment variable is read. */
export const fakeRootConfig = defineFake({
  service: coreServices.rootConfig,
  create: ({ data = {} }: FakeRootConfigOptions = {}): FakeRootConfig => createRootConfig(data),
  mock: () => ({
    has: mockFunction(),
    keys: mockFunction(),
    get: mockFunction(),
    getOptional: mockFunction(),
    getConfig: mockFunction(),
    getOptionalConfig: mockFunction(),
    getConfigArray: mockFunction(),
    getOptionalConfigArray: mockFunction(),
    getNumber: mockFunction(),
    getOptionalNumber: mockFunction(),
    getBoolean: mockFunction(),
    getOptionalBoolean: mockFunction(),
    getString: mockFunction(),
    getOptionalString: mockFunction(),
    getStringArray: mockFunction(),
    getOptionalStringArray: mockFunction(),
    subscribe: mockFunction(),
  }),
});

/** Where views read from. */
type Source = {
  reader: ConfigReader;
  subscribe(onChange: () => void): { unsubscribe: () => void };
};

function createRootConfig(initial: JsonObject): FakeRootConfig {
  let text = JSON.stringify(initial);
  const listeners = new Set<() => void>();
  const source: Source = {
    reader: new ConfigReader(initial),
    subscribe(onChange) {
      listeners.add(onChange);
      return { unsubscribe: () => void listeners.delete(onChange) };
    },
  };
  const update = ({ data }: { data: JsonObject }) => {
    if (JSON.stringify(data) === text) return;
    text = JSON.stringify(data);
    source.reader = new ConfigReader(data);
    for (const listener of listeners) listener();
  };
  return viewOf(source, '', { update }) as FakeRootConfig;
}

/** A part of the configuration that follows all changes, as in a backend. */
function viewOf(source: Source, prefix: string, more: object = {}): Config {
  const full = (key: string) => (prefix === '' ? key : `${prefix}.${key}`);
  const own = {
    ...more,
    subscribe: source.subscribe,
    getConfig(key: string): Config {
      source.reader.getOptionalConfig(full(key)); // refuses a value of another type
      return viewOf(source, full(key));
    },
    getOptionalConfig: (key: string): Config | undefined =>
      source.reader.getOptionalConfig(full(key)) && viewOf(source, full(key)),
  };
  const readNow = () => {
    if (prefix === '') return source.reader;
    const none = new ConfigReader(undefined, 'mock-config', undefined, prefix);
    return source.reader.getOptionalConfig(prefix) ?? none;
  };
  // All else that a reader can do, it is asked for as it is at the moment.
  return new Proxy(own as unknown as Config, {
    get(target, name) {
      if (Object.hasOwn(target, name)) return Reflect.get(target, name);
      const reader = readNow();
      const member: unknown = Reflect.get(reader, name);
      return typeof member === 'function' ? member.bind(reader) : member;
    },
  });
}
