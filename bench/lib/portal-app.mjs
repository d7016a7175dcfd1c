import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installOnDemand } from '../../compat/lib/install-on-demand.mjs';
import { readPublished, repository } from '../../scripts/lib/workspace.mjs';
import { linkTree } from './link-tree.mjs';

const install = fileURLToPath(new URL('../portal', import.meta.url));
const portal = join(repository, 'examples/full-portal');
const cli = join(repository, 'packages/cli/dist/main.js');
const BUILD_LIMIT_MS = 300_000;

/** The portal asks for it; it is what the load shows, too. */
export const portalToken = 'static-token-of-the-portal-0123456789';

/**
 * Makes an app folder with the portal of examples/full-portal for both backends, in which one
 * install is shared: what a backend needs is there once, together with what plugins need.
 *
 * @remarks
 * The program for the stock backend is ours with the names of two packages changed, as somebody has
 * it who moves. Configuration and catalog are those of the example.
 *
 * @returns `{ folder, contestants, options(id), build(node), remove() }`; `options` are those for
 *   `withBackend`, with a database of its own for each contestant, which its starts share; `build`
 *   has `stagewire build` make what `node` is to run, and settles with that as a contestant
 */
export async function createPortalApp() {
  await installOnDemand(install);
  await takeBuilt();
  const folder = await mkdtemp(join(tmpdir(), 'stagewire-bench-portal-'));
  const manifest = { name: 'bench-portal', private: true, type: 'module' };
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await linkTree(join(install, 'node_modules'), join(folder, 'node_modules'));
  await cp(join(portal, 'catalog'), join(folder, 'catalog'), { recursive: true });
  await writeFile(join(folder, 'app-config.yaml'), await readConfig());
  const contestants = {
    stock: { label: 'stock backend', script: await writeProgram(folder, 'stock', toStock) },
    stagewire: { label: 'Stagewire', script: await writeProgram(folder, 'stagewire') },
  };
  const options = (id) => ({
    folder,
    env: {
      STAGEWIRE_DEV_TOKEN: portalToken,
      APP_CONFIG_backend_database_connection: JSON.stringify({ directory: `./data-${id}` }),
    },
  });
  const build = async (node) => {
    const out = join(folder, 'built');
    const asked = ['build', 'stagewire/index.mjs', '--config', 'app-config.yaml', '--out', out];
    await promisify(execFile)(node.path, [cli, '-C', folder, ...asked], {
      timeout: BUILD_LIMIT_MS,
      env: { ...process.env, NODE_ENV: 'production', STAGEWIRE_DEV_TOKEN: portalToken },
    });
    return { label: 'Stagewire, built', script: join(out, 'index.cjs') };
  };
  const remove = () => rm(folder, { recursive: true, force: true });
  return { folder, contestants, options, build, remove };
}

/** The install has copies of our packages, so that they find libraries where plugins do. */
async function takeBuilt() {
  const { dependencies } = JSON.parse(await readFile(join(install, 'package.json'), 'utf8'));
  for (const { folder, manifest } of readPublished(repository)) {
    if (!(manifest.name in dependencies)) continue;
    const copy = join(install, 'node_modules', manifest.name);
    for (const part of manifest.files) {
      const source = join(repository, folder, part);
      await rm(join(copy, part), { recursive: true, force: true });
      await cp(source, join(copy, part), { recursive: true });
    }
  }
}

/** That of the example; what it has for development is permitted in production. */
async function readConfig() {
  const text = await readFile(join(portal, 'app-config.yaml'), 'utf8');
  return text.replace(/^( +)guest:\n/m, '$&$1  dangerouslyAllowOutsideDevelopment: true\n');
}

const toStock = (text) =>
  text
    .replaceAll('@stagewire/backend', '@backstage/backend-defaults')
    .replaceAll('@stagewire/plugin-api', '@backstage/backend-plugin-api');

async function writeProgram(folder, id, change = (text) => text) {
  const own = join(folder, id);
  await mkdir(own);
  for (const name of ['index.mjs', 'markdown-documents.mjs']) {
    const text = await readFile(join(portal, name), 'utf8');
    await writeFile(join(own, name), change(text));
  }
  return join(own, 'index.mjs');
}
