import type { JsonValue } from '../json.js';
import { isObject } from '../merge.js';
import {
  numberAt,
  resolveReference,
  schemasAt,
  typesOf,
  type AnySchema,
  type JsonSchema,
} from './json-schema.js';

/** How many values an error lists at most. */
const MAX_CHOICES = 12;

const TYPE_WORDS: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  null: 'null',
};

/** Says in words what a schema wants: `'continue' or 'abort'`, `a number of at least 1`. */
export function describeWanted(schema: AnySchema, root: JsonSchema): string {
  const words = [...new Set(wantsOf(schema, root, 0))];
  return words.length > 0 ? joinWords(words) : 'something else';
}

/** The texts that a schema names one by one. */
export function listChoices(schema: AnySchema, root: JsonSchema): string[] {
  return constantsOf(schema, root, 0).filter((value) => typeof value === 'string');
}

/** `a, b or c`; the end of a long list is left out. */
export function joinWords(words: readonly string[]): string {
  if (words.length > MAX_CHOICES) {
    return `${words.slice(0, MAX_CHOICES).join(', ')} or ${words.length - MAX_CHOICES} others`;
  }
  const [last, ...rest] = words.toReversed();
  return rest.length > 0 ? `${rest.toReversed().join(', ')} or ${last}` : (last ?? '');
}

/** A value as it is told: a text in quotes. */
export function quote(value: JsonValue): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/** Says in words of what kind a value is, and not what it is: it may be a secret. */
export function describeKind(value: JsonValue): string {
  if (value === null) return 'null';
  if (value === '') return 'an empty string';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  return typeof value === 'boolean' ? 'a boolean' : `a ${typeof value}`;
}

function wantsOf(schema: AnySchema, root: JsonSchema, depth: number): string[] {
  const found = resolveReference(schema, root);
  if (typeof found !== 'object' || depth > 5) return [];
  const constants = ownConstants(found);
  if (constants.length > 0) return constants.map(quote);
  const types = typesOf(found);
  if (types.length > 0) return types.map((type) => `${TYPE_WORDS[type] ?? type}${limitsOf(found)}`);
  return ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) =>
    schemasAt(found, keyword).flatMap((each) => wantsOf(each, root, depth + 1)),
  );
}

function constantsOf(schema: AnySchema, root: JsonSchema, depth: number): JsonValue[] {
  const found = resolveReference(schema, root);
  if (typeof found !== 'object' || depth > 5) return [];
  const inner = ['anyOf', 'oneOf', 'allOf'].flatMap((keyword) => schemasAt(found, keyword));
  return [...ownConstants(found), ...inner.flatMap((each) => constantsOf(each, root, depth + 1))];
}

function ownConstants(schema: JsonSchema): readonly JsonValue[] {
  if (schema.const !== undefined) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : [];
}

function limitsOf(schema: JsonSchema): string {
  const { pattern, minimum, maximum, ...rest } = schema;
  const isRange = minimum !== undefined && maximum !== undefined;
  const limits = [
    ...(typeof pattern === 'string' ? [`that matches /${pattern}/`] : []),
    ...(isRange ? [`from ${String(minimum)} to ${String(maximum)}`] : []),
    ...LIMITS.flatMap(([keyword, words]) => {
      const limit = numberAt(isRange ? rest : schema, keyword);
      return limit === undefined ? [] : [words.replace('#', String(limit))];
    }),
  ];
  return limits.length > 0 ? ` ${limits.join(' and ')}` : '';
}

const LIMITS: readonly [keyword: string, words: string][] = [
  ['minimum', 'of at least #'],
  ['exclusiveMinimum', 'above #'],
  ['maximum', 'of at most #'],
  ['exclusiveMaximum', 'below #'],
  ['multipleOf', 'in steps of #'],
  ['minLength', 'of # characters or more'],
  ['maxLength', 'of # characters or fewer'],
  ['minItems', 'of # elements or more'],
  ['maxItems', 'of # elements or fewer'],
  ['minProperties', 'with # keys or more'],
  ['maxProperties', 'with # keys or fewer'],
];
