import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { discoveryFeatureLoader } from '@stagewire/backend';
import { ConfigReader, type JsonValue } from '@stagewire/config';
import type { FeatureLoaderShape } from '@stagewire/plugin-api/internal';

const PLUGIN = feature('plugin');
const DEPENDENCIES = [
  'a-plugin',
  'a-module',
  'a-frontend',
  'a-factory',
  'a-secret',
  'an-alpha',
  'roleless',
];

describe('the discovery of features', () => {
  let directory: string;
  let main: string | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stagewire-discovery-'));
    await write('package.json', {
      dependencies: Object.fromEntries(DEPENDENCIES.map((name) => [name, '1.0.0'])),
      devDependencies: { 'a-stranger': '1.0.0' },
    });
    await addPackage('a-plugin', { role: 'backend-plugin', code: `exports.default = ${PLUGIN};` });
    await addPackage('a-module', {
      role: 'backend-plugin-module',
      code: `exports.default = ${feature('module')};`,
    });
    await addPackage('a-frontend', {
      role: 'frontend-plugin',
      code: 'throw new Error("not to be loaded here");',
    });
    await addPackage('a-factory', {
      role: 'backend-plugin',
      code: `exports.default = Object.assign(() => (${feature('made')}), { $$type: '@backstage/BackendFeatureFactory' });`,
    });
    await addPackage('a-secret', { role: 'backend-plugin', code: '', hidden: true });
    await addPackage('an-alpha', {
      role: 'node-library',
      code: '',
      alpha: `exports.default = ${feature('alpha')};`,
    });
    await addPackage('roleless', { code: `exports.default = ${PLUGIN};` });
    await addPackage('a-stranger', {
      role: 'backend-plugin',
      code: `exports.default = ${feature('stranger')};`,
    });
    main = process.argv[1];
    process.argv[1] = join(directory, 'src', 'index.js');
  });

  afterEach(async () => {
    process.argv[1] = main!;
    await rm(directory, { recursive: true, force: true });
  });

  it.each([
    ['[DISC-F1] finds nothing without being asked', undefined, []],
    ['[DISC-F1] finds nothing for an empty choice', {}, []],
    [
      '[DISC-F3] [DISC-F4] [DISC-F5] [DISC-F6] finds all',
      'all',
      ['plugin', 'module', 'made', 'alpha'],
    ],
    ['[DISC-F3] finds what is included', { include: ['a-module'] }, ['module']],
    ['[DISC-F3] finds nothing for an empty list', { include: [] }, []],
    [
      '[DISC-F3] leaves out what is excluded',
      { exclude: ['a-plugin', 'a-factory'] },
      ['module', 'alpha'],
    ],
    ['[DISC-F3] finds what is no dependency by name', { include: ['a-stranger'] }, ['stranger']],
    ['[DISC-F8] takes wildcards', { include: ['a-*'], exclude: ['*-module'] }, ['plugin', 'made']],
  ])('%s', async (_, packages, expected) => {
    const found = await discover(packages as JsonValue | undefined);

    expect(found.features).toEqual(expected);
    expect(found.lines).toHaveLength(expected.length);
  });

  it('[DISC-F6] tells each package that it took', async () => {
    const { lines } = await discover({ include: ['a-plugin', 'an-alpha'] });

    expect(lines).toEqual(['Detected: a-plugin', 'Detected: an-alpha']);
  });

  it('[DISC-F5] fails for a package that is not there', async () => {
    await expect(discover({ include: ['not-there'] })).rejects.toMatchObject({
      code: 'MODULE_NOT_FOUND',
    });
  });

  it('[DISC-F2] fails outside of any package', async () => {
    process.argv[1] = '/index.js';

    await expect(discover('all')).rejects.toMatchObject({
      message: 'Package discovery failed to find package.json',
      code: 'E_DISCOVERY_NO_PACKAGE',
    });
  });

  it('refuses a choice that is none', async () => {
    await expect(discover('some')).rejects.toMatchObject({ code: 'E_DISCOVERY_CONFIG' });
  });

  async function addPackage(
    name: string,
    options: { role?: string; code: string; alpha?: string; hidden?: boolean },
  ) {
    const folder = join('node_modules', name);
    await write(join(folder, 'package.json'), {
      name,
      version: '1.0.0',
      ...(options.role && { backstage: { role: options.role } }),
      exports: {
        '.': './index.js',
        ...(options.alpha && { './alpha': './alpha.js' }),
        ...(!options.hidden && { './package.json': './package.json' }),
      },
    });
    await write(join(folder, 'index.js'), options.code);
    if (options.alpha) await write(join(folder, 'alpha.js'), options.alpha);
  }

  async function write(path: string, content: object | string) {
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  }
});

function feature(name: string): string {
  return `{ $$type: '@backstage/BackendFeature', version: 'v1', name: '${name}' }`;
}

async function discover(packages: JsonValue | undefined) {
  const lines: string[] = [];
  const logger = { info: (line: string) => lines.push(line) };
  const config = new ConfigReader({ backend: { ...(packages !== undefined && { packages }) } });
  const { loader } = discoveryFeatureLoader as unknown as FeatureLoaderShape;
  const features = (await loader({ config, logger })) as Array<{ name: string }>;
  return { features: features.map(({ name }) => name), lines };
}
