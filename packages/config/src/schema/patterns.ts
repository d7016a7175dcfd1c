/** Longer texts are not held to patterns: what they are made of is not ours to wait for. */
const MAX_LENGTH = 10_000;

const compiled = new Map<string, RegExp | undefined>();

/** Tells whether a text matches a pattern of a schema; one that is no regular expression holds for all. */
export function matchesPattern(text: string, pattern: string): boolean {
  if (text.length > MAX_LENGTH) return true;
  if (!compiled.has(pattern)) compiled.set(pattern, compile(pattern));
  return compiled.get(pattern)?.test(text) ?? true;
}

function compile(pattern: string): RegExp | undefined {
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      // Older schemas escape what the newer kind of expression does not allow to be escaped.
    }
  }
  return undefined;
}
