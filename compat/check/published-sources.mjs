import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, posix, sep } from 'node:path';

const MAP = '.map';
const COMMON_JS_END = /\.cjs\.js$/;

/** JSON has no map either; ES modules say the same once more. */
const isCode = (file) => COMMON_JS_END.test(file) && !file.includes('.json.');

/**
 * Reads the sources of a published package out of the source maps beside its code.
 *
 * A file that does nothing but pass on what others export has an empty map: it is written anew, from
 * what it has become. Files that hold types alone have become nothing, and stay away.
 *
 * @param directory - where the package is, absolute
 * @returns texts by path, `src/…`; undefined for a package whose maps hold no source of its own
 */
export async function readSources(directory) {
  const dist = join(directory, 'dist');
  const files = (await readdir(dist, { recursive: true })).map((path) => path.replaceAll(sep, '/'));
  const sources = new Map();
  const empty = [];
  for (const file of files.filter((each) => each.endsWith(MAP))) {
    const map = JSON.parse(await readFile(join(dist, file), 'utf8'));
    if (map.sources.length === 0) empty.push(file.slice(0, -MAP.length));
    for (const [index, source] of map.sources.entries()) {
      const path = posix.join('dist', file, '..', source);
      // Packages that are never published are built into those that use them.
      if (path.startsWith('src/')) sources.set(path, map.sourcesContent[index]);
    }
  }
  if (sources.size === 0) return undefined;
  for (const file of empty.filter(isCode)) {
    const text = toReexports(await readFile(join(dist, file), 'utf8'));
    sources.set(`src/${file.replace(COMMON_JS_END, '')}.ts`, text);
  }
  for (const [path, text] of toIndexes([...sources.keys()])) sources.set(path, text);
  return sources;
}

/** Whether code, types or migrations of a published package name another package. */
export async function isNamedIn(directory, name) {
  for (const folder of ['dist', 'migrations'].map((each) => join(directory, each))) {
    if (!existsSync(folder)) continue;
    for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
      const path = join(file.parentPath, file.name);
      if (file.isFile() && (await readFile(path, 'utf8')).includes(name)) return true;
    }
  }
  return false;
}

/** An index that no entry leads to is left out of a build: folders without one export all they have. */
function toIndexes(paths) {
  const folders = new Map();
  const add = (path) => {
    const folder = posix.dirname(path);
    if (folder === '.') return;
    if (!folders.has(folder)) add(folder);
    folders.set(folder, (folders.get(folder) ?? new Set()).add(posix.parse(path).name));
  };
  for (const path of paths) add(path);
  return [...folders]
    .filter(([, names]) => !names.has('index'))
    .map(([folder, names]) => [
      `${folder}/index.ts`,
      [...names].map((name) => `export * from './${name}';\n`).join(''),
    ]);
}

/** The `export … from` that CommonJS code was made of, which does nothing else. */
function toReexports(code) {
  const required = new Map(
    [...code.matchAll(/^var ([\w$]+) = require\('([^']+)'\);$/gm)].map(([, local, specifier]) => [
      local,
      specifier.replace(COMMON_JS_END, ''),
    ]),
  );
  const lines = [
    ...[...code.matchAll(ASSIGNED), ...code.matchAll(DEFINED)].map(
      ([, name, local, imported]) =>
        `export { ${imported} as ${name} } from '${required.get(local)}';`,
    ),
    ...[...code.matchAll(WHOLE)].map(
      ([, name, local]) => `export * as ${name} from '${required.get(local)}';`,
    ),
  ];
  return `${lines.join('\n') || 'export {};'}\n`;
}

const ASSIGNED = /^exports\.(\w+) = ([\w$]+)\.(\w+);$/gm;
const WHOLE = /^exports\.(\w+) = ([\w$]+);$/gm;
const DEFINED =
  /^Object\.defineProperty\(exports, "(\w+)", \{\s+enumerable: true,\s+get: function \(\) \{ return ([\w$]+)\.(\w+); \}\s+\}\);$/gm;
