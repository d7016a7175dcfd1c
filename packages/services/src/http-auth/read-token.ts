import type { Request } from 'express';

/** The name of the cookie that holds a limited user token. */
export const COOKIE_NAME = 'backstage-auth';

const BEARER = /^bearer +(\S+)$/i;

/** Reads the bearer token of a request; undefined for any other scheme. */
export function readBearerToken(req: Pick<Request, 'headers'>): string | undefined {
  const { authorization } = req.headers;
  return typeof authorization === 'string' ? BEARER.exec(authorization)?.[1] : undefined;
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
