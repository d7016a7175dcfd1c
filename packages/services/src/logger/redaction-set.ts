import type { JsonValue } from '@stagewire/config';

/** What stands in the place of a secret. */
const MASK = '***';

/** How many texts are known at most; secrets that were not seen for longest are forgotten first. */
const MAX_TEXTS = 30_000;

/** How many characters of each text the table of distances knows. */
const MAX_WINDOW = 16;

/**
 * Replaces known secrets in texts.
 *
 * @remarks
 * One pass over a text, whatever the number of secrets, that reads only some of its characters
 * (Wu and Manber, "A fast algorithm for multi-pattern searching", 1994): a window as long as the
 * shortest secret moves over the text, and a table says how far it may go on, by the two characters
 * at its end. Secrets are found as they are, as they look inside of JSON, and as they look in a URL.
 */
export class RedactionSet {
  /** Every form of every secret, and the secret; the longest ago first. */
  readonly #texts = new Map<string, string>();
  /** The texts by their first two characters, longest first. */
  #byStart = new Map<number, string[]>();
  /** How many characters are looked at together; infinite while nothing is secret. */
  #window = Infinity;
  /** How far the window may move, by the hash of the pair at its end; 0 where a text may begin with it. */
  #distances = new Uint8Array(0);

  /**
   * Adds secrets, trimmed; those of one character are ignored, or nothing would stay readable.
   *
   * @returns how many of them were not known
   */
  add(secrets: Iterable<string>): number {
    let added = 0;
    for (const untrimmed of secrets) {
      const secret = untrimmed.trim();
      if (secret.length <= 1) continue;
      if (!this.#texts.has(secret)) added++;
      for (const text of formsOf(secret)) {
        this.#texts.delete(text);
        this.#texts.set(text, secret);
      }
    }
    for (const text of this.#texts.keys()) {
      if (this.#texts.size <= MAX_TEXTS) break;
      this.#texts.delete(text);
    }
    this.#index();
    return added;
  }

  /** The text with every known secret replaced by `***`. */
  redact(text: string): string {
    const window = this.#window;
    const distances = this.#distances;
    let result = '';
    let copied = 0;
    let position = 0;
    while (position + window <= text.length) {
      const distance = distances[hash(pairAt(text, position + window - 2), distances.length)]!;
      const found = distance === 0 ? this.#findAt(text, position) : undefined;
      if (found === undefined) {
        position += distance || 1;
      } else {
        result += text.slice(copied, position) + MASK;
        position += found.length;
        copied = position;
      }
    }
    return copied === 0 ? text : result + text.slice(copied);
  }

  /** The same for a line of JSON: what comes out is JSON, too, also where numbers are secret. */
  redactJson(line: string): string {
    if (this.redact(line) === line) return line;
    try {
      const end = line.endsWith('\n') ? '\n' : '';
      return JSON.stringify(this.#redactValue(JSON.parse(line) as JsonValue)) + end;
    } catch {
      return this.redact(line);
    }
  }

  #redactValue(value: JsonValue): JsonValue {
    if (typeof value === 'string') return this.redact(value);
    if (typeof value === 'number') {
      const text = String(value);
      return this.redact(text) === text ? value : MASK;
    }
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item) => this.#redactValue(item));
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        this.redact(key),
        this.#redactValue(item as JsonValue),
      ]),
    );
  }

  #findAt(text: string, position: number): string | undefined {
    const alike = this.#byStart.get(pairAt(text, position));
    return alike?.find((candidate) => text.startsWith(candidate, position));
  }

  #index(): void {
    const longestFirst = [...this.#texts.keys()].sort((a, b) => b.length - a.length);
    this.#byStart = new Map();
    for (const text of longestFirst) {
      const start = pairAt(text, 0);
      const alike = this.#byStart.get(start);
      if (alike) alike.push(text);
      else this.#byStart.set(start, [text]);
    }
    const shortest = longestFirst.at(-1)?.length ?? Infinity;
    this.#window = shortest === Infinity ? shortest : Math.min(shortest, MAX_WINDOW);
    this.#distances = toDistances(longestFirst, this.#window);
  }
}

function toDistances(texts: readonly string[], window: number) {
  // Large enough that most places are free, as only these move the window far.
  const distances = new Uint8Array(texts.length < 64 ? 4096 : 65_536).fill(window - 1);
  for (const text of texts) {
    for (let index = 0; index <= window - 2; index++) {
      const place = hash(pairAt(text, index), distances.length);
      distances[place] = Math.min(distances[place]!, window - 2 - index);
    }
  }
  return distances;
}

function pairAt(text: string, position: number): number {
  return (text.charCodeAt(position) << 16) | text.charCodeAt(position + 1);
}

/** @param size - a power of two */
function hash(pair: number, size: number): number {
  return ((pair >>> 16) * 31 + (pair & 0xffff)) & (size - 1);
}

function formsOf(secret: string): Set<string> {
  const inJson = JSON.stringify(secret).slice(1, -1);
  return new Set([secret, inJson, inUrl(secret)]);
}

function inUrl(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret; // half of a surrogate pair
  }
}
