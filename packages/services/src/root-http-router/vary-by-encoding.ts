import { createRequire } from 'node:module';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** The types of nearly all answers, known without asking anybody. */
const SURELY_COMPRESSIBLE = /^(?:application\/json|text\/(?:html|plain|css|javascript))(?:;|$)/;

/** How many other types are remembered; plugins may make types up. */
const MAX_REMEMBERED = 200;

const require = createRequire(import.meta.url);
const remembered = new Map<string, boolean>();
let isCompressible: ((type: string) => boolean | undefined) | undefined;

/**
 * Says that an answer depends on which encodings the client accepts, as every answer does that
 * would be compressed for another client: caches between them have to know.
 *
 * @remarks What is compressed says so itself; here it is said for clients that accept nothing.
 * @param given - headers that are about to be written beside those of the response
 */
export function varyByEncoding(res: ServerResponse, given?: OutgoingHttpHeaders): void {
  const type = readHeader('content-type', res, given);
  if (typeof type !== 'string' || !wouldBeCompressed(type)) return;
  const caching = String(readHeader('cache-control', res, given) ?? '');
  if (/(?:^|,)\s*no-transform\s*(?:,|$)/.test(caching)) return;
  const vary = String(res.getHeader('Vary') ?? '');
  if (vary === '*' || /(?:^|,)\s*accept-encoding\s*(?:,|$)/i.test(vary)) return;
  res.setHeader('Vary', vary === '' ? 'Accept-Encoding' : `${vary}, Accept-Encoding`);
}

/** A header as it will be sent: what is given wins, however it is spelt. */
function readHeader(name: string, res: ServerResponse, given: OutgoingHttpHeaders | undefined) {
  if (given === undefined) return res.getHeader(name);
  const spelt = Object.keys(given).find((each) => each.toLowerCase() === name);
  return spelt === undefined ? res.getHeader(name) : given[spelt];
}

function wouldBeCompressed(type: string): boolean {
  if (SURELY_COMPRESSIBLE.test(type)) return true;
  const known = remembered.get(type);
  if (known !== undefined) return known;
  // The table of all types is loaded by the first answer that needs it, in the midst of its writing.
  isCompressible ??= require('compressible') as (type: string) => boolean | undefined;
  const answer = isCompressible(type) === true;
  if (remembered.size < MAX_REMEMBERED) remembered.set(type, answer);
  return answer;
}
