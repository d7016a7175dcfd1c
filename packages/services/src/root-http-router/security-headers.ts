import type { Config } from '@stagewire/config';
import type { HelmetOptions } from 'helmet';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { rootHttpRouterErrors } from './errors.js';

/** In seconds. */
const HALF_A_YEAR = 180 * 24 * 60 * 60;

type Middleware = (
  req: IncomingMessage,
  res: ServerResponse,
  next: (error?: unknown) => void,
) => void;

/** The security headers of every response, ready to be written. */
export class SecurityHeaders {
  /** Name and value of each header, in the order they are sent. */
  readonly entries: ReadonlyArray<readonly [name: string, value: string]>;
  /** All of them as header lines. */
  readonly text: string;
  readonly #names: ReadonlySet<string>;
  /** The lengths that the names have: most other names are told apart without looking further. */
  readonly #lengths: ReadonlySet<number>;

  constructor(entries: ReadonlyArray<readonly [string, string]>) {
    this.entries = entries;
    this.text = toLines(entries);
    this.#names = new Set(entries.map(([name]) => name.toLowerCase()));
    this.#lengths = new Set(entries.map(([name]) => name.length));
  }

  /** Whether a header name, in any case, is one of these. */
  has(name: string): boolean {
    return this.#lengths.has(name.length) && this.#names.has(name.toLowerCase());
  }

  /** The header lines without those that are already given. */
  textWithout(given: Iterable<string>): string {
    const names = new Set(Array.from(given, (name) => name.toLowerCase()));
    return toLines(this.entries.filter(([name]) => !names.has(name.toLowerCase())));
  }
}

function toLines(entries: ReadonlyArray<readonly [string, string]>): string {
  return entries.map(([name, value]) => `${name}: ${value}\r\n`).join('');
}

/**
 * Reads `backend.csp` and `backend.referrer` and asks helmet once what it would send.
 *
 * @throws `E_SECURITY_HEADERS`
 */
export async function readSecurityHeaders(config: Config): Promise<SecurityHeaders> {
  const helmet = await createHelmet(config);
  const entries = new Map<string, string>();
  const recorder = {
    setHeader: (name: string, value: string) => entries.set(name, value),
    removeHeader: (name: string) => entries.delete(name),
  };
  try {
    helmet({} as IncomingMessage, recorder as unknown as ServerResponse, (error) => {
      if (error) throw error;
    });
  } catch (error) {
    throw rootHttpRouterErrors.securityHeaders(error);
  }
  return new SecurityHeaders([...entries]);
}

/**
 * Makes the helmet middleware with this backend's configuration.
 *
 * @throws `E_SECURITY_HEADERS`
 */
export async function createHelmet(config: Config): Promise<Middleware> {
  const { default: helmet } = await import('helmet');
  try {
    return helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: readDirectives(config, helmet.contentSecurityPolicy.getDefaultDirectives()),
      },
      referrerPolicy: {
        policy: (config.getOptionalStringArray('backend.referrer.policy') ?? [
          'no-referrer',
        ]) as NonNullable<HelmetReferrerPolicy>,
      },
      strictTransportSecurity: { maxAge: HALF_A_YEAR },
      // These break what portals do: open sign-in windows, embed pages of others.
      crossOriginEmbedderPolicy: false,
      crossOriginOpenerPolicy: false,
      crossOriginResourcePolicy: false,
      originAgentCluster: false,
    });
  } catch (error) {
    throw rootHttpRouterErrors.securityHeaders(error);
  }
}

type HelmetReferrerPolicy = Extract<HelmetOptions['referrerPolicy'], object>['policy'];
type Directives = Record<string, Iterable<string>>;

function readDirectives(config: Config, defaults: object): Directives {
  const directives = { ...defaults } as Directives;
  directives['script-src'] = ["'self'", "'unsafe-eval'"];
  // Left to browsers: it would also hold back redirects of sign-in providers.
  delete directives['form-action'];

  const csp = config.getOptionalConfig('backend.csp');
  for (const key of csp?.keys() ?? []) {
    const directive = toKebabCase(key);
    if (csp?.get(key) === false) delete directives[directive];
    else if (csp) directives[directive] = csp.getStringArray(key);
  }
  return directives;
}

function toKebabCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
