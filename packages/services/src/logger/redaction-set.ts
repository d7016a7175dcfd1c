import type { JsonValue } from '@stagewire/config';

/** What stands in the place of a secret. */
const MASK = '***';

/** How many texts are known at most; secrets that were not seen for longest are forgotten first. */
const MAX_TEXTS = 30_000;

/**
 * Replaces known secrets in texts.
 *
 * @remarks
 * One pass over a text, whatever the number of secrets: at each position, a table says in one look
 * whether any secret begins with the two characters there. Secrets are found as they are, as they
 * look inside of JSON, and as they look in a URL.
 */
export class RedactionSet {
  /** Every form of every secret, and the secret; the longest ago first. */
  readonly #texts = new Map<string, string>();
  /** The texts by their first two characters, longest first. */
  #byStart = new Map<number, string[]>();
  /** Which starts there are, by hash: almost all positions of a text are passed over with this. */
  #starts = new Uint8Array(1 << 12);

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
    let result = '';
    let copied = 0;
    let position = 0;
    while (position < text.length - 1) {
      const found = this.#findAt(text, position);
      if (found === undefined) {
        position++;
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
    const start = startOf(text, position);
    if (this.#starts[hash(start)] === 0) return undefined;
    return this.#byStart.get(start)?.find((candidate) => text.startsWith(candidate, position));
  }

  #index(): void {
    this.#byStart = new Map();
    this.#starts = new Uint8Array(this.#starts.length);
    const longestFirst = [...this.#texts.keys()].sort((a, b) => b.length - a.length);
    for (const text of longestFirst) {
      const start = startOf(text, 0);
      const sameStart = this.#byStart.get(start);
      if (sameStart) sameStart.push(text);
      else this.#byStart.set(start, [text]);
      this.#starts[hash(start)] = 1;
    }
  }
}

function startOf(text: string, position: number): number {
  return text.charCodeAt(position) * 65_536 + text.charCodeAt(position + 1);
}

function hash(start: number): number {
  return ((start >>> 16) * 31 + (start & 0xffff)) & 0xfff;
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
