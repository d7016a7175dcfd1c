import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  ConfigReader,
  findRepositoryRoot,
  listAbsences,
  listSubstitutions,
  loadConfig,
  locateValue,
  type LoadConfigOptions,
} from '../src/index.js';
import { temporaryFiles } from './temporary-files.js';

type Files = Record<string, string>;

/** Loads files of a new folder, with no arguments and no variables unless told. */
async function load(files: Files, options: LoadConfigOptions = {}) {
  const root = temporaryFiles(files);
  const sources = await loadConfig({ args: [], cwd: root, env: {}, ...options });
  return { root, ...sources, config: ConfigReader.fromConfigs(sources.appConfigs) };
}

const loadText = async (text: string, env: LoadConfigOptions['env'] = {}, files: Files = {}) =>
  (await load({ 'app-config.yaml': text, ...files }, { env })).config.get();

const loadEnv = async (env: Record<string, string>) =>
  (await load({ 'app-config.yaml': 'a: { b: file, c: file }' }, { env })).config;

/** A server on the loopback interface that answers with a text. */
async function serve(
  answer: (request: IncomingMessage) => { status?: number; text: string },
): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, text } = answer(request);
    response.writeHead(status).end(text);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/config.yaml`;
}

describe('the default files', () => {
  const files = {
    'app-config.yaml': 'a: base\nb: base\nc: base\nd: base\ne: base',
    'app-config.production.yaml': 'b: production\nc: production\nd: production\ne: production',
    'app-config.eu.yaml': 'c: eu\nd: eu\ne: eu',
    'app-config.local.yaml': 'd: local\ne: local',
    'app-config.production.local.yaml': 'e: production.local',
  };

  it('[CFG-8] are layered: base, environments, local, local environments', async () => {
    const { config, appConfigs } = await load(files, { env: { BACKSTAGE_ENV: 'production, eu' } });

    expect(config.get()).toEqual({
      a: 'base',
      b: 'production',
      c: 'eu',
      d: 'local',
      e: 'production.local',
    });
    expect(appConfigs.map(({ context }) => context)).toEqual(Object.keys(files));
  });

  it('[CFG-8] of other environments are not read', async () => {
    const { config } = await load(files);

    expect(config.get()).toMatchObject({ b: 'base', c: 'base', d: 'local' });
  });

  it('[CFG-8] begin with app-config.yaml, which has to exist', async () => {
    const root = temporaryFiles({ 'app-config.local.yaml': 'a: 1' });

    await expect(loadConfig({ args: [], cwd: root, env: {} })).rejects.toMatchObject({
      name: 'NotFoundError',
      message: `Config file "${join(root, 'app-config.yaml')}" does not exist`,
      code: 'E_CONFIG_FILE',
      fix: 'create it, start from inside the repository that has it, or name another: --config <file>',
    });
  });

  it('[CFG-8] are looked for in the root of the repository, wherever the process is', async () => {
    const { root, config } = await load({
      'app-config.yaml': 'a: root',
      'packages/backend/package.json': '{}',
      'packages/backend/app-config.yaml': 'a: package',
    });

    const inside = await loadConfig({ args: [], cwd: join(root, 'packages/backend'), env: {} });

    expect(ConfigReader.fromConfigs(inside.appConfigs).get()).toEqual(config.get());
  });

  it('may be empty, or hold nothing but comments', async () => {
    const { config } = await load({ 'app-config.yaml': '', 'app-config.local.yaml': '# a: 1\n' });

    expect(config.get()).toEqual({});
  });
});

describe('the root of the repository', () => {
  it('is the nearest folder with workspaces, otherwise with a package.json', () => {
    const root = temporaryFiles({
      'package.json': '{}',
      'mono/package.json': '{ "workspaces": ["*"] }',
      'mono/app/package.json': '{}',
      'mono/app/src/x.ts': '',
      'broken/package.json': 'no JSON',
    });

    expect(findRepositoryRoot(join(root, 'mono/app/src'))).toBe(join(root, 'mono'));
    expect(findRepositoryRoot(join(root, 'broken'))).toBe(join(root, 'broken'));
  });
});

describe('--config arguments', () => {
  const files = { 'app-config.yaml': 'a: default', 'x/one.yaml': 'a: 1', 'two.json': '{"b":2}' };

  it('[CFG-7] replace the default files, the last on top', async () => {
    const args = ['start', '--config', 'x/one.yaml', '--config=two.json', '--verbose'];

    const { config, appConfigs } = await load(files, { args });

    expect(config.get()).toEqual({ a: 1, b: 2 });
    expect(appConfigs.map(({ context }) => context)).toEqual(['one.yaml', 'two.json']);
  });

  it('[CFG-7] name files that have to exist', async () => {
    await expect(load(files, { args: ['--config', 'none.yaml'] })).rejects.toMatchObject({
      name: 'NotFoundError',
      message: expect.stringMatching(/^Config file ".*none\.yaml" does not exist$/),
    });
  });

  it('[CFG-7] refuse URLs unless they are allowed', async () => {
    const target = 'https://example.com/app-config.yaml';

    await expect(load(files, { args: ['--config', target] })).rejects.toMatchObject({
      message: `Config argument "${target}" looks like a URL but remote configuration is not enabled. Enable it by passing the \`remote\` option`,
      code: 'E_CONFIG_REMOTE',
    });
  });

  it('[CFG-7] read URLs when they are allowed, and put variables in', async () => {
    const url = await serve(() => ({ text: 'a: ${A}\nb: { $env: B }' }));

    const { config, appConfigs } = await load(files, {
      args: ['--config', url],
      env: { A: 'x', B: 'y' },
      remote: true,
    });

    expect(config.get()).toEqual({ a: 'x', b: 'y' });
    expect(appConfigs[0]?.context).toBe(url);
  });

  it('never let remote configuration read local files', async () => {
    const url = await serve(() => ({ text: 'a: { $file: /etc/hostname }' }));

    await expect(load(files, { args: ['--config', url], remote: true })).rejects.toMatchObject({
      message: `Failed to read config file at "${url}", error at .a, unknown include $file`,
      fix: `use one of $env (${url}:1)`,
    });
  });

  it('use the credentials in a URL, and never tell them', async () => {
    const seen: unknown[] = [];
    const url = await serve((request) => {
      seen.push(request.headers.authorization);
      return { status: seen.length > 1 ? 401 : 200, text: 'a: 1' };
    });
    const told: string[] = [];
    const options: LoadConfigOptions = {
      args: ['--config', url.replace('http://', 'http://user:s3cret%21@') + '?token=s3cret'],
      remote: true,
      onSources: (description) => told.push(description),
    };

    const { appConfigs } = await load(files, options);
    const error = (await load(files, options).catch((thrown) => thrown)) as Error;

    expect(seen[0]).toBe(`Basic ${btoa('user:s3cret!')}`);
    expect(appConfigs[0]?.context).toBe(`${url.replace('http://', 'http://***@')}?token=***`);
    expect(error.message).toContain('the answer is 401 Unauthorized');
    expect([...told, error.message, error.stack].join()).not.toContain('s3cret');
  });

  it('tell what a URL answers when it is not configuration', async () => {
    const url = await serve(() => ({ status: 503, text: 'down' }));

    await expect(load(files, { args: ['--config', url], remote: true })).rejects.toMatchObject({
      message: `Failed to read remote config at "${url}", the answer is 503 Service Unavailable`,
      code: 'E_CONFIG_REMOTE',
    });
  });

  it.each([[['--config']], [['--config', '--verbose']], [['--config=']]])(
    'without a target are refused: %j',
    async (args) => {
      await expect(load(files, { args })).rejects.toMatchObject({ code: 'E_CONFIG_ARGUMENT' });
    },
  );
});

describe('the description of the sources', () => {
  it('[CFG-6] is told before anything is read', async () => {
    const root = temporaryFiles({ 'app-config.yaml': '] broken', 'app-config.local.yaml': '' });
    const told: string[] = [];

    const loading = loadConfig({
      args: [],
      cwd: root,
      env: { APP_CONFIG_a: '1', APP_CONFIG_b: '2' },
      onSources: (description) => told.push(description),
    });

    await expect(loading).rejects.toMatchObject({ code: 'E_CONFIG_SYNTAX' });
    expect(told).toEqual([
      `${join(root, 'app-config.yaml')}, ${join(root, 'app-config.local.yaml')}, 2 APP_CONFIG_ variables`,
    ]);
  });
});

describe('APP_CONFIG_ variables', () => {
  it('[CFG-9] are on top of all files', async () => {
    const config = await loadEnv({ APP_CONFIG_a_b: 'env' });

    expect(config.get()).toEqual({ a: { b: 'env', c: 'file' } });
  });

  it('[CFG-9] hold JSON, or else a string', async () => {
    const config = await loadEnv({
      APP_CONFIG_n: '12',
      APP_CONFIG_t: 'true',
      APP_CONFIG_s: '"12"',
      APP_CONFIG_o: '{"x":[1]}',
      APP_CONFIG_p: 'plain ${text}',
      APP_CONFIG_q: '{ not json',
      APP_CONFIG_empty: '',
    });

    const { a: _, ...rest } = config.get<Record<string, unknown>>();
    expect(rest).toEqual({
      n: 12,
      t: true,
      s: '12',
      o: { x: [1] },
      p: 'plain ${text}',
      q: '{ not json',
    });
  });

  it('[CFG-9] nest under an object that is given as JSON, in any order', async () => {
    const config = await loadEnv({ APP_CONFIG_o_y: '2', APP_CONFIG_o: '{"x":1}' });

    expect(config.get('o')).toEqual({ x: 1, y: 2 });
  });

  it('[CFG-9] are told as the source `env`, and as the place of the value', async () => {
    const config = await loadEnv({ APP_CONFIG_a_b: '{"x":1}' });

    expect(() => config.getString('a.b')).toThrow(
      expect.objectContaining({
        message: "Invalid type in config for key 'a.b' in 'env', got object, wanted string",
        fix: 'write a string that is not empty at environment variable APP_CONFIG_a_b',
      }),
    );
    expect(locateValue(config, 'a.b.x')).toBe('environment variable APP_CONFIG_a_b');
  });
});

describe('variables in strings', () => {
  const env = { NAME: ' value ', EMPTY: '', OTHER: 'other' };

  it.each([
    ['a: ${NAME}', { a: 'value' }],
    ['a: x-${NAME}-${OTHER}', { a: 'x-value-other' }],
    ['a: "${ NAME }"', { a: 'value' }],
    ['a: ${UNSET:-default}', { a: 'default' }],
    ['a: ${EMPTY:-default}', { a: 'default' }],
    ['a: ${NAME:-default}', { a: 'value' }],
    ['a: ${UNSET:-}', { a: '' }],
    ['a: ${UNSET:-http://x:-y}', { a: 'http://x:-y' }],
    ['a: ${EMPTY}', { a: '' }],
    ['a: $${NAME}', { a: '${NAME}' }],
    ['a: $NAME', { a: '$NAME' }],
    ['a: $${UNSET} ${NAME}', { a: '${UNSET} value' }],
    ['a: ${UNSET}', {}],
    ['a: x ${NAME} ${UNSET}', {}],
    ['a: [one, "${UNSET}", "${NAME}"]', { a: ['one', 'value'] }],
    ['a: 12', { a: 12 }],
  ])('[CFG-10] %s', async (text, expected) => {
    expect(await loadText(text, env)).toEqual(expected);
  });

  it('[CFG-10] that are not set let a lower source through', async () => {
    const files = { 'app-config.yaml': 'a: low', 'app-config.local.yaml': 'a: ${UNSET}' };

    expect((await load(files)).config.get()).toEqual({ a: 'low' });
  });
});

describe('includes', () => {
  const files = {
    'secrets/token.txt': 'se cret\n\n',
    'parts/data.yaml': 'x: { y: { z: [1, 2] } }\nown: { $file: ../secrets/token.txt }',
    'parts/data.json': '{ "n": 1 }',
    'parts/chain.yml': 'v: { $include: data.yaml#x.y }\nw: ${NAME}',
  };

  it.each([
    ['a: { $env: NAME }', { a: 'value' }],
    ['a: { $env: UNSET }', {}],
    ['a: [{ $env: UNSET }, { $env: NAME }]', { a: ['value'] }],
    ['a: { $file: secrets/token.txt }', { a: 'se cret' }],
    ['a: { $file: "secrets/${FILE}.txt" }', { a: 'se cret' }],
    ['a: { $file: "secrets/${UNSET}.txt" }', {}],
    ['a: { $file: secrets/none.txt }', {}],
    ['a: { $include: parts/data.json }', { a: { n: 1 } }],
    ['a: { $include: parts/data.yaml#x.y }', { a: { z: [1, 2] } }],
    ['a: { $include: parts/data.yaml#own }', { a: 'se cret' }],
    ['a: { $include: parts/chain.yml }', { a: { v: { z: [1, 2] }, w: 'value' } }],
    ['$include: parts/data.json', { n: 1 }],
  ])('[CFG-11] %s', async (text, expected) => {
    const env = { NAME: 'value', FILE: 'token' };

    expect(await loadText(text, env, files)).toEqual(expected);
  });

  it('[CFG-12] belong to the files that are watched, whether they exist or not', async () => {
    const { root, files: watched } = await load({
      ...files,
      'app-config.yaml': 'a: { $include: parts/chain.yml }\nb: { $file: secrets/none.txt }',
    });

    expect(watched.map((path) => path.slice(root.length + 1))).toEqual([
      'app-config.yaml',
      'app-config.local.yaml',
      'parts/chain.yml',
      'parts/data.yaml',
      'secrets/none.txt',
    ]);
  });
});

describe('the place of a value', () => {
  it('is its file and line, through includes, anchors and dropped elements', async () => {
    const { root, config } = await load(
      {
        'app-config.yaml': [
          'base: &base',
          '  x: 1',
          'copy: *base',
          'list:',
          '  - ${UNSET}',
          '  - name: kept',
          '    deep: { $include: part.yaml#p }',
          '"quoted":',
          '  text: |',
          '    long',
        ].join('\n'),
        'part.yaml': '\n\np:\n  q: [1, 2]\n',
        'app-config.local.yaml': '\nquoted: { other: 1 }',
      },
      { env: { APP_CONFIG_fromEnv: '1' } },
    );
    const places = Object.fromEntries(
      (
        'base base.x copy.x list list[0].name list[0].deep.q list[0].deep.q[1] quoted' +
        ' quoted.text quoted.other fromEnv none list[7].name'
      )
        .split(' ')
        .map((key) => [key, locateValue(config, key)?.replace(`${root}/`, '')]),
    );

    expect(places).toEqual({
      base: 'app-config.yaml:1',
      'base.x': 'app-config.yaml:2',
      'copy.x': 'app-config.yaml:2',
      list: 'app-config.yaml:4',
      'list[0].name': 'app-config.yaml:6',
      'list[0].deep.q': 'part.yaml:4',
      'list[0].deep.q[1]': 'part.yaml:4',
      quoted: 'app-config.local.yaml:2',
      'quoted.text': 'app-config.yaml:9',
      'quoted.other': 'app-config.local.yaml:2',
      fromEnv: 'environment variable APP_CONFIG_fromEnv',
      none: undefined,
      'list[7].name': undefined,
    });
    expect(locateValue(config.getConfigArray('list')[0]!, 'name')).toMatch(/app-config\.yaml:6$/);
  });
});

describe('what was put in', () => {
  it('is listed with the key, the value and where it is from', async () => {
    const { root, config } = await load(
      {
        'app-config.yaml': 'a: x-${NAME}\nb: { $env: NAME }\nc: { $file: t.txt }\nd: ${U:-plain}',
        't.txt': 'text\n',
      },
      { env: { NAME: 'value' } },
    );

    expect(listSubstitutions(config)).toEqual([
      { key: 'a', value: 'x-value', inserted: ['value'], from: ['environment variable NAME'] },
      { key: 'b', value: 'value', inserted: ['value'], from: ['environment variable NAME'] },
      { key: 'c', value: 'text', inserted: ['text'], from: [`file ${join(root, 't.txt')}`] },
    ]);
  });

  it('is listed when it is missing, unless an array dropped it', async () => {
    const { root, config } = await load({
      'app-config.yaml': 'a: ${A}${B}\nb: { $file: none }\nc: [{ $env: C }, { d: "${D}" }]',
    });

    expect(
      listAbsences(config).map(({ key, kind, reason }) => [
        key,
        kind,
        reason.replaceAll(`${root}/`, ''),
      ]),
    ).toEqual([
      [
        'a',
        'variable',
        'environment variable A and environment variable B are not set (app-config.yaml:1)',
      ],
      ['b', 'file', 'file none does not exist (app-config.yaml:2)'],
      ['c[0].d', 'variable', 'environment variable D is not set (app-config.yaml:3)'],
    ]);
  });
});
