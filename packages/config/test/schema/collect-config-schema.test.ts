import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { collectConfigSchema, type ConfigSchema } from '../../src/index.js';
import { temporaryFiles } from '../temporary-files.js';

type Fields = Record<string, unknown>;

/** The files of a package in a folder. */
function packageFiles(folder: string, name: string, fields: Fields = {}, files = {}) {
  const manifest = JSON.stringify({ name, version: '1.0.0', ...fields });
  const all = { 'package.json': manifest, ...files };
  return Object.fromEntries(Object.entries(all).map(([file, text]) => [`${folder}/${file}`, text]));
}

const installed = (name: string, fields: Fields = {}, files = {}) =>
  packageFiles(`node_modules/${name}`, name, fields, files);

/** A schema with one key at the top. */
const keyed = (key: string) => ({ type: 'object', properties: { [key]: { type: 'string' } } });

/** A schema for a package, inline. */
const withKey = (key: string, fields: Fields = {}) => ({ configSchema: keyed(key), ...fields });

const needs = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '*']));

/** An app in `app` that depends on packages. */
const appWith = (...names: string[]) =>
  packageFiles('app', 'app', { dependencies: needs('@backstage/any', ...names) });

const collect = (root: string, cache = false) =>
  collectConfigSchema({ cwd: join(root, 'app'), program: undefined, cache });

const keysOf = (schema: ConfigSchema) => schema.describe().map(({ key }) => key);
const warningsOf = (schema: ConfigSchema) => schema.warnings.map(({ error }) => error.message);

/** A string that these may see. */
const seenBy = (visibility: string) => ({
  configSchema: { properties: { a: { type: 'string', visibility } } },
});

const cacheFolder = (root: string) => join(root, 'node_modules/.cache/stagewire');
const cacheFile = (root: string) =>
  join(cacheFolder(root), readdirSync(cacheFolder(root))[0] ?? '');

/** An app whose schemas are kept. */
async function collected() {
  const root = temporaryFiles({
    ...appWith('a', 'later'),
    ...installed('a', { configSchema: 'a.json' }, { 'a.json': JSON.stringify(keyed('a')) }),
  });
  await collect(root, true);
  return root;
}

/** Changes what is kept, so that it shows where it is used. */
function mark(root: string) {
  const file = cacheFile(root);
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"a":{', '"marked":{'));
}

const TYPES = `
import type { Level } from './levels';
export interface Config {
  /** About a. */
  a: {
    /** @visibility secret */
    token?: string;
    /** @items.visibility secret */
    tokens?: string[];
    /** @deepVisibility secret */
    deep?: { [name: string]: { x: string } };
    /** @deprecated use token */
    old?: string;
    /** @visibility frontend */
    level?: Level;
  };
}`;
const LEVELS = `export type Level = 'low' | 'high';`;

describe('the schemas of installed packages', () => {
  it('are collected through dependencies of any kind, from the app and the repository on', async () => {
    const root = temporaryFiles({
      'package.json': '{ "workspaces": [], "dependencies": { "@stagewire/root": "*" } }',
      ...appWith('plain', 'b', '@x/linked'),
      ...installed('@stagewire/root', withKey('root')),
      ...installed('@backstage/any', { peerDependencies: needs('@backstage/absent', 'peer') }),
      ...installed('b', { optionalDependencies: needs('@backstage/any', 'optional') }),
      ...installed('optional', withKey('optional')),
      ...installed('peer', withKey('peer')),
      ...packageFiles('elsewhere/linked', '@x/linked', withKey('linked')),
      // Depends on nothing of the ecosystem, and is not followed.
      ...installed('plain', { dependencies: needs('hidden') }),
      ...installed('hidden', withKey('hidden')),
      ...installed('not-named', withKey('notNamed')),
      // Nearer than the one at the top.
      ...packageFiles('node_modules/b/node_modules/optional', 'optional', withKey('nearer')),
    });
    mkdirSync(join(root, 'node_modules/@x'));
    symlinkSync(join(root, 'elsewhere/linked'), join(root, 'node_modules/@x/linked'));

    expect(keysOf(await collect(root)).sort()).toEqual(['linked', 'nearer', 'peer', 'root']);
  });

  it('are also those of the program that runs', async () => {
    const root = temporaryFiles({
      ...packageFiles('packages/backend', 'backend', withKey('program'), { 'dist/main.js': '' }),
    });
    const program = join(root, 'packages/backend/dist/main.js');

    expect(keysOf(await collectConfigSchema({ cwd: root, program, cache: false }))).toEqual([
      'program',
    ]);
  });

  it('may depend on each other in a circle', async () => {
    const root = temporaryFiles({
      ...appWith('a'),
      ...installed('a', withKey('a', { dependencies: needs('b') })),
      ...installed('b', withKey('b', { dependencies: needs('a') })),
    });

    expect(keysOf(await collect(root))).toEqual(['a', 'b']);
  });

  it('[META-5] are JSON, types, or written in the package.json', { timeout: 60_000 }, async () => {
    const root = temporaryFiles({
      ...appWith('inline', 'json', 'types'),
      ...installed('inline', withKey('inline')),
      ...installed(
        'json',
        { configSchema: 'schema.json' },
        { 'schema.json': JSON.stringify(keyed('json')) },
      ),
      ...installed(
        'types',
        { configSchema: './config.d.ts' },
        { 'config.d.ts': TYPES, 'levels.d.ts': LEVELS },
      ),
    });

    const schema = await collect(root);

    expect(warningsOf(schema)).toEqual([]);
    expect(schema.describe().map(({ packages: _, ...rest }) => ({ ...rest }))).toEqual([
      { key: 'inline', wanted: 'a string', isRequired: false, visibility: 'backend' },
      { key: 'json', wanted: 'a string', isRequired: false, visibility: 'backend' },
      {
        key: 'a',
        wanted: 'an object',
        description: 'About a.',
        isRequired: true,
        visibility: 'backend',
      },
      { key: 'a.token', wanted: 'a string', isRequired: false, visibility: 'secret' },
      { key: 'a.tokens', wanted: 'a list', isRequired: false, visibility: 'backend' },
      { key: 'a.tokens[]', wanted: 'a string', isRequired: false, visibility: 'secret' },
      { key: 'a.deep', wanted: 'an object', isRequired: false, visibility: 'secret' },
      { key: 'a.deep.*', wanted: 'an object', isRequired: false, visibility: 'backend' },
      { key: 'a.deep.*.x', wanted: 'a string', isRequired: true, visibility: 'backend' },
      {
        key: 'a.old',
        wanted: 'a string',
        isRequired: false,
        visibility: 'backend',
        deprecated: 'use token',
      },
      { key: 'a.level', wanted: "'low' or 'high'", isRequired: false, visibility: 'frontend' },
    ]);
  });

  it('that cannot be read are told, and the others count', { timeout: 60_000 }, async () => {
    const files: Record<string, [schema: unknown, files?: Record<string, string>]> = {
      fine: [keyed('fine')],
      gone: ['gone.json'],
      syntax: ['schema.json', { 'schema.json': '{ oops' }],
      list: ['schema.json', { 'schema.json': '[]' }],
      number: [5],
      script: ['schema.js', { 'schema.js': '' }],
      nothing: ['config.d.ts', { 'config.d.ts': 'export interface Other {}' }],
      broken: ['config.d.ts', { 'config.d.ts': 'export interface Config { a: \n\n ]]' }],
      absent: ['config.d.ts'],
      types: ['config.d.ts', { 'config.d.ts': TYPES, 'levels.d.ts': LEVELS }],
    };
    const root = temporaryFiles({
      ...appWith(...Object.keys(files)),
      ...Object.assign(
        {},
        ...Object.entries(files).map(([name, [configSchema, own]]) =>
          installed(name, { configSchema }, own),
        ),
      ),
      ...installed('garbage', {}, { 'package.json': '{' }),
    });
    const told = (name: string, file: string, reason: string) =>
      `the configuration schema of ${name}@1.0.0 cannot be read (${join(root, 'node_modules', name, file)}): ${reason}`;

    const schema = await collect(root);

    expect(schema.packages).toEqual(['fine@1.0.0', 'types@1.0.0']);
    expect(schema.warnings.map(({ severity, error }) => [severity, error.code])).toEqual(
      Array.from({ length: 8 }, () => ['warning', 'E_CONFIG_SCHEMA']),
    );
    expect(warningsOf(schema)).toEqual([
      told('gone', 'gone.json', 'there is no such file'),
      expect.stringContaining('syntax@1.0.0'),
      told('list', 'schema.json', 'it is not an object'),
      told('number', 'package.json', 'it is not an object'),
      told('script', 'schema.js', 'it is neither .json nor .d.ts'),
      told('nothing', 'config.d.ts', 'it does not declare an interface Config'),
      told('broken', 'config.d.ts', 'line 3 is not TypeScript'),
      told('absent', 'config.d.ts', 'there is no such file'),
    ]);
  });

  it('may differ in who sees a value: the strictest counts, and it is told', async () => {
    const root = temporaryFiles({
      ...appWith('one', 'two'),
      ...installed('one', seenBy('frontend')),
      ...installed('two', seenBy('secret')),
    });

    const schema = await collect(root);

    expect(warningsOf(schema)).toEqual([
      "packages differ in who may see 'a': one@1.0.0 says frontend, two@1.0.0 says secret",
    ]);
    expect(schema.describe()).toMatchObject([{ key: 'a', visibility: 'secret' }]);
  });
});

describe('what was collected', () => {
  it('is kept, and used as long as nothing is installed anew', async () => {
    const root = await collected();
    expect(keysOf(await collect(root, true))).toEqual(['a']);

    mark(root);

    expect(keysOf(await collect(root, true))).toEqual(['marked']);
    expect(keysOf(await collect(root, false))).toEqual(['a']);
    expect(readdirSync(cacheFolder(root))).toHaveLength(1);
  });

  it.each<[string, (root: string) => void]>([
    [
      'a schema changes',
      (root) =>
        writeFileSync(join(root, 'node_modules/a/a.json'), JSON.stringify(keyed('a')) + ' '),
    ],
    [
      'a schema is as long and newer',
      (root) => utimesSync(join(root, 'node_modules/a/a.json'), new Date(), new Date(0)),
    ],
    [
      'a package changes',
      (root) => {
        const file = join(root, 'node_modules/a/package.json');
        writeFileSync(file, readFileSync(file, 'utf8').replace('1.0.0', '1.0.11'));
      },
    ],
    [
      'a package manager has been at work',
      (root) => writeFileSync(join(root, 'node_modules/.package-lock.json'), '{}'),
    ],
    ['a package is installed', (root) => void mkdirSync(join(root, 'node_modules/later'))],
    ['it is broken', (root) => writeFileSync(cacheFile(root), '{ "format"')],
    ['it is something else', (root) => writeFileSync(cacheFile(root), '{ "format": 1 }')],
    ['it is empty', (root) => writeFileSync(cacheFile(root), '')],
  ])('is made anew when %s', async (_title, change) => {
    const root = await collected();
    mark(root);

    change(root);

    expect(keysOf(await collect(root, true))).toEqual(['a']);
    mark(root);
    expect(keysOf(await collect(root, true))).toEqual(['marked']);
  });

  it('is told from new by the record of the package manager, where there is one', async () => {
    const root = await collected();
    const record = join(root, 'node_modules/.package-lock.json');
    writeFileSync(record, '{}');
    await collect(root, true);
    mark(root);
    const manifest = join(root, 'node_modules/a/package.json');

    utimesSync(manifest, new Date(), new Date(0));
    expect(keysOf(await collect(root, true))).toEqual(['marked']);

    writeFileSync(record, '{ }');
    expect(keysOf(await collect(root, true))).toEqual(['a']);
  });

  it('keeps conversions of types that are still good', { timeout: 60_000 }, async () => {
    const root = temporaryFiles({
      ...appWith('types', 'later'),
      ...installed('types', { configSchema: 'c.d.ts' }, { 'c.d.ts': TYPES, 'levels.d.ts': LEVELS }),
    });
    await collect(root, true);
    const file = cacheFile(root);
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('About a.', 'Kept.'));

    mkdirSync(join(root, 'node_modules/later'));

    expect((await collect(root, true)).describe()[0]).toMatchObject({ description: 'Kept.' });
    utimesSync(join(root, 'node_modules/types/c.d.ts'), new Date(), new Date(0));
    expect((await collect(root, true)).describe()[0]).toMatchObject({ description: 'About a.' });
  });

  it('is not kept where that cannot be written, and all works without', async () => {
    const root = temporaryFiles({
      ...appWith('a'),
      ...installed('a', withKey('a')),
      // A file where the folder would be, which holds for root, too.
      'node_modules/.cache': '',
    });

    expect(keysOf(await collect(root, true))).toEqual(['a']);
    expect(keysOf(await collect(root, true))).toEqual(['a']);
    expect(statSync(join(root, 'node_modules/.cache')).size).toBe(0);
  });

  it('is not kept where nothing is installed', async () => {
    const root = temporaryFiles(packageFiles('app', 'app', withKey('a')));

    expect(keysOf(await collect(root, true))).toEqual(['a']);
    expect(readdirSync(root).sort()).toEqual(['app', 'package.json']);
  });
});
