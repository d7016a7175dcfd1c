import { ConfigReader, type Config, type JsonObject } from '@stagewire/config';
import { createRootLogger, type RootLoggerOptions } from '../../src/logger/create-root-logger.js';

/** A configuration that a test changes. */
export function changingConfig(data: JsonObject) {
  let reader = new ConfigReader(data);
  const subscribers = new Set<() => void>();
  const config = new Proxy({} as Config, {
    get(_target, name) {
      if (name === 'subscribe') {
        return (onChange: () => void) => {
          subscribers.add(onChange);
          return { unsubscribe: () => void subscribers.delete(onChange) };
        };
      }
      const member = Reflect.get(reader, name) as unknown;
      return typeof member === 'function' ? member.bind(reader) : member;
    },
  });
  const change = (changed: JsonObject) => {
    reader = new ConfigReader(changed);
    for (const onChange of subscribers) onChange();
  };
  return { config, change, subscribers };
}

/** A root logger that writes JSON into an array. */
export function recordedLogger(
  config: Config | JsonObject = {},
  { env, ...options }: RootLoggerOptions = {},
) {
  const written: string[] = [];
  const reader = isConfig(config) ? config : new ConfigReader(config);
  const logger = createRootLogger(reader, {
    env: { NODE_ENV: 'production', ...env },
    destination: { write: (line) => written.push(line) },
    isTerminal: false,
    ...options,
  });
  /** The lines that were written since the last call, without timestamps. */
  const takeLines = () =>
    written.splice(0).map((line) => {
      const { timestamp: _, ...fields } = JSON.parse(line) as JsonObject;
      return fields;
    });
  const takeText = () => written.splice(0).join('');
  return { logger, takeLines, takeText };
}

function isConfig(config: Config | JsonObject): config is Config {
  return typeof config.getOptional === 'function';
}
