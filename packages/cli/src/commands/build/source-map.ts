import { readFileSync } from 'node:fs';
import { SourceMap as MapReader } from 'node:module';
import { dirname, join, resolve } from 'node:path';

/** A source map, version 3. */
export type SourceMap = {
  version: 3;
  sources: string[];
  names: string[];
  mappings: string;
};

/** The map that was published with a file, with absolute paths; undefined when there is none. */
export function readPublishedMap(file: string, source: string): SourceMap | undefined {
  const named = /^\/\/# sourceMappingURL=([^\s:]+)\s*$/m.exec(source.slice(-300))?.[1];
  if (named === undefined) return undefined;
  try {
    const path = join(dirname(file), named);
    const map = JSON.parse(readFileSync(path, 'utf8')) as SourceMap & { sourceRoot?: string };
    if (typeof map.mappings !== 'string' || !Array.isArray(map.sources)) return undefined;
    const folder = resolve(dirname(path), map.sourceRoot ?? '');
    const sources = map.sources.map((each) => resolve(folder, each));
    return { version: 3, sources, names: map.names ?? [], mappings: map.mappings };
  } catch {
    return undefined; // named, and not published
  }
}

/**
 * Makes one map of two: from what `outer` is of, through what it leads to, to where `inner` leads. What
 * `inner` knows nothing of is left out.
 */
export function composeMaps(outer: SourceMap, inner: SourceMap): SourceMap {
  const composition = new Composition(inner);
  const mappings = outer.mappings.split(';').map((line) => composition.mapLine(line));
  const sources = [...composition.sources.keys()];
  return { version: 3, sources, names: [], mappings: mappings.join(';') };
}

/** All numbers of a map are differences from the one before; those of columns begin anew in each line. */
class Composition {
  /** Their indices, by path. */
  readonly sources = new Map<string, number>();
  readonly #inner: MapReader;
  #line = 0;
  #column = 0;
  #written = { source: 0, line: 0, column: 0 };

  constructor(inner: SourceMap) {
    this.#inner = new MapReader({ ...inner, file: '', sourceRoot: '', sourcesContent: [] });
  }

  mapLine(line: string): string {
    let start = 0;
    let writtenStart = 0;
    const segments = line.split(',').flatMap((segment) => {
      const [column = 0, source, lines = 0, columns = 0] = decode(segment);
      start += column;
      if (source === undefined) return [];
      this.#line += lines;
      this.#column += columns;
      const place = this.#follow();
      if (!place) return [];
      const numbers = [start - writtenStart, ...place];
      writtenStart = start;
      return [encode(numbers)];
    });
    return segments.join(',');
  }

  /** @returns the differences of source, line and column */
  #follow(): [source: number, line: number, column: number] | undefined {
    const found = this.#inner.findEntry(this.#line, this.#column);
    if (!('originalSource' in found) || found.originalSource === undefined) return undefined;
    const { originalSource, originalLine: line, originalColumn: column } = found;
    const source = this.sources.get(originalSource) ?? this.sources.size;
    this.sources.set(originalSource, source);
    const before = this.#written;
    this.#written = { source, line, column };
    return [source - before.source, line - before.line, column - before.column];
  }
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base 64, five bits a digit, the lowest first; a sixth says that more follow, the first is the sign. */
function decode(segment: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = DIGITS.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = shift = 0;
  }
  return numbers;
}

function encode(numbers: readonly number[]): string {
  let text = '';
  for (const number of numbers) {
    let rest = number < 0 ? (-number << 1) | 1 : number << 1;
    do {
      const bits = rest & 31;
      rest >>>= 5;
      text += DIGITS[rest > 0 ? bits | 32 : bits];
    } while (rest > 0);
  }
  return text;
}
