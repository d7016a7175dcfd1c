import { copyFileSync, constants, existsSync, mkdirSync, statSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { globSync } from 'tinyglobby';
import { toRepositoryPath } from '../../repository/paths.js';
import type { NeededPackage } from './needed-packages.js';

/** Nothing that runs reads these. */
const NEVER = [
  '**/*.map',
  '**/*.d.ts',
  '**/*.d.cts',
  '**/*.d.mts',
  '**/*.tsbuildinfo',
  '**/.git/**',
  '**/.cache/**',
];

/** What packages of the repository have beside what is published; without `files` in their package.json. */
const NOT_PUBLISHED = [
  '**/*.{ts,tsx,mts,cts}',
  '**/{test,tests,__tests__,__fixtures__,coverage,dist-types,data}/**',
  '**/.*/**',
  '**/.*',
  'app-config*.yaml',
  '**/*.{sqlite,sqlite3,db}',
  '**/{package-lock.json,yarn.lock,pnpm-lock.yaml,tsconfig*.json}',
];

export type CopyOptions = {
  /** The folder of the build. */
  to: string;
  /** The folder that the paths in the build are relative to. */
  base: string;
  /** Folders that are not copied, such as those of builds. */
  ignored: readonly string[];
};

/** Copies what packages need to run to where they are in the build, and links them as they are linked. */
export function copyPackages(packages: Iterable<NeededPackage>, options: CopyOptions): number {
  const all = [...packages];
  const size = all.reduce((sum, each) => sum + copyPackage(each, all, options), 0);
  for (const { folder, links } of all) {
    for (const place of links) link(place, folder, options);
  }
  return size;
}

/** @returns the bytes that were copied */
function copyPackage(
  { folder, manifest }: NeededPackage,
  all: readonly NeededPackage[],
  { to, base, ignored }: CopyOptions,
): number {
  const isInstalled = /[\\/]node_modules[\\/]/.test(folder);
  const inner = all
    .filter((each) => each.folder !== folder && each.folder.startsWith(`${folder}/`))
    .map((each) => `${toRepositoryPath(each.folder, folder)}/**`);
  const outputs = ignored
    .filter((each) => each.startsWith(folder))
    .map((each) => `${toRepositoryPath(each, folder)}/**`);
  const patterns =
    isInstalled || !Array.isArray(manifest.files) ? ['**/*'] : toPatterns(manifest.files);
  const files = globSync(patterns, {
    cwd: folder,
    dot: isInstalled,
    expandDirectories: false,
    followSymbolicLinks: false,
    ignore: [
      '**/node_modules/**',
      ...inner,
      ...outputs,
      ...NEVER,
      ...(isInstalled ? [] : NOT_PUBLISHED),
    ],
  });
  const schema = typeof manifest.configSchema === 'string' ? [manifest.configSchema] : [];
  let size = 0;
  for (const file of new Set(['package.json', ...schema, ...files])) {
    size += copyFile(join(folder, file), join(to, relative(base, folder), file));
  }
  return size;
}

/** What `files` of a package.json names is a file, a folder or a pattern; and sources that assets lie beside. */
function toPatterns(files: readonly string[]): string[] {
  const named = files.map((each) => each.replace(/^\.?\//, '').replace(/\/$/, ''));
  return [...named, ...named.map((each) => `${each}/**`), 'src/**', 'LICENSE*', 'NOTICE*'];
}

function copyFile(from: string, to: string): number {
  if (!existsSync(from)) return 0;
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to, constants.COPYFILE_FICLONE);
  return statSync(to).size;
}

function link(place: string, folder: string, { to, base }: CopyOptions): void {
  const path = join(to, relative(base, place));
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(relative(dirname(path), join(to, relative(base, folder))), path, 'dir');
}
