import { existsSync } from 'node:fs';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSources } from './published-sources.mjs';

/** Roles of packages whose code runs in a backend. */
const BACKEND_SIDE = ['backend-plugin', 'backend-plugin-module', 'node-library', 'common-library'];

/**
 * Lays installed packages of the ecosystem out as the repository that they were published from: its
 * folders, package.json files that lead to `src`, and the sources that source maps hold.
 *
 * @param install - the folder of the installation, absolute
 * @returns `{ root, packages, leftOut, remove }`: the folder of the workspace, the names of the
 *   packages in it, the names of those without any source in their maps, and what removes the folder
 */
export async function makePublishedWorkspace(install) {
  const modules = join(install, 'node_modules');
  const root = await realpath(await mkdtemp(join(tmpdir(), 'stagewire-published-')));
  const remove = () => rm(root, { recursive: true, force: true });
  const packages = [];
  const leftOut = [];
  try {
    await writeJson(join(root, 'package.json'), {
      name: 'root',
      private: true,
      workspaces: ['packages/*', 'plugins/*'],
    });
    await symlink(modules, join(root, 'node_modules'), 'junction');
    for (const published of await listPublished(modules)) {
      const sources = await readSources(published.directory);
      (sources ? packages : leftOut).push(published.manifest.name);
      if (sources) await layOut(published, sources, root);
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return { root, packages, leftOut, remove };
}

async function listPublished(modules) {
  const scope = join(modules, '@backstage');
  const found = await Promise.all(
    (await readdir(scope)).sort().map(async (name) => {
      const directory = join(scope, name);
      return {
        directory,
        manifest: JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')),
      };
    }),
  );
  return found.filter(({ manifest }) => BACKEND_SIDE.includes(manifest.backstage?.role));
}

async function layOut({ directory, manifest }, sources, root) {
  const folder = join(root, manifest.repository.directory);
  await mkdir(folder, { recursive: true });
  // Some publish a part of their sources as they are.
  const published = join(directory, 'src');
  if (existsSync(published)) await cp(published, join(folder, 'src'), { recursive: true });
  const declarations = join(directory, 'dist');
  for (const name of (await readdir(declarations)).filter((each) => each.endsWith('.d.ts'))) {
    // Not in `src`: they are no code, and yet name what code of types alone is made with.
    await cp(join(declarations, name), join(folder, name));
  }
  for (const [path, text] of sources) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
  await writeJson(join(folder, 'package.json'), toUnpublished(manifest, sources));
}

/** What publishing has put into a package.json is taken back: ways into the package lead to `src`. */
function toUnpublished({ typesVersions: _, ...manifest }, sources) {
  const toSource = (target) => {
    const built = /^(?:\.\/)?dist\/(.+)\.cjs\.js$/.exec(target)?.[1];
    const candidates = [`src/${built}.ts`, `src/${built}.tsx`, `src/${built}/index.ts`];
    return built && (candidates.find((path) => sources.has(path)) ?? candidates[0]);
  };
  const main = toSource(manifest.main) ?? manifest.main;
  const { exports } = manifest;
  return {
    ...manifest,
    main,
    types: main,
    ...(exports && {
      exports: Object.fromEntries(
        Object.entries(exports).map(([subpath, value]) => {
          const source = toSource(value.default ?? value);
          return [subpath, source ? `./${source}` : value];
        }),
      ),
    }),
  };
}

function writeJson(file, value) {
  return writeFile(file, `${JSON.stringify(value, undefined, 2)}\n`);
}
