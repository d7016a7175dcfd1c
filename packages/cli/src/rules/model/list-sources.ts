import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceKind } from './source-file.js';

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;

/** Folders whose files are made by tools, or are material and no code of the package. */
const PASSED_OVER = new Set([
  'dist',
  'dist-types',
  'dist-dynamic',
  'build',
  'out',
  'coverage',
  'public',
  'assets',
  'static',
  'template',
  'templates',
  'skeleton',
  'examples',
  '__fixtures__',
  'fixtures',
]);

const TEST_FOLDER =
  /(?:^|\/)(?:__tests__|__mocks__|__testUtils__|tests?|e2e(?:-tests)?|dev|cypress|playwright)\//;
const TEST_FILE = /\.(?:test|spec|stories|test-d)\.[cm]?[jt]sx?$|(?:^|\/)setupTests\.[jt]sx?$/;

/**
 * Lists the files of source code below a folder, relative to it, in order. Those for which
 * {@link mayBeMaterial} holds are code only if other code imports them.
 */
export function listSources(directory: string): string[] {
  const found: string[] = [];
  const visit = (below: string) => {
    for (const entry of readdirSync(join(directory, below), { withFileTypes: true })) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!isPassedOver(entry.name, path, directory)) visit(path);
      } else if (SOURCE.test(entry.name) && !DECLARATIONS.test(entry.name)) {
        found.push(path);
      }
    }
  };
  visit('');
  return found.toSorted();
}

/** Whether a file is in a folder of `src` that has the name of one that holds no code. */
export function mayBeMaterial(path: string): boolean {
  return path
    .split('/')
    .slice(0, -1)
    .some((name) => PASSED_OVER.has(name));
}

/** A folder with a package.json is another package. */
function isPassedOver(name: string, path: string, directory: string): boolean {
  if (name === 'node_modules' || name.startsWith('.')) return true;
  if (PASSED_OVER.has(name) && !path.startsWith('src/')) return true;
  return existsSync(join(directory, path, 'package.json'));
}

/**
 * What a file is for, by its path alone.
 *
 * @param hasSrc - whether the package keeps its code in `src`
 */
export function toKind(path: string, hasSrc: boolean): SourceKind {
  if (TEST_FILE.test(path) || TEST_FOLDER.test(path)) return 'test';
  return !hasSrc || /^(?:src|migrations)\//.test(path) ? 'runtime' : 'tool';
}
