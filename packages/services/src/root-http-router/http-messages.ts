import type { Application } from 'express';
import {
  IncomingMessage,
  ServerResponse,
  type OutgoingHttpHeader,
  type OutgoingHttpHeaders,
  type ServerOptions,
} from 'node:http';
import { queryOf } from '../http/mount-path.js';
import { sendJson } from './json-response.js';
import type { SecurityHeaders } from './security-headers.js';
import { storeFirstHeaders, type StoredHeaders } from './stored-headers.js';
import { varyByEncoding } from './vary-by-encoding.js';

/** What all messages of one server share. */
export type MessageContext = {
  readonly security: SecurityHeaders;
  /** Whether headers can be written as text: {@link canInjectHeaders}. */
  readonly injects: boolean;
  /** Whether connections are to be closed after the response, as the server is about to stop. */
  readonly drain: { readonly active: boolean };
  /** What Express brought, once it is loaded. */
  express: ExpressParts | undefined;
};

/** What messages need of Express. */
export type ExpressParts = {
  /** Holds the settings; it handles nothing. */
  app: Application;
  /** The functions that Express came with, to see whether anybody has put others in their place. */
  send: unknown;
  json: (this: ServerResponse, ...args: unknown[]) => unknown;
  etag: unknown;
};

const CONTEXT = Symbol('message context');

/** Node's function that writes status line and headers. Undocumented: see {@link canInjectHeaders}. */
type HeaderWriter = (this: ServerResponse, statusLine: string, headers: object | null) => void;
type WithHeaderWriter = { _storeHeader: HeaderWriter };
const { _storeHeader: storeHeader } = ServerResponse.prototype as unknown as WithHeaderWriter;
/** Node's own, to see whether anybody has put others in their place. */
const { setHeader: nodeSetHeader, end: nodeEnd } = ServerResponse.prototype;

/** A request of our own server; once Express is loaded, it is an Express request as well. */
export class RouterRequest extends IncomingMessage {
  declare readonly [CONTEXT]: MessageContext;
  originalUrl = '';
  baseUrl = '';
  res: ServerResponse | undefined = undefined;

  /**
   * The parsed query, made when it is asked for. It becomes a plain property then, which also stays
   * when a mounted Express application puts a prototype of its own under the request.
   */
  get query(): unknown {
    const parse = this[CONTEXT].express?.app.get('query parser fn') as
      | ((query: string | null) => unknown)
      | undefined;
    return setProperty(this, 'query', parse?.(queryOf(this.originalUrl || this.url || '')));
  }

  set query(value: unknown) {
    setProperty(this, 'query', value);
  }
}

function setProperty(message: object, name: string, value: unknown): unknown {
  const property = { value, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(message, name, property);
  return value;
}

/**
 * A response of our own server; once Express is loaded, it is an Express response as well.
 *
 * @remarks
 * It carries the security headers as one text that is written together with the status line. As
 * soon as anybody looks at or changes one of them, they become headers like all others.
 */
export class RouterResponse extends ServerResponse {
  declare readonly [CONTEXT]: MessageContext;
  declare protected _storeHeader: HeaderWriter;
  // Private fields stay with the object even when a mounted application changes its prototype.
  readonly #context = this[CONTEXT];
  #security: SecurityHeaders | undefined = this.#context.security;
  /** Whether the headers say already what {@link varyByEncoding} would have them say. */
  #varies = false;

  constructor(req: IncomingMessage) {
    super(req);
    // Own properties, for the same reason.
    const { writeHead } = RouterResponse.prototype;
    this.writeHead = writeHead as (...args: Parameters<typeof writeHead>) => this;
    if (this.#context.injects) this._storeHeader = RouterResponse.#storeHeader;
    else this.#prepareWithoutInjection();
  }

  /** What handlers leave for each other; made when it is asked for, see {@link RouterRequest.query}. */
  get locals(): unknown {
    return setProperty(this, 'locals', Object.create(null));
  }

  set locals(value: unknown) {
    setProperty(this, 'locals', value);
  }

  /** Makes the security headers headers like all others. A second call does nothing. */
  showSecurityHeaders(): void {
    const security = this.#security;
    if (security === undefined || this.headersSent) return;
    this.#security = undefined;
    for (const [name, value] of security.entries) super.setHeader(name, value);
  }

  /**
   * Gives all headers at once to a response that has none, for an answer that is compressed for those
   * who accept that.
   *
   * @returns false, having done nothing, when there are headers, or when anybody has put functions in
   *   the way that would see them pass
   */
  setFirstHeaders(headers: StoredHeaders): boolean {
    const isPlain =
      this.setHeader === ownSetHeader &&
      super.setHeader === nodeSetHeader &&
      this.writeHead === ownWriteHead &&
      this.end === nodeEnd;
    this.#varies = isPlain && storeFirstHeaders(this, headers);
    return this.#varies;
  }

  /** Express's own, with a shorter way for the plain case. */
  json(...args: unknown[]): this {
    const { express } = this.#context;
    if (!express) throw new Error('res.json is called before any handler has asked for Express');
    if (args.length !== 1 || !this.#sendPlainJson(args[0], express)) express.json.apply(this, args);
    return this;
  }

  override setHeader(name: string, value: number | string | readonly string[]): this {
    this.#noticeUseOf(name);
    return super.setHeader(name, value);
  }

  override appendHeader(name: string, value: string | readonly string[]): this {
    this.#noticeUseOf(name);
    return super.appendHeader(name, value);
  }

  override getHeader(name: string): OutgoingHttpHeader | undefined {
    this.#noticeUseOf(name);
    return super.getHeader(name);
  }

  override hasHeader(name: string): boolean {
    this.#noticeUseOf(name);
    return super.hasHeader(name);
  }

  override removeHeader(name: string): void {
    this.#noticeUseOf(name);
    super.removeHeader(name);
  }

  override getHeaders(): OutgoingHttpHeaders {
    this.showSecurityHeaders();
    return super.getHeaders();
  }

  override getHeaderNames(): string[] {
    this.showSecurityHeaders();
    return super.getHeaderNames();
  }

  override writeHead(...args: [statusCode: number, ...rest: unknown[]]): this {
    if (this.#varies && args.length === 1) return super.writeHead(args[0]);
    const given = args.find((arg) => typeof arg === 'object' && arg !== null);
    if (given) RouterResponse.prototype.showSecurityHeaders.call(this);
    if (!this.headersSent) varyByEncoding(this, given as OutgoingHttpHeaders | undefined);
    return super.writeHead(...(args as Parameters<ServerResponse['writeHead']>));
  }

  #noticeUseOf(name: string): void {
    if (this.#security?.has(name)) this.showSecurityHeaders();
  }

  #sendPlainJson(value: unknown, express: ExpressParts): boolean {
    const { settings } = express.app as unknown as { settings: Record<string, unknown> };
    // Middleware may have put its own send in the way, and plugins may change settings.
    if ((this as unknown as { send: unknown }).send !== express.send) return false;
    if (settings['etag fn'] !== express.etag) return false;
    if (settings['json escape'] || settings['json replacer']) return false;
    return sendJson(this, value, settings['json spaces'] as number | undefined);
  }

  #prepareWithoutInjection(): void {
    this.showSecurityHeaders();
    if (this.#context.drain.active) this.shouldKeepAlive = false;
  }

  static #storeHeader(this: ServerResponse, statusLine: string, headers: object | null): void {
    const response = this as RouterResponse;
    const security = response.#security;
    response.#security = undefined;
    if (response.#context.drain.active) this.shouldKeepAlive = false;

    let text = '';
    if (security) {
      // Under another prototype, nobody has noticed which headers were set.
      const noticed = this.setHeader === RouterResponse.prototype.setHeader;
      text = noticed ? security.text : security.textWithout(namesOf(headers));
    }
    storeHeader.call(this, statusLine + text, headers);
  }
}

const { setHeader: ownSetHeader, writeHead: ownWriteHead } = RouterResponse.prototype;

/** The header names in any of the forms that Node takes headers in. */
function namesOf(headers: object | null): string[] {
  if (!Array.isArray(headers)) return Object.keys(headers ?? {});
  if (Array.isArray(headers[0])) return headers.map(([name]: [string]) => name);
  return headers.filter((_, index) => index % 2 === 0) as string[];
}

/** The classes that one server makes its requests and responses with. */
export type MessageClasses = Required<Pick<ServerOptions, 'IncomingMessage' | 'ServerResponse'>>;

/** Makes the classes for one server; each server has a context of its own. */
export function createMessageClasses(context: MessageContext): MessageClasses {
  class OwnRequest extends RouterRequest {}
  class OwnResponse extends RouterResponse {}
  Object.defineProperty(OwnRequest.prototype, CONTEXT, { value: context });
  Object.defineProperty(OwnResponse.prototype, CONTEXT, { value: context });
  return {
    IncomingMessage: OwnRequest,
    // Node's declaration wants a class for any kind of request; this server has one kind only.
    ServerResponse: OwnResponse as unknown as typeof ServerResponse,
  };
}

/** Lets the messages of a server, also those that are there already, use Express. */
export function attachExpress(
  context: MessageContext,
  classes: MessageClasses,
  express: ExpressParts,
): void {
  const app = { value: express.app, writable: true, enumerable: true, configurable: true };
  Object.defineProperty(classes.IncomingMessage.prototype, 'app', app);
  Object.defineProperty(classes.ServerResponse.prototype, 'app', app);
  context.express = express;
}

/** Whether this version of Node writes what is added to the status line, as all have since 0.10. */
export function canInjectHeaders(): boolean {
  const probe = new ServerResponse({
    method: 'GET',
    headers: {},
    httpVersionMajor: 1,
    httpVersionMinor: 1,
  } as IncomingMessage);
  const own = {
    _storeHeader(this: ServerResponse, statusLine: string, headers: object | null) {
      storeHeader.call(this, `${statusLine}x-probe: 1\r\n`, headers);
    },
  };
  try {
    Object.assign(probe, own).writeHead(200);
    const { _header: written } = probe as unknown as { _header: string };
    return written.includes('\r\nx-probe: 1\r\n');
  } catch {
    return false;
  }
}
