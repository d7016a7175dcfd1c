import type { JsonObject } from '@stagewire/config';

/** A JSON web token taken apart; nothing in it has been verified. */
export type DecodedToken = {
  header: JsonObject;
  payload: JsonObject;
  /** The text that the signature covers. */
  signingInput: string;
  signature: string;
};

/** Longer than any token that fits into a request's headers; what is longer is not looked at. */
const MAX_TOKEN_LENGTH = 65_536;

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/** Takes a JSON web token apart; undefined when the text is not one. Verifies nothing. */
export function decodeToken(token: unknown): DecodedToken | undefined {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined;
  const [headerText, payloadText, signature, ...rest] = token.split('.');
  if (!headerText || !payloadText || !signature || rest.length > 0) return undefined;
  if (!BASE64URL.test(signature)) return undefined;

  const header = decodeObject(headerText);
  const payload = header && decodeObject(payloadText);
  if (!payload) return undefined;
  return { header, payload, signingInput: `${headerText}.${payloadText}`, signature };
}

/** Reads the header of a JSON web token alone, to tell what kind it is. Verifies nothing. */
export function decodeTokenHeader(token: unknown): JsonObject | undefined {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined;
  const end = token.indexOf('.');
  return end > 0 ? decodeObject(token.slice(0, end)) : undefined;
}

/** Writes one part of a JSON web token; the order of the keys is kept. */
export function encodeTokenPart(value: JsonObject): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function decodeObject(text: string): JsonObject | undefined {
  if (!BASE64URL.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as JsonObject) : undefined;
  } catch {
    return undefined; // not JSON: not a token
  }
}
