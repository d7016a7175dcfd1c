import type { Manifest } from '../../repository/repository.js';

/** A way into a package. */
export type Entry = {
  /** What importers write after the name of the package: `.`, `./alpha`. */
  subpath: string;
  /** The file of source code behind it, relative to the package. */
  source: string;
};

const EXTENSIONS = ['ts', 'tsx', 'mts', 'cts', 'js', 'jsx', 'mjs', 'cjs'];

/** Finds the source code behind the ways into a package: its exports, its main file, its programs. */
export function findEntries(manifest: Manifest, exists: (path: string) => boolean): Entry[] {
  const found = listTargets(manifest).flatMap(({ subpath, target }) => {
    const source = toSources(target).find(exists);
    return source === undefined ? [] : [{ subpath, source }];
  });
  if (found.some(({ subpath }) => subpath === '.')) return found;
  const index = EXTENSIONS.map((extension) => `src/index.${extension}`).find(exists);
  return index === undefined ? found : [{ subpath: '.', source: index }, ...found];
}

/** A file that a package.json names as a way into the package. */
export type EntryTarget = { subpath: string; target: string; field: readonly string[] };

/** Lists the files that a package.json names as ways into the package. */
export function listTargets({ main, module, types, exports, bin }: Manifest): EntryTarget[] {
  const single = Object.entries({ main, module, types }).flatMap(([field, target]) =>
    typeof target === 'string' ? [{ subpath: '.', target: normalise(target), field: [field] }] : [],
  );
  const programs = (typeof bin === 'string' ? [bin] : Object.values(bin ?? {}))
    .filter((target) => typeof target === 'string')
    .map((target) => ({ subpath: '', target: normalise(target), field: ['bin'] }));
  return [...listExports(exports), ...single, ...programs];
}

function listExports(exports: unknown): EntryTarget[] {
  const isMap = isObject(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  const entries = isMap ? Object.entries(exports) : [['.', exports] as const];
  return entries.flatMap(([subpath, value]) =>
    targetsOf(value).map((target) => ({
      subpath,
      target: normalise(target),
      field: isMap ? ['exports', subpath] : ['exports'],
    })),
  );
}

/** The files behind all conditions of an entry. */
function targetsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('.') ? [value] : [];
  return isObject(value) ? Object.values(value).flatMap(targetsOf) : [];
}

/** A file that is built has its source under the same name in `src`. */
function toSources(target: string): string[] {
  const built = /^(?:dist|build|lib|out)\/(.+?)(?:\.(?:cjs|esm|d))*\.[cm]?[jt]sx?$/.exec(
    target,
  )?.[1];
  if (built === undefined) return [target];
  const paths = [`src/${built}`, `src/${built}/index`];
  return paths.flatMap((path) => EXTENSIONS.map((extension) => `${path}.${extension}`));
}

const normalise = (path: string) => path.replace(/^\.\//, '');

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
