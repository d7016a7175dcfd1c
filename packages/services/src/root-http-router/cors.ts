import type { Config } from '@stagewire/config';
import type { CorsOptions } from 'cors';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A middleware that needs no more than Node's own messages. */
export type NodeMiddleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/**
 * Makes the CORS middleware from `backend.cors`; undefined without such a block. The libraries are
 * loaded only with one.
 */
export async function createCors(config: Config): Promise<NodeMiddleware | undefined> {
  const block = config.getOptionalConfig('backend.cors');
  if (!block) return undefined;
  const [{ default: cors }, options] = await Promise.all([import('cors'), readCorsOptions(block)]);
  return cors(options) as NodeMiddleware;
}

async function readCorsOptions(config: Config): Promise<CorsOptions> {
  const options: CorsOptions = {
    origin: await readOrigin(config),
    methods: readStrings(config, 'methods'),
    allowedHeaders: readStrings(config, 'allowedHeaders'),
    exposedHeaders: readStrings(config, 'exposedHeaders'),
    credentials: config.getOptionalBoolean('credentials'),
    maxAge: config.getOptionalNumber('maxAge'),
    preflightContinue: config.getOptionalBoolean('preflightContinue'),
    optionsSuccessStatus: config.getOptionalNumber('optionsSuccessStatus'),
  };
  // The library takes a key that is there for a choice, also when its value is undefined.
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

/** Origins are glob patterns; a request without an origin is matched as the empty string. */
async function readOrigin(config: Config): Promise<CorsOptions['origin']> {
  const patterns = readStrings(config, 'origin');
  if (!patterns) return undefined;
  const { Minimatch } = await import('minimatch');
  const matchers = patterns.map(
    (pattern) => new Minimatch(pattern, { nocase: true, noglobstar: true }),
  );
  return (origin, decide) => {
    decide(
      null,
      matchers.some((matcher) => matcher.match(origin ?? '')),
    );
  };
}

function readStrings(config: Config, key: string): string[] | undefined {
  const value = config.getOptional(key);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? [config.getString(key)] : config.getStringArray(key);
}
