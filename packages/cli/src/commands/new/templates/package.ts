import { relative } from 'node:path/posix';
import type { Role } from '../../../repository/roles.js';
import type { Files } from '../file-changes.js';
import type { Layout } from '../layout.js';
import { toJson, toText } from './text.js';

/** A package of the repository that another one depends on. */
export type Neighbour = { name: string; version: string; folder: string };

/** What is new about a new package. */
export type PackageTemplate = {
  folder: string;
  name: string;
  /** One line: the description in its package.json, and the first paragraph of its README.md. */
  description: string;
  role: Role;
  /** The plugin that it belongs to; null for a library that belongs to none, absent for a backend. */
  pluginId?: string | null;
  /** Of a module: the package of the plugin that it extends. */
  pluginPackage?: string;
  /** Of a plugin and its libraries: all of them. */
  pluginPackages?: string[];
  /** Packages from outside that it needs when it runs, and when it is developed. */
  dependencies?: string[];
  devDependencies?: string[];
  /** Packages from outside with a range of their own. */
  ranges?: Record<string, string>;
  neighbours?: Neighbour[];
  /** What README.md says after the description. */
  readme: string;
  /** Sources and tests. */
  files: Files;
};

/** The version that packages begin with. */
export const FIRST_VERSION = '0.1.0';

/** The files of a package. */
export function renderPackage(layout: Layout, template: PackageTemplate): Files {
  const { name, description, readme, files } = template;
  return {
    'package.json': toJson(toManifest(layout, template)),
    'README.md': toText(`# ${name}`, '', description, '', readme.trim()),
    ...(layout.kind === 'stagewire'
      ? { 'tsconfig.json': toJson(toTsconfig(template)) }
      : { '.eslintrc.js': STOCK_LINT_RULES }),
    ...files,
  };
}

/** What `backstage-cli package lint` goes by. */
const STOCK_LINT_RULES = `module.exports = require('@backstage/cli/config/eslint-factory')(__dirname);\n`;

/** What `references` in the tsconfig.json of one package hold for another one. */
export function toReference(from: string, to: string): { path: string } {
  return { path: relative(from, to) };
}

function toTsconfig({ folder, neighbours = [] }: PackageTemplate) {
  return {
    extends: '../../tsconfig.package.json',
    references: neighbours.map((neighbour) => toReference(folder, neighbour.folder)),
  };
}

function toManifest(layout: Layout, template: PackageTemplate) {
  const { name, description, role } = template;
  const { pluginId, pluginPackage, pluginPackages } = template;
  return {
    name,
    version: FIRST_VERSION,
    // Take this out to publish the package.
    private: true,
    description,
    ...(layout.license !== undefined && { license: layout.license }),
    ...(layout.kind === 'stock' ? toStockFields(layout, role) : toOwnFields(role)),
    ...toDependencies(layout, template),
    backstage: {
      role,
      ...(pluginId !== undefined && { pluginId }),
      ...(pluginPackage !== undefined && { pluginPackage }),
      ...(pluginPackages !== undefined && { pluginPackages }),
    },
  };
}

/** Runs from its sources inside the repository, and from dist everywhere else. */
function toOwnFields(role: Role) {
  return {
    files: ['dist', 'src', '!dist/.tsbuildinfo'],
    type: 'module',
    exports: {
      '.': {
        '@stagewire/source': './src/index.ts',
        types: './dist/index.d.ts',
        default: './dist/index.js',
      },
      './package.json': './package.json',
    },
    scripts: {
      build: 'tsc --build',
      ...(role !== 'backend' && {
        test: `node --conditions=@stagewire/source ${RUN_TESTS}`,
        prepack: 'tsc --build',
      }),
    },
  };
}

/** As the stock command line makes packages. */
function toStockFields({ testing }: Layout, role: Role) {
  const isBackend = role === 'backend';
  const isOfNode = testing === '@stagewire/testing';
  return {
    main: isBackend ? 'dist/index.cjs.js' : 'src/index.ts',
    types: 'src/index.ts',
    ...(!isBackend && {
      publishConfig: { access: 'public', main: 'dist/index.cjs.js', types: 'dist/index.d.ts' },
    }),
    files: ['dist'],
    scripts: {
      ...((isBackend || role.startsWith('backend-plugin')) && {
        start: 'backstage-cli package start',
      }),
      build: 'backstage-cli package build',
      lint: 'backstage-cli package lint',
      test: isOfNode && !isBackend ? `node ${RUN_TESTS}` : 'backstage-cli package test',
      clean: 'backstage-cli package clean',
      ...(!isBackend && {
        prepack: 'backstage-cli package prepack',
        postpack: 'backstage-cli package postpack',
      }),
    },
  };
}

/** The pattern is without quotes: the shell expands it where Node 20 would not. */
const RUN_TESTS = '--import tsx --test test/*.test.ts';

function toDependencies(layout: Layout, template: PackageTemplate) {
  const { dependencies = [], devDependencies = [], ranges = {}, neighbours = [] } = template;
  const runtime = {
    ...toRanges(layout, dependencies),
    ...ranges,
    ...Object.fromEntries(
      neighbours.map(({ name, version }) => [name, layout.workspaceRange(version)]),
    ),
  };
  const development = toRanges(layout, [...devDependencies, ...toTools(layout, template.role)]);
  return {
    ...(Object.keys(runtime).length > 0 && { dependencies: sortKeys(runtime) }),
    ...(Object.keys(development).length > 0 && { devDependencies: sortKeys(development) }),
  };
}

/** What each package is built and tested with, where the repository does not bring it. */
function toTools({ kind, testing }: Layout, role: Role): string[] {
  if (kind === 'stagewire') return [];
  const hasTests = role !== 'backend' && testing === '@stagewire/testing';
  return hasTests ? ['@backstage/cli', 'tsx'] : ['@backstage/cli'];
}

function toRanges(layout: Layout, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, layout.range(name)]));
}

/** Sorts the keys of an object, as package managers do with dependencies. */
export function sortKeys<T>(object: Record<string, T>): Record<string, T> {
  return Object.fromEntries(
    Object.entries(object).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
