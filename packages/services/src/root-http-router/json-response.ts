import { hash } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { StoredHeaders } from './stored-headers.js';

const TYPE = 'application/json; charset=utf-8';

/** The status codes whose responses have no body, or whose headers Express changes. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** A response that may take its headers all at once: see `RouterResponse.setFirstHeaders`. */
type AnyResponse = ServerResponse & { setFirstHeaders?(headers: StoredHeaders): boolean };

/**
 * Answers with JSON: the bytes and headers that Express's `res.json` would send, without reading
 * its own content type back, and in one write.
 *
 * @remarks
 * It takes on the plain case only. It returns false, having done nothing, when the response has a
 * content type or an entity tag already, when the request is conditional, or when there is nothing
 * to write; Express knows what to do then.
 *
 * @param spaces - how far to indent; nothing, or 0, for not at all
 */
export function sendJson(res: AnyResponse, value: unknown, spaces?: number | string): boolean {
  const { headers, method } = res.req;
  if (headers['if-none-match'] !== undefined || headers['if-modified-since'] !== undefined) {
    return false;
  }
  if (WITHOUT_BODY.has(res.statusCode)) return false;
  if (res.hasHeader('Content-Type') || res.hasHeader('ETag')) return false;
  const text = spaces ? JSON.stringify(value, undefined, spaces) : JSON.stringify(value);
  if (text === undefined) return false;

  const bytes = Buffer.byteLength(text);
  const length = String(bytes);
  const tag = toWeakEntityTag(text, bytes);
  if (!res.setFirstHeaders?.(new JsonHeaders(length, tag))) {
    res.setHeader('Content-Type', TYPE);
    res.setHeader('Content-Length', length);
    res.setHeader('ETag', tag);
  }
  if (method === 'HEAD') res.end();
  else res.end(text, 'utf8');
  return true;
}

/** The entity tag that Express gives to a body, in its default setting. */
function toWeakEntityTag(text: string, length: number): string {
  return `W/"${length.toString(16)}-${hash('sha1', text, 'base64').slice(0, 27)}"`;
}

/** The headers of an answer that has no others. */
class JsonHeaders implements StoredHeaders {
  [key: string]: [name: string, value: string];

  static {
    // Nothing is to be found there but headers, as in the objects that Node makes.
    Object.setPrototypeOf(this.prototype, null);
    delete (this.prototype as { constructor?: unknown }).constructor;
  }

  constructor(length: string, tag: string) {
    this['content-type'] = ['Content-Type', TYPE];
    this['content-length'] = ['Content-Length', length];
    this['etag'] = ['ETag', tag];
    // As JSON is compressed for those who accept it.
    this['vary'] = ['Vary', 'Accept-Encoding'];
  }
}
