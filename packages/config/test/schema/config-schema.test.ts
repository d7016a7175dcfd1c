import { formatError } from '@stagewire/errors';
import { describe, expect, it } from 'vitest';
import {
  collectConfigSchema,
  ConfigReader,
  ConfigRefusedError,
  loadConfig,
  type ConfigSchema,
  type JsonObject,
} from '../../src/index.js';
import { temporaryFiles } from '../temporary-files.js';

type Packages = Record<string, { configSchema: object; role?: string }>;

/** The schema of an app with these packages. */
async function schemaOf(packages: Packages): Promise<ConfigSchema> {
  const names = ['@stagewire/any', ...Object.keys(packages)];
  const dependencies = Object.fromEntries(names.map((name) => [name, '*']));
  const manifests = Object.entries(packages).map(([name, { configSchema, role }]) => [
    `node_modules/${name}/package.json`,
    JSON.stringify({ name, version: '1.0.0', configSchema, backstage: { role } }),
  ]);
  const cwd = temporaryFiles({
    'package.json': JSON.stringify({ workspaces: [], dependencies }),
    ...Object.fromEntries(manifests),
  });
  return collectConfigSchema({ cwd, program: undefined, cache: false });
}

/** An object with these properties. */
const object = (properties: object, rest: object = {}) => ({ type: 'object', properties, ...rest });
const text = { type: 'string' };
const hidden = { type: 'string', visibility: 'secret' };

const problemsOf = (schema: ConfigSchema, data: JsonObject) =>
  schema.validate(new ConfigReader(data)).map(({ severity, error }) => [severity, error.message]);

/** What is told of a file of these lines. */
async function problemsInFile(schema: ConfigSchema, lines: string[], env = {}) {
  const cwd = temporaryFiles({ 'app-config.yaml': lines.join('\n'), secret: 'x9-secret-in-file' });
  const { appConfigs } = await loadConfig({ args: [], cwd, env });
  return schema.validate(ConfigReader.fromConfigs(appConfigs)).map((problem) => ({
    ...problem,
    error: formatError(problem.error).replaceAll(cwd, ''),
    ...(problem.where && { where: problem.where.replace(cwd, '') }),
  }));
}

describe('a configuration held to the schemas of packages', () => {
  it('is told every problem with file and line, key, package, and what is nearest', async () => {
    const schema = await schemaOf({
      one: {
        configSchema: object({
          mail: object(
            {
              mode: { enum: ['direct', 'queued'] },
              port: { type: 'number', maximum: 65_535 },
              from: { type: 'string' },
              to: { type: 'array', items: { type: 'string' } },
            },
            { required: ['from', 'sender'] },
          ),
        }),
      },
      two: { configSchema: object({ mail: object({ mode: { enum: ['direct', 'queued'] } }) }) },
    });

    const problems = await problemsInFile(schema, [
      'mail:',
      '  mode: qeued',
      '  port: 70000',
      '  form: me@example.com',
      '  to: [a, { b: 1 }]',
      'own: { anything: 1 }',
    ]);

    expect(problems).toEqual([
      {
        severity: 'error',
        key: 'mail.mode',
        where: '/app-config.yaml:2',
        packages: ['one@1.0.0', 'two@1.0.0'],
        error:
          "E_CONFIG_VALUE  'mail.mode' is 'qeued', wanted 'direct' or 'queued' (/app-config.yaml:2)\n" +
          "  fix: write 'queued' at /app-config.yaml:2; declared by one@1.0.0, two@1.0.0",
      },
      {
        severity: 'error',
        key: 'mail.port',
        where: '/app-config.yaml:3',
        packages: ['one@1.0.0'],
        error:
          "E_CONFIG_VALUE  'mail.port' is 70000, wanted a number of at most 65535 (/app-config.yaml:3)\n" +
          '  fix: write a number of at most 65535 at /app-config.yaml:3; declared by one@1.0.0',
      },
      {
        severity: 'warning',
        key: 'mail.form',
        where: '/app-config.yaml:4',
        packages: ['one@1.0.0'],
        error:
          "E_CONFIG_UNKNOWN_KEY  'mail.form' is known to no installed package (/app-config.yaml:4)\n" +
          "  fix: rename it to 'from', which one@1.0.0 declares",
      },
      {
        severity: 'error',
        key: 'mail.to[1]',
        where: '/app-config.yaml:5',
        packages: ['one@1.0.0'],
        error:
          "E_CONFIG_VALUE  'mail.to[1]' is an object, wanted a string (/app-config.yaml:5)\n" +
          '  fix: write a string at /app-config.yaml:5; declared by one@1.0.0',
      },
      {
        severity: 'warning',
        packages: ['one@1.0.0'],
        error:
          'E_CONFIG_REQUIRED  2 keys that installed packages need are not set: mail.from (one@1.0.0), mail.sender (one@1.0.0)\n' +
          '  fix: set them if the plugins that need them run here',
      },
    ]);
  });

  it('never has a secret told', async () => {
    const schema = await schemaOf({
      one: {
        configSchema: object({
          declared: { ...hidden, enum: ['other'] },
          deep: object({ a: { type: 'number' } }, { deepVisibility: 'secret' }),
          password: { enum: ['other'] },
          file: { type: 'number' },
          variable: { type: 'number' },
          url: { pattern: '^http' },
          signed: { type: 'number' },
          long: { type: 'number' },
        }),
      },
    });

    const problems = await problemsInFile(
      schema,
      [
        'declared: x9-secret',
        'deep: { a: x9-secret }',
        'password: x9-secret',
        'file: { $file: secret }',
        'variable: "${TOKEN}"',
        'url: postgres://me:x9-secret@host',
        'signed: https://host/?sig=x9-secret',
        `long: ${'x9-secret'.repeat(10)}`,
      ],
      { TOKEN: 'x9-secret-in-variable' },
    );

    expect(problems).toHaveLength(8);
    expect(JSON.stringify(problems)).not.toContain('x9-secret');
    expect(problems[4]?.error).toBe(
      "E_CONFIG_VALUE  'variable' is a string, wanted a number (/app-config.yaml:5)\n" +
        '  fix: environment variable TOKEN must make a number there; declared by one@1.0.0',
    );
  });

  it('names the variable that a value came from', async () => {
    const schema = await schemaOf({ one: { configSchema: object({ a: object({ b: text }) }) } });

    const problems = await problemsInFile(schema, ['a: { c: 1 }'], { APP_CONFIG_a_b: '5' });

    expect(problems).toMatchObject([{ where: 'environment variable APP_CONFIG_a_b' }]);
  });

  it('[CFG-3] may have numbers and booleans as the reader reads them', async () => {
    const schema = await schemaOf({
      one: { configSchema: object({ port: { type: 'number' }, on: { type: 'boolean' } }) },
    });

    expect(problemsOf(schema, { port: '7007', on: 'Yes' })).toEqual([]);
  });

  it('[CFG-4] is held to what is left after hiding and merging', async () => {
    const schema = await schemaOf({ one: { configSchema: object({ a: text }) } });
    const reader = ConfigReader.fromConfigs([
      { context: 'low', data: { a: 5 } },
      { context: 'high', data: { a: null } },
    ]);

    expect(schema.validate(reader)).toEqual([]);
  });

  it.each([
    ['a key of its own', { other: 1 }, []],
    ['a slip at the top', { cataloge: {} }, ['cataloge']],
    ['a slip further down', { catalog: { rule: [] } }, ['catalog.rule']],
    ['a slip in a list', { catalog: { rules: [{ alow: 1 }] } }, ['catalog.rules[0].alow']],
    ['another key where slips are told', { catalog: { mine: 1 } }, []],
    ['a key beside the one that it looks like', { catalog: { rule: [], rules: [] } }, []],
    ['a name that anybody may choose', { proxy: { endpoint: 1 } }, []],
    ['anything in what says nothing', { catalog: { free: { x: 1 } } }, []],
    ['a key where there are no others', { closed: { x: 1 } }, ['closed.x']],
    ['a key of an alternative', { either: { b: 1 } }, []],
    ['a slip of a key of an alternative', { either: { bcdee: 1 } }, ['either.bcdee']],
  ])('is told unknown keys without noise: %s', async (_title, data, expected) => {
    const schema = await schemaOf({
      one: {
        configSchema: object({
          catalog: object({
            rules: { type: 'array', items: object({ allow: {} }) },
            free: { type: 'object' },
          }),
          proxy: object({ endpoints: {} }, { additionalProperties: text }),
          closed: object({ a: text }, { additionalProperties: false }),
          either: { anyOf: [text, object({ b: {} }), object({ bcdef: {} })] },
        }),
      },
    });
    const problems = schema.validate(new ConfigReader(data as JsonObject));

    const unknown = problems.filter(({ error }) => error.code === 'E_CONFIG_UNKNOWN_KEY');
    expect(unknown.map(({ key }) => key)).toEqual(expected);
    expect(problems.some(({ severity }) => severity === 'error')).toBe(
      JSON.stringify(data).includes('proxy'),
    );
  });

  it('is told every unknown key under backend, where that is declared as a whole', async () => {
    const configSchema = object({ backend: object({ listen: {}, cors: object({ origin: {} }) }) });
    const data = { backend: { mine: 1, cors: { other: 2 } }, own: 1 };
    const keys = async (name: string) =>
      (await schemaOf({ [name]: { configSchema } }))
        .validate(new ConfigReader(data))
        .map(({ key }) => key);

    expect(await keys('@stagewire/services')).toEqual(['backend.mine', 'backend.cors.other']);
    expect(await keys('one')).toEqual([]);
  });

  it('is not refused for what packages for browsers say', async () => {
    const schema = await schemaOf({
      app: { configSchema: object({ a: text }, { required: ['b'] }), role: 'frontend-plugin' },
    });

    expect(problemsOf(schema, { a: 5 })).toEqual([['warning', "'a' is 5, wanted a string"]]);
  });

  it('is not held to what is said by services that ours take the place of', async () => {
    const schema = await schemaOf({
      '@backstage/backend-defaults': { configSchema: object({ backend: object({ a: text }) }) },
      '@stagewire/services': { configSchema: object({ backend: object({ b: text }) }) },
    });

    expect(problemsOf(schema, { backend: { a: 5, b: 5 } })).toEqual([
      ['error', "'backend.b' is 5, wanted a string"],
    ]);
  });

  it('has no errors with backend.config.onInvalid: warn', async () => {
    const schema = await schemaOf({ one: { configSchema: object({ a: text }) } });

    expect(problemsOf(schema, { a: 5, backend: { config: { onInvalid: 'warn' } } })).toEqual([
      ['warning', "'a' is 5, wanted a string"],
    ]);
    expect(problemsOf(schema, { a: 5, backend: { config: { onInvalid: 'wran' } } })).toEqual([
      ['error', "'a' is 5, wanted a string"],
    ]);
  });

  it('is told in short what is missing, however much', async () => {
    const required = Array.from({ length: 30 }, (_, index) => `key${index}`);
    const schema = await schemaOf({ one: { configSchema: object({}, { required }) } });

    expect(problemsOf(schema, {})).toEqual([
      [
        'warning',
        '30 keys that installed packages need are not set: key0 (one@1.0.0), key1 (one@1.0.0), key2 (one@1.0.0), key3 (one@1.0.0), key4 (one@1.0.0), 25 more',
      ],
    ]);
    expect(problemsOf(await schemaOf({ one: { configSchema: { required: ['a'] } } }), {})).toEqual([
      ['warning', 'a key that installed packages need is not set: a (one@1.0.0)'],
    ]);
  });
});

describe('a refusal', () => {
  it('of one value is that problem, and of several tells them all', async () => {
    const schema = await schemaOf({ one: { configSchema: object({ a: text, b: text }) } });
    const errors = schema.validate(new ConfigReader({ a: 1, b: 2 })).map(({ error }) => error);

    expect(formatError(new ConfigRefusedError(errors.slice(0, 1)))).toBe(
      "E_CONFIG_VALUE  'a' is 1, wanted a string\n" +
        '  fix: write a string; declared by one@1.0.0; if a plugin can read it as it is, let it pass with backend.config.onInvalid: warn',
    );
    expect(formatError(new ConfigRefusedError(errors))).toBe(
      'E_CONFIG_REFUSED  2 values in the configuration cannot be:\n' +
        "  E_CONFIG_VALUE  'a' is 1, wanted a string\n" +
        '    fix: write a string; declared by one@1.0.0\n' +
        "  E_CONFIG_VALUE  'b' is 2, wanted a string\n" +
        '    fix: write a string; declared by one@1.0.0\n' +
        '  fix: mend each of them; if a plugin can read it as it is, let it pass with backend.config.onInvalid: warn',
    );
  });
});

describe('the visibility of values', () => {
  it('[LOG-6] is their own, or that of what is around them', async () => {
    const schema = await schemaOf({
      one: {
        configSchema: object({
          list: { type: 'array', items: object({ token: hidden, host: text }) },
          tokens: { type: 'array', items: hidden },
          marked: { type: 'array', items: text, visibility: 'secret' },
          deep: object(
            { a: text, open: { ...text, visibility: 'frontend' } },
            {
              additionalProperties: object({ b: text }),
              deepVisibility: 'secret',
            },
          ),
          either: { anyOf: [hidden, object({ password: hidden })] },
          seen: { ...text, visibility: 'frontend' },
        }),
      },
    });
    const config = new ConfigReader({
      list: [{ token: 'a', host: 'b' }, { token: 'c' }],
      tokens: ['d'],
      marked: ['e'],
      deep: { a: 'f', open: 'g', other: { b: 'h' }, 'x-1': { unknown: 'i' } },
      either: { password: 'j' },
      seen: 'k',
      own: 'l',
    });

    expect({
      secret: schema.findByVisibility(config, 'secret'),
      frontend: schema.findByVisibility(config, 'frontend'),
      backend: schema.findByVisibility(config, 'backend'),
    }).toEqual({
      secret: [
        'list[0].token',
        'list[1].token',
        'tokens[0]',
        'marked[0]',
        'deep.a',
        'deep.other.b',
        'deep.x-1.unknown',
        'either.password',
      ],
      frontend: ['deep.open', 'seen'],
      backend: ['list[0].host'],
    });
  });
});

describe('the schema as a document', () => {
  it('is one JSON schema in which every place names who declares it', async () => {
    const tree = { type: 'object', properties: { child: { $ref: '#/definitions/tree' } } };
    const schema = await schemaOf({
      one: { configSchema: object({ a: object({ b: text }, { required: ['b'] }) }) },
      two: {
        configSchema: object(
          { a: object({ b: { pattern: 'x' }, c: { anyOf: [text, { type: 'number' }] } }) },
          { definitions: { tree }, required: ['a'] },
        ),
      },
      three: {
        configSchema: object({ t: { $ref: '#/definitions/tree' } }, { definitions: { tree } }),
      },
    });

    expect(JSON.parse(JSON.stringify(schema))).toMatchObject({
      $schema: 'http://json-schema.org/draft-07/schema#',
      type: 'object',
      required: ['a'],
      declaredBy: ['one@1.0.0', 'two@1.0.0', 'three@1.0.0'],
      properties: {
        a: {
          required: ['b'],
          declaredBy: ['one@1.0.0', 'two@1.0.0'],
          properties: {
            b: { allOf: [text, { pattern: 'x' }], declaredBy: ['one@1.0.0', 'two@1.0.0'] },
            c: { anyOf: [text, { type: 'number' }], declaredBy: ['two@1.0.0'] },
          },
        },
        t: { properties: { child: { declaredBy: ['three@1.0.0'] } } },
      },
    });
    expect(schema.describe().map(({ key }) => key)).toEqual(['a', 'a.b', 'a.c', 't', 't.child']);
  });
});
