import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import type { JsonValue } from '../../src/json.js';
import { findIssues } from '../../src/schema/find-issues.js';
import type { JsonSchema } from '../../src/schema/json-schema.js';

/** `a.b wanted` for each issue. */
const issuesOf = (value: JsonValue, schema: JsonSchema) =>
  findIssues(value, schema).map(({ path, kind, wanted }) => [path.join('.'), kind, wanted]);

/** An object that says of which kind it is. */
const named = (type: string, rest: object) => ({
  type: 'object',
  properties: { type: { const: type }, ...rest },
  required: ['type'],
});

describe('a value held to a schema', () => {
  const values: JsonValue[] = [
    null,
    true,
    false,
    0,
    1,
    -3,
    2.5,
    7007,
    'a',
    'ab',
    'abc',
    'x-1',
    'é',
    [],
    [1],
    ['a', 'b'],
    [1, 1],
    [{ a: 1 }],
    {},
    { a: 1 },
    { a: 'x', b: true },
    { a: { b: { c: [] } } },
    { 'x-1': 5, other: null },
  ];
  const schemas: JsonSchema[] = [
    {},
    { type: 'string' },
    { type: ['string', 'null'] },
    { type: 'integer' },
    { type: 'array', items: { type: 'string' } },
    { type: 'array', items: [{ type: 'string' }, { type: 'string' }], additionalItems: false },
    { minItems: 1, maxItems: 1, uniqueItems: true },
    { uniqueItems: true },
    { contains: { const: 1 } },
    { enum: ['a', 1, null, { a: 1 }] },
    { const: [1] },
    { minimum: 0, exclusiveMaximum: 3 },
    { exclusiveMinimum: 0, maximum: 7000 },
    { multipleOf: 0.5 },
    { minLength: 1, maxLength: 2 },
    { pattern: '^[a-z]-?\\d?$' },
    { type: 'object', properties: { a: { type: 'number' } } },
    { required: ['a'] },
    { properties: { a: { type: 'string' } }, additionalProperties: { type: 'boolean' } },
    { patternProperties: { '^x-': { type: 'string' } } },
    { patternProperties: { '^x-': { type: 'string' } }, additionalProperties: { type: 'null' } },
    { propertyNames: { maxLength: 1 } },
    { minProperties: 1, maxProperties: 1 },
    { dependencies: { a: ['b'] } },
    { dependencies: { a: { required: ['b'], properties: { b: { type: 'boolean' } } } } },
    { anyOf: [{ type: 'string' }, { type: 'object', required: ['a'] }] },
    { oneOf: [{ type: 'string' }, { type: 'array' }] },
    { allOf: [{ minimum: 0 }, { type: 'number' }] },
    { not: { type: 'object' } },
    // Written as text: an object with `then` looks like a promise to the linter.
    JSON.parse('{"if":{"type":"string"},"then":{"minLength":2},"else":{"type":"array"}}'),
    { properties: { a: false } },
    {
      definitions: { 'a/b': { properties: { a: { $ref: '#/definitions/a~1b' } } } },
      $ref: '#/definitions/a~1b',
    },
  ];

  it.each(schemas.map((schema) => [JSON.stringify(schema), schema]))(
    'is judged as a validator of JSON schema judges it: %s',
    (_title, schema) => {
      const validate = new Ajv({ strict: false }).compile(schema as object);

      // Texts that read as numbers or booleans are another matter, below.
      const ours = values.map((value) => findIssues(value, schema as JsonSchema).length === 0);

      expect(ours).toEqual(values.map((value) => validate(value)));
    },
  );

  it.each([
    ['number', '7007', true],
    ['number', ' 2.5 ', true],
    ['number', 'many', false],
    ['integer', '3', true],
    ['integer', '3.5', false],
    ['boolean', 'yes', true],
    ['boolean', 'OFF', true],
    ['boolean', 1, true],
    ['boolean', 'maybe', false],
    ['string', 5, false],
  ])('[CFG-3] may be written as the reader reads it: a %s as %j', (type, value, isFine) => {
    expect(findIssues(value, { type }).length === 0).toBe(isFine);
  });

  it('is held to limits as what it is read as', () => {
    expect(issuesOf('0', { type: 'number', minimum: 1 })).toEqual([
      ['', 'value', 'a number of at least 1'],
    ]);
  });

  it('may fit several alternatives, also where only one should', () => {
    expect(issuesOf('5', { oneOf: [{ type: 'string' }, { type: 'number' }] })).toEqual([]);
  });

  it('is told what the alternative that comes nearest wants', () => {
    const schema = {
      anyOf: [
        { type: 'string' },
        named('file', { path: { type: 'string' } }),
        named('url', { url: { type: 'string' }, port: { type: 'number' } }),
      ],
    };

    expect({
      inside: issuesOf({ type: 'url', port: 'x' }, schema),
      wrongName: issuesOf({ type: 'urn', url: 'x' }, schema),
      otherKind: issuesOf(5, schema),
      missing: issuesOf({ path: 'x' }, schema),
    }).toEqual({
      inside: [['port', 'value', 'a number']],
      wrongName: [['type', 'value', "'file' or 'url'"]],
      otherKind: [['', 'value', 'a string or an object']],
      missing: [['type', 'missing', "'file'"]],
    });
  });

  it('is not held to what cannot be understood', () => {
    const schema: JsonSchema = {
      properties: {
        lost: { $ref: '#/definitions/none' },
        circle: { $ref: '#/properties/circle' },
        elsewhere: { $ref: 'https://example.com/schema' },
        pattern: { type: 'string', pattern: '(' },
        type: { type: 'date' },
        format: { format: 'uri' },
        list: { enum: 'x' as never, required: 'y' as never, anyOf: 5 },
        kind: { type: 5 as never, dependencies: null },
        itself: { anyOf: [{ $ref: '#/properties/itself' }, { type: 'string' }] },
      },
      dependencies: { lost: null },
      if: { $ref: '#' },
    };
    const names = Object.keys(schema.properties ?? {});

    expect(issuesOf(Object.fromEntries(names.map((name) => [name, 'x'])), schema)).toEqual([]);
  });

  it('may be nested without end, and be long', () => {
    let nested: JsonValue = {};
    for (let depth = 0; depth < 5000; depth++) nested = { a: nested };
    const schema: JsonSchema = { type: 'object', properties: { a: { $ref: '#' } } };

    expect(issuesOf(nested, schema)).toEqual([]);
    expect(issuesOf('x'.repeat(1_000_000), { type: 'string', pattern: '^(a+)+$' })).toEqual([]);
  });
});
