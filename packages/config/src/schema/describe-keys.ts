import type { JsonValue } from '../json.js';
import type { ConfigVisibility } from './json-schema.js';
import type { Declaration, SchemaLevel } from './schema-level.js';
import { walkLevels } from './schema-walk.js';
import { describeWanted, joinWords } from './wanted.js';

/** One declared key, as documentation tells it. @public */
export type DescribedKey = {
  /** `backend.cors.origin`, `integrations.github[].token`, `proxy.endpoints.*`. */
  readonly key: string;
  /** What it may be, in words: `a string or a list`. */
  readonly wanted: string;
  readonly description?: string;
  readonly default?: JsonValue;
  /** Whether it has to be there when what is around it is. */
  readonly isRequired: boolean;
  readonly visibility: ConfigVisibility;
  /** What to use instead; empty when nobody says. */
  readonly deprecated?: string;
  /** The packages that declare it: `@scope/name@1.2.3`. */
  readonly packages: readonly string[];
};

/** Every declared key, parents before children. */
export function describeKeys(root: SchemaLevel): DescribedKey[] {
  return [...walkLevels(root)].map(({ key, level, isRequired }) => {
    const { declarations } = level;
    const description = findIn(declarations, 'description');
    const fallback = findIn(declarations, 'default');
    const deprecated = findIn(declarations, 'deprecated');
    return {
      key,
      wanted: wordsOf(declarations),
      ...(typeof description === 'string' && { description }),
      ...(fallback !== undefined && { default: fallback as JsonValue }),
      isRequired,
      visibility: level.visibility ?? level.deepVisibility ?? 'backend',
      ...(Boolean(deprecated) && { deprecated: typeof deprecated === 'string' ? deprecated : '' }),
      packages: level.packages,
    };
  });
}

function findIn(declarations: readonly Declaration[], keyword: string): unknown {
  return declarations.find(({ schema }) => schema[keyword] !== undefined)?.schema[keyword];
}

function wordsOf(declarations: readonly Declaration[]): string {
  const words = declarations.map(({ source, schema }) => describeWanted(schema, source.schema));
  const telling = [...new Set(words)].filter((each) => each !== 'something else');
  // What an alternative wants is part of what all of them together want.
  const whole = telling.filter(
    (each) => !telling.some((other) => other !== each && other.includes(each)),
  );
  return whole.length > 0 ? joinWords(whole) : 'anything';
}
