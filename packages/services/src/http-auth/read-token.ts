import type { Request } from 'express';

/** The name of the cookie that holds a limited user token. */
export const COOKIE_NAME = 'backstage-auth';

const BEARER = 'bearer ';

/** Reads the bearer token of a request; undefined for any other scheme. */
export function readBearerToken(req: Pick<Request, 'headers'>): string | undefined {
  const { authorization } = req.headers;
  if (typeof authorization !== 'string') return undefined;
  // In place of one expression for all, which takes ten times as long for the token of a user.
  if (authorization.slice(0, BEARER.length).toLowerCase() !== BEARER) return undefined;
  let start = BEARER.length;
  while (authorization[start] === ' ') start += 1;
  const token = authorization.slice(start);
  return token === '' || /\s/.test(token) ? undefined : token;
}

/** Reads the limited user token from the cookies of a request. */
export function readCookieToken(req: Pick<Request, 'headers'>): string | undefined {
  const { cookie } = req.headers;
  if (typeof cookie !== 'string') return undefined;
  for (const pair of cookie.split(';')) {
    const end = pair.indexOf('=');
    if (end < 0 || pair.slice(0, end).trim() !== COOKIE_NAME) continue;
    return toCookieValue(pair.slice(end + 1).trim()) || undefined;
  }
  return undefined;
}

function toCookieValue(text: string): string {
  const value =
    text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1) : text;
  try {
    return decodeURIComponent(value);
  } catch {
    return value; // was not encoded; whether it is a token is for others to say
  }
}
