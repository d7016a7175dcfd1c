import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigReader, loadConfig, type Config } from '../src/index.js';
import { temporaryFiles } from './temporary-files.js';

/** A mistake in configuration, and everything that a person is told about it. */
type Mistake = {
  title: string;
  /** `app-config.yaml`, unless `files` says otherwise. */
  yaml: string;
  files?: Record<string, string>;
  env?: Record<string, string>;
  /** What code reads; mistakes without it fail while loading. */
  read?: (config: Config) => unknown;
  /** `<root>` stands for the folder. */
  error: { name: string; message: string; code: string; fix: string };
};

const config = '<root>/app-config.yaml';

const mistakes: Mistake[] = [
  {
    title: '[CFG-2] a missing value',
    yaml: 'app: { title: x }',
    read: (root) => root.getString('backend.baseUrl'),
    error: {
      name: 'Error',
      message: "Missing required config value at 'backend.baseUrl' in 'app-config.yaml'",
      code: 'E_CONFIG_MISSING',
      fix: `add 'backend.baseUrl' to ${config}`,
    },
  },
  {
    title: '[CFG-2] a missing value in an object that one of two files has',
    yaml: 'app: { title: x }',
    files: { 'app-config.local.yaml': 'backend: {}' },
    read: (root) => root.getConfig('backend').getString('baseUrl'),
    error: {
      name: 'Error',
      message: "Missing required config value at 'backend.baseUrl' in 'app-config.local.yaml'",
      code: 'E_CONFIG_MISSING',
      fix: "add 'backend.baseUrl' to <root>/app-config.local.yaml",
    },
  },
  {
    title: '[CFG-2] a slip in a key',
    yaml: 'backend:\n  baseURL: http://localhost:7007\n',
    read: (root) => root.getString('backend.baseUrl'),
    error: {
      name: 'Error',
      message: "Missing required config value at 'backend.baseUrl' in 'app-config.yaml'",
      code: 'E_CONFIG_MISSING',
      fix:
        `rename 'backend.baseURL' (${config}:2) to 'baseUrl' if it is a slip;` +
        ` otherwise add 'backend.baseUrl' to ${config}`,
    },
  },
  {
    title: '[CFG-4] a value that is hidden by null',
    yaml: 'backend: { baseUrl: x }',
    files: { 'app-config.local.yaml': '# local\nbackend:\n  baseUrl: null\n' },
    read: (root) => root.getString('backend.baseUrl'),
    error: {
      name: 'Error',
      message: "Missing required config value at 'backend.baseUrl' in 'app-config.local.yaml'",
      code: 'E_CONFIG_MISSING',
      fix:
        "'backend.baseUrl' is null in <root>/app-config.local.yaml:3, which hides it:" +
        ' give it a value, or remove that line',
    },
  },
  {
    title: '[CFG-10] a variable that is not set',
    yaml: 'integrations:\n  github:\n    - host: github.com\n      token: ${GITHUB_TOKEN}\n',
    read: (root) => root.getConfigArray('integrations.github')[0]!.getString('token'),
    error: {
      name: 'Error',
      message:
        "Missing required config value at 'integrations.github[0].token' in 'app-config.yaml'",
      code: 'E_CONFIG_MISSING',
      fix:
        `environment variable GITHUB_TOKEN is not set (${config}:4):` +
        ' set it, or write a default as ${NAME:-default}',
    },
  },
  {
    title: '[CFG-11] a variable of $env that is not set, around the value that is read',
    yaml: 'a:\n  b: { $env: NOT_SET }\n',
    read: (root) => root.getString('a.b.c'),
    error: {
      name: 'Error',
      message: "Missing required config value at 'a.b.c' in 'app-config.yaml'",
      code: 'E_CONFIG_MISSING',
      fix:
        `environment variable NOT_SET is not set (${config}:2):` +
        ' set it, or write a default as ${NAME:-default}',
    },
  },
  {
    title: '[CFG-11] a $file that does not exist',
    yaml: '\n\ntoken: { $file: secrets/token }\n',
    read: (root) => root.getString('token'),
    error: {
      name: 'Error',
      message: "Missing required config value at 'token' in 'app-config.yaml'",
      code: 'E_CONFIG_MISSING',
      fix:
        `file <root>/secrets/token does not exist (${config}:3):` +
        ' create it, or name another one',
    },
  },
  {
    title: '[CFG-2] a value of another type',
    yaml: 'backend:\n  listen:\n    port: [7007]\n',
    read: (root) => root.getNumber('backend.listen.port'),
    error: {
      name: 'TypeError',
      message:
        "Invalid type in config for key 'backend.listen.port' in 'app-config.yaml', got array, wanted number",
      code: 'E_CONFIG_TYPE',
      fix: `write a number at ${config}:3`,
    },
  },
  {
    title: '[CFG-2] an element of another type, in an included file',
    yaml: 'cors: { $include: parts/cors.yaml }',
    files: { 'parts/cors.yaml': 'origin:\n  - http://a\n  - 12\n' },
    read: (root) => root.getConfig('cors').getStringArray('origin'),
    error: {
      name: 'TypeError',
      message:
        "Invalid type in config for key 'cors.origin[1]' in 'app-config.yaml', got number, wanted string-array",
      code: 'E_CONFIG_TYPE',
      fix: 'write an array of strings that are not empty at <root>/parts/cors.yaml:3',
    },
  },
  {
    title: '[CFG-3] a variable that is set to something else than a number',
    yaml: 'port: ${PORT}',
    env: { PORT: 'http' },
    read: (root) => root.getNumber('port'),
    error: {
      name: 'Error',
      message: "Unable to convert config value for key 'port' in 'app-config.yaml' to a number",
      code: 'E_CONFIG_CONVERT',
      fix: `environment variable PORT must make a number at ${config}:1`,
    },
  },
  {
    title: '[CFG-3] a variable that is set to nothing',
    yaml: 'token: ${TOKEN}',
    env: { TOKEN: '' },
    read: (root) => root.getString('token'),
    error: {
      name: 'TypeError',
      message:
        "Invalid type in config for key 'token' in 'app-config.yaml', got empty-string, wanted string",
      code: 'E_CONFIG_TYPE',
      fix: `environment variable TOKEN must make a string that is not empty at ${config}:1`,
    },
  },
  {
    title: 'a map in a map on one line',
    yaml: 'app:\n  title: a: b\n',
    error: {
      name: 'Error',
      message:
        `Failed to parse config file at "${config}", line 2, column 10,` +
        ' Nested mappings are not allowed in compact mappings',
      code: 'E_CONFIG_SYNTAX',
      fix: `correct ${config}:2:10 (title:)`,
    },
  },
  {
    title: 'a key that is written twice',
    yaml: 'app:\n  title: a\n  other: b\n  title: c\n',
    error: {
      name: 'Error',
      message: `Failed to parse config file at "${config}", line 4, column 3, Map keys must be unique`,
      code: 'E_CONFIG_SYNTAX',
      fix: `correct ${config}:4:3 (title:)`,
    },
  },
  {
    title: 'a tab for indentation',
    yaml: 'app:\n\ttitle: a\n',
    error: {
      name: 'Error',
      message: `Failed to parse config file at "${config}", line 2, column 1, Tabs are not allowed as indentation`,
      code: 'E_CONFIG_SYNTAX',
      fix: `correct ${config}:2:1 (title:)`,
    },
  },
  {
    title: 'a bracket that is not closed',
    yaml: 'list: [1, 2\nnext: 3\n',
    error: {
      name: 'Error',
      message:
        `Failed to parse config file at "${config}", line 2, column 1,` +
        ' Flow sequence in block collection must be sufficiently indented and end with a ]',
      code: 'E_CONFIG_SYNTAX',
      fix: `correct ${config}:2:1 (next:)`,
    },
  },
  {
    title: 'an alias for nothing',
    yaml: 'a:\n  - *nothing\n',
    error: {
      name: 'Error',
      message:
        `Failed to parse config file at "${config}", line 2, column 5,` +
        ' Unresolved alias (the anchor must be set before the alias): nothing',
      code: 'E_CONFIG_SYNTAX',
      fix: `correct ${config}:2:5`,
    },
  },
  {
    title: 'a broken file that is included',
    yaml: 'a: { $include: part.yaml }',
    files: { 'part.yaml': 'x: 1\n y: 2\n' },
    error: {
      name: 'Error',
      message: `Failed to parse config file at "<root>/part.yaml", line 1, column 4, Nested mappings are not allowed in compact mappings`,
      code: 'E_CONFIG_SYNTAX',
      fix: 'correct <root>/part.yaml:1:4 (x:)',
    },
  },
  {
    title: 'a list at the top',
    yaml: '- app\n- backend\n',
    error: {
      name: 'TypeError',
      message: `Failed to read config file at "${config}", expected an object at the top level`,
      code: 'E_CONFIG_ROOT',
      fix: `write keys and values, such as 'app:', at ${config}:1`,
    },
  },
  {
    title: '[CFG-11] keys beside an include',
    yaml: 'a:\n  b:\n    $env: X\n    other: 1\n',
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a.b, include key $env should not have adjacent keys`,
      code: 'E_CONFIG_INCLUDE',
      fix: `move the other keys away from $env (${config}:2)`,
    },
  },
  {
    title: '[CFG-11] an include that does not exist',
    yaml: 'a:\n  - $evn: X\n',
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a[0], unknown include $evn`,
      code: 'E_CONFIG_INCLUDE',
      fix: `use one of $env, $file and $include (${config}:2)`,
    },
  },
  {
    title: '[CFG-11] an include of something else than a string',
    yaml: 'a: { $file: 12 }',
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a, $file include value is not a string`,
      code: 'E_CONFIG_INCLUDE',
      fix: `write a string after $file (${config}:1)`,
    },
  },
  {
    title: '[CFG-11] an included file that does not exist',
    yaml: 'a: { $include: none.yaml#x }',
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a, included file "<root>/none.yaml" does not exist`,
      code: 'E_CONFIG_INCLUDE',
      fix: `create <root>/none.yaml, or name another file (${config}:1)`,
    },
  },
  {
    title: '[CFG-11] an included file of another kind',
    yaml: 'a: { $include: part.toml }',
    files: { 'part.toml': '' },
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a, no configuration parser available for included file part.toml`,
      code: 'E_CONFIG_INCLUDE',
      fix: `name a file that ends in .json, .yaml, .yml (${config}:1)`,
    },
  },
  {
    title: '[CFG-11] a part that the included file does not have',
    yaml: 'a: { $include: part.yaml#x.z }',
    files: { 'part.yaml': 'x: { y: 1 }' },
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a, there is no value at 'x.z' in included file "<root>/part.yaml"`,
      code: 'E_CONFIG_INCLUDE',
      fix: `add it to <root>/part.yaml, or change the path after # (${config}:1)`,
    },
  },
  {
    title: '[CFG-11] files that include each other',
    yaml: 'a: { $include: part.yaml#p }',
    files: { 'part.yaml': 'p:\n  q: { $include: app-config.yaml }\n' },
    error: {
      name: 'Error',
      message: `Failed to read config file at "${config}", error at .a.q, app-config.yaml includes itself`,
      code: 'E_CONFIG_INCLUDE',
      fix: 'undo the circle of includes (<root>/part.yaml:2)',
    },
  },
  {
    title: '[CFG-9] a variable whose name makes no key',
    yaml: '',
    env: { APP_CONFIG_backend__url: '1' },
    error: {
      name: 'TypeError',
      message: "Invalid env config key 'backend__url'",
      code: 'E_CONFIG_ENV',
      fix:
        "rename or unset environment variable APP_CONFIG_backend__url: every part between '_'" +
        " starts with a letter and goes on with letters and digits, '-' or ':'",
    },
  },
  {
    title: '[CFG-9] a variable under one that holds no object',
    yaml: '',
    env: { APP_CONFIG_a_b: 'text', APP_CONFIG_a_b_c: '1' },
    error: {
      name: 'TypeError',
      message: "Could not nest config for key 'a_b_c' under existing value 'a_b'",
      code: 'E_CONFIG_ENV',
      fix: "unset environment variable APP_CONFIG_a_b_c, or the one that gives 'a_b' a value",
    },
  },
  {
    title: '[CFG-9] a variable for a key that has a value already',
    yaml: '',
    env: { APP_CONFIG_a: '{"b":1}', APP_CONFIG_a_b: '2' },
    error: {
      name: 'TypeError',
      message: "Refusing to override existing config at key 'a_b'",
      code: 'E_CONFIG_ENV',
      fix: 'unset environment variable APP_CONFIG_a_b, or the one that gives the same key a value',
    },
  },
  {
    title: '[CFG-9] a variable that is null',
    yaml: '',
    env: { APP_CONFIG_a: 'null' },
    error: {
      name: 'TypeError',
      message:
        "Failed to parse JSON-serialized config value for key 'a', Error: value may not be null",
      code: 'E_CONFIG_ENV',
      fix: 'unset environment variable APP_CONFIG_a, or give it a value other than null',
    },
  },
];

describe('a mistake in configuration', () => {
  it.each(mistakes)('is told with its place and the way out: $title', async (mistake) => {
    const root = temporaryFiles({ 'app-config.yaml': mistake.yaml, ...mistake.files });
    const env = mistake.env ?? {};

    const failure = await loadConfig({ args: [], cwd: root, env })
      .then(({ appConfigs }) => mistake.read?.(ConfigReader.fromConfigs(appConfigs)))
      .then(() => undefined)
      .catch((error: Error & { code: string; fix: string }) => ({
        name: error.name,
        message: error.message.replaceAll(root, '<root>'),
        code: error.code,
        fix: error.fix.replaceAll(root, '<root>'),
      }));

    expect(failure).toEqual(mistake.error);
  });

  it('is told when a file cannot be read', async () => {
    const root = temporaryFiles({});
    mkdirSync(join(root, 'app-config.yaml'));

    await expect(loadConfig({ args: [], cwd: root, env: {} })).rejects.toMatchObject({
      message: expect.stringMatching(/^Failed to read config file at ".*", EISDIR/),
      code: 'E_CONFIG_FILE',
    });
  });

  it('is told when a $file cannot be read', async () => {
    const root = temporaryFiles({ 'app-config.yaml': 'a: { $file: secrets }', 'secrets/x': '' });

    await expect(loadConfig({ args: [], cwd: root, env: {} })).rejects.toMatchObject({
      message: expect.stringMatching(/error at \.a, EISDIR/),
      code: 'E_CONFIG_INCLUDE',
      fix: `make ${join(root, 'secrets')} a file that this process may read (${join(root, 'app-config.yaml')}:1)`,
    });
  });

  it('never tells a value that cannot be parsed: it may be a secret', async () => {
    for (const yaml of ['p: "s3cret', 'p: s3: cret', 'p: "x" s3cret', '} s3cret', 'p: |s3cret']) {
      const root = temporaryFiles({ 'app-config.yaml': yaml });

      const error = await loadConfig({ args: [], cwd: root, env: {} }).catch((thrown) => thrown);

      expect(error).toMatchObject({ code: 'E_CONFIG_SYNTAX' });
      expect(`${error.message} ${error.fix} ${error.stack}`).not.toContain('cret');
    }
  });

  it.each([
    ['an alias for what is around it', 'a: &a\n  b: *a\n', 'nested more than 100 levels deep'],
    ['brackets without end', 'a: '.padEnd(50_000, '['), 'Maximum call stack size exceeded'],
  ])('is told when nesting has no end: %s', async (_title, yaml, reason) => {
    const root = temporaryFiles({ 'app-config.yaml': yaml });

    await expect(loadConfig({ args: [], cwd: root, env: {} })).rejects.toMatchObject({
      message: expect.stringContaining(reason),
      code: expect.stringMatching(/^E_CONFIG_(INCLUDE|SYNTAX)$/),
      fix: expect.stringContaining(join(root, 'app-config.yaml')),
    });
  });

  it('never expands aliases into something that fills the memory', async () => {
    const lines = Array.from({ length: 12 }, (_, index) => {
      const alias = `*a${index - 1}`;
      return `a${index}: &a${index} [${index ? Array(10).fill(alias).join(', ') : 'x'}]`;
    });
    const root = temporaryFiles({ 'app-config.yaml': lines.join('\n') });

    await expect(loadConfig({ args: [], cwd: root, env: {} })).rejects.toMatchObject({
      message: expect.stringContaining('Excessive alias count'),
      code: 'E_CONFIG_SYNTAX',
    });
  });
});
