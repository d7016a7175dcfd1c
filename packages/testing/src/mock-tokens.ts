/** What tokens begin with; the first three may be followed by a colon and JSON. */
export const TOKENS = {
  user: 'mock-user-token',
  limitedUser: 'mock-limited-user-token',
  service: 'mock-service-token',
  none: 'mock-none-token',
} as const;

/** Tokens that are refused. */
export const INVALID_TOKENS = {
  user: 'mock-invalid-user-token',
  limitedUser: 'mock-invalid-limited-user-token',
  service: 'mock-invalid-service-token',
} as const;

/** The user of a token that names none. */
export const DEFAULT_USER_REF = 'user:default/mock';
/** The service of a token that names none. */
export const DEFAULT_SERVICE_SUBJECT = 'external:test-service';

/** Writes a token; claims that are undefined are left out. */
export function writeToken(start: string, claims: object): string {
  return `${start}:${JSON.stringify(claims)}`;
}

/**
 * Reads the claims of a token; empty ones for a token without.
 *
 * @returns undefined for a token that begins with something else, or whose claims are not JSON
 */
export function readToken<TClaims extends object>(
  start: string,
  token: string,
): Partial<TClaims> | undefined {
  if (token === start) return {};
  if (!token.startsWith(`${start}:`)) return undefined;
  try {
    return JSON.parse(token.slice(start.length + 1)) as Partial<TClaims>;
  } catch {
    return undefined;
  }
}
