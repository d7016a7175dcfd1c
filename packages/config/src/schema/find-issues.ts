import { isDeepStrictEqual } from 'node:util';
import type { Path } from '../config-key.js';
import type { JsonObject, JsonValue } from '../json.js';
import { isObject } from '../merge.js';
import { coerce } from './coerce.js';
import {
  isSchema,
  namedSchemaAt,
  numberAt,
  resolveReference,
  schemaAt,
  schemasAt,
  typesOf,
  type AnySchema,
  type JsonSchema,
} from './json-schema.js';
import { matchesPattern } from './patterns.js';
import { childrenOf, itemOf } from './schema-level.js';
import { describeWanted, joinWords, listChoices } from './wanted.js';

/** One thing in which a value is not what a schema says. */
export type Issue = {
  readonly path: Path;
  /** A `value` is wrong, a key is `missing`, or there is an `extra` one. */
  readonly kind: 'value' | 'missing' | 'extra';
  /** What is wanted there, in words. */
  readonly wanted: string;
  /** The texts that would do. */
  readonly choices: readonly string[];
};

/** Deeper than configuration can be loaded. */
const MAX_DEPTH = 110;

/**
 * Finds everything in which a value is not what a schema of JSON schema draft 7 says. Numbers and
 * booleans may be written as texts, as the reader takes them.
 *
 * @remarks
 * Of alternatives none of which holds, the one that comes nearest is told. More than one alternative
 * may hold, also for `oneOf`: what a plugin can read is no mistake. A reference that leads nowhere or
 * in a circle, and a keyword that is not known, hold for everything; so does `format`.
 */
export function findIssues(value: JsonValue, root: JsonSchema): Issue[] {
  return new Inspection(root).inspect(value, root, []);
}

class Inspection {
  /** What is being held to what right now: a schema may lead back to itself without end. */
  readonly #open: [schema: JsonSchema, value: JsonValue][] = [];

  constructor(readonly root: JsonSchema) {}

  inspect(written: JsonValue, schema: AnySchema, path: Path): Issue[] {
    const found = resolveReference(schema, this.root);
    if (found === undefined || found === true || path.length > MAX_DEPTH) return [];
    if (found === false) return [issue(path, 'value', 'nothing')];
    if (this.#open.some(([open, value]) => open === found && value === written)) return [];
    this.#open.push([found, written]);
    const issues = this.#inspectOnce(written, found, path);
    this.#open.pop();
    return issues;
  }

  #inspectOnce(written: JsonValue, found: JsonSchema, path: Path): Issue[] {
    const coerced = coerce(written, typesOf(found));
    if (!coerced) return [this.#wrong(found, path)];
    const { value } = coerced;
    if (!isAmongConstants(found, [value, written]) || !isWithinLimits(found, value)) {
      return [this.#wrong(found, path)];
    }
    return [
      ...(isObject(value) ? this.#inspectObject(value, found, path) : []),
      ...(Array.isArray(value) ? this.#inspectArray(value, found, path) : []),
      ...this.#inspectCombinations(written, found, path),
    ];
  }

  #inspectObject(object: JsonObject, schema: JsonSchema, path: Path): Issue[] {
    const issues: Issue[] = [];
    for (const [key, value] of Object.entries(object)) {
      if (value === undefined) continue;
      const children = childrenOf(schema, key);
      for (const child of children) issues.push(...this.inspect(value, child, [...path, key]));
      const isExtra = children.length === 0 && schema.additionalProperties === false;
      const isNameRefused = this.#fails(key, schemaAt(schema, 'propertyNames'));
      if (isExtra || isNameRefused) issues.push(issue([...path, key], 'extra', 'no such key'));
    }
    return [...issues, ...this.#inspectPresence(object, schema, path)];
  }

  #inspectPresence(object: JsonObject, schema: JsonSchema, path: Path): Issue[] {
    const missing = listRequired(schema)
      .filter((key) => object[key] === undefined)
      .map((key) => {
        const wanted = describeWanted(namedSchemaAt(schema, 'properties', key) ?? true, this.root);
        return issue([...path, key], 'missing', wanted);
      });
    const dependencies = Object.entries(schema.dependencies ?? {}).filter(
      ([key]) => object[key] !== undefined,
    );
    const dependent = dependencies.flatMap(([, needs]: [string, unknown]) =>
      Array.isArray(needs)
        ? this.#inspectPresence(object, { required: needs.map(String) }, path)
        : this.inspect(object, isSchema(needs) ? needs : true, path),
    );
    return [...missing, ...dependent];
  }

  #inspectArray(array: JsonValue[], schema: JsonSchema, path: Path): Issue[] {
    const contains = schemaAt(schema, 'contains');
    if (contains !== undefined && array.every((item) => this.#fails(item, contains))) {
      return [issue(path, 'value', `an element that is ${describeWanted(contains, this.root)}`)];
    }
    return array.flatMap((item, index) => {
      const wanted = itemOf(schema, index);
      return wanted === undefined ? [] : this.inspect(item, wanted, [...path, index]);
    });
  }

  #inspectCombinations(value: JsonValue, schema: JsonSchema, path: Path): Issue[] {
    const not = schemaAt(schema, 'not');
    const condition = schemaAt(schema, 'if');
    const branch = condition === undefined || this.#fails(value, condition) ? 'else' : 'then';
    const consequence = condition === undefined ? undefined : schemaAt(schema, branch);
    return [
      ...schemasAt(schema, 'allOf').flatMap((each) => this.inspect(value, each, path)),
      ...this.#inspectAlternatives(value, schemasAt(schema, 'anyOf'), path),
      ...this.#inspectAlternatives(value, schemasAt(schema, 'oneOf'), path),
      ...(consequence === undefined ? [] : this.inspect(value, consequence, path)),
      ...(not === undefined || this.#fails(value, not)
        ? []
        : [issue(path, 'value', `not ${describeWanted(not, this.root)}`)]),
    ];
  }

  /** Nothing when one holds; otherwise the issues of the one that comes nearest. */
  #inspectAlternatives(value: JsonValue, schemas: readonly AnySchema[], path: Path): Issue[] {
    if (schemas.length === 0) return [];
    const outcomes = schemas.map((schema) => this.inspect(value, schema, path));
    const nearest = outcomes.reduce((best, each) =>
      distance(each, path) < distance(best, path) ? each : best,
    );
    // What keeps each alternative away at one place is told there as one choice.
    return nearest.map((each) => {
      if (each.kind !== 'value') return each;
      const rivals = outcomes.flat().filter((other) => isSamePlace(other, each));
      return {
        ...each,
        wanted: joinWords([...new Set(rivals.map(({ wanted }) => wanted))]),
        choices: [...new Set(rivals.flatMap(({ choices }) => choices))],
      };
    });
  }

  #fails(value: JsonValue, schema: AnySchema | undefined): boolean {
    return schema !== undefined && this.inspect(value, schema, []).length > 0;
  }

  #wrong(schema: JsonSchema, path: Path): Issue {
    const wanted = describeWanted(schema, this.root);
    return issue(path, 'value', wanted, listChoices(schema, this.root));
  }
}

function issue(
  path: Path,
  kind: Issue['kind'],
  wanted: string,
  choices: readonly string[] = [],
): Issue {
  return { path, kind, wanted, choices };
}

function isSamePlace(a: Issue, b: Issue): boolean {
  return a.kind === b.kind && isDeepStrictEqual(a.path, b.path);
}

/**
 * How far a value is from an alternative: furthest when it is of another kind altogether, then when
 * a word in it names another alternative, then by the number of things that are wrong.
 */
function distance(issues: readonly Issue[], path: Path): number {
  return issues.reduce((sum, { kind, path: place, choices }) => {
    if (kind === 'extra') return sum + 1;
    if (kind === 'missing') return sum + 10;
    if (place.length === path.length) return sum + 1_000_000;
    return sum + (choices.length > 0 ? 10_000 : 100);
  }, 0);
}

function listRequired({ required }: JsonSchema): readonly string[] {
  return Array.isArray(required) ? required.map(String) : [];
}

function isAmongConstants(schema: JsonSchema, values: readonly JsonValue[]): boolean {
  const { const: constant, enum: choices } = schema;
  const isOneOf = (allowed: readonly JsonValue[]) =>
    values.some((value) => allowed.some((each) => isDeepStrictEqual(value, each)));
  if (constant !== undefined && !isOneOf([constant])) return false;
  return !Array.isArray(choices) || isOneOf(choices);
}

function isWithinLimits(schema: JsonSchema, value: JsonValue): boolean {
  const limit = (keyword: string) => numberAt(schema, keyword);
  if (typeof value === 'number') return isNumberWithin(value, limit);
  if (typeof value === 'string') {
    const { pattern } = schema;
    return (
      isBetween([...value].length, limit('minLength'), limit('maxLength')) &&
      (typeof pattern !== 'string' || matchesPattern(value, pattern))
    );
  }
  if (Array.isArray(value)) {
    return (
      isBetween(value.length, limit('minItems'), limit('maxItems')) &&
      (schema.uniqueItems !== true || isWithoutRepetition(value))
    );
  }
  if (!isObject(value)) return true;
  return isBetween(Object.keys(value).length, limit('minProperties'), limit('maxProperties'));
}

function isNumberWithin(value: number, limit: (keyword: string) => number | undefined): boolean {
  const step = limit('multipleOf');
  const quotient = step ? value / step : 0;
  return (
    isBetween(value, limit('minimum'), limit('maximum')) &&
    value > (limit('exclusiveMinimum') ?? -Infinity) &&
    value < (limit('exclusiveMaximum') ?? Infinity) &&
    // 0.3 is three steps of 0.1, to a person.
    Math.abs(quotient - Math.round(quotient)) < 1e-9
  );
}

function isBetween(value: number, from: number = -Infinity, to: number = Infinity): boolean {
  return value >= from && value <= to;
}

function isWithoutRepetition(array: readonly JsonValue[]): boolean {
  return array.every(
    (item, index) => !array.slice(0, index).some((other) => isDeepStrictEqual(item, other)),
  );
}
