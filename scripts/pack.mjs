// Packs the published packages as they go to a registry. Nothing in the tree is changed.
//
//   node scripts/build.mjs && node scripts/pack.mjs <folder>

import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { isMain } from './lib/main.mjs';
import { runNpm } from './lib/npm.mjs';
import { readPublished, repository } from './lib/workspace.mjs';

const sourceCondition = '@stagewire/source';

/**
 * Packs every published package that is built into a folder, which is made where it is missing.
 * Gives back `[{ name, version, file, contents }]`: the tarball, and the paths inside it.
 *
 * @throws when a package has no dist folder, or npm fails
 */
export async function pack(root, into) {
  mkdirSync(into, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), 'stagewire-pack-'));
  try {
    const packed = [];
    for (const one of readPublished(root)) {
      stagePackage(root, one, join(stage, one.id));
      packed.push(await packStaged(join(stage, one.id), into));
    }
    return packed;
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/**
 * The package.json that is published. The sources stay in the package, so that source maps lead
 * to them, but no condition does: an application that sets it must not run our TypeScript.
 */
export function publishedManifest(manifest) {
  // Neither means anything to those who install it.
  const { devDependencies: _, scripts: __, ...published } = manifest;
  return {
    ...published,
    exports: Object.fromEntries(Object.entries(manifest.exports).map(withoutSource)),
  };
}

function withoutSource([subpath, target]) {
  if (typeof target !== 'object') return [subpath, target];
  const { [sourceCondition]: _, ...conditions } = target;
  return [subpath, conditions];
}

function stagePackage(root, { folder, manifest }, target) {
  if (!existsSync(join(root, folder, 'dist'))) {
    throw new Error(`${folder} is not built: run node scripts/build.mjs first`);
  }
  mkdirSync(target, { recursive: true });
  for (const part of ['README.md', ...manifest.files]) {
    cpSync(join(root, folder, part), join(target, part), {
      recursive: true,
      filter: (path) => basename(path) !== '.tsbuildinfo',
    });
  }
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  const text = JSON.stringify(publishedManifest(manifest), undefined, 2);
  writeFileSync(join(target, 'package.json'), `${text}\n`);
}

async function packStaged(folder, into) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', into];
  const { code, stdout, output } = await runNpm(args, { cwd: folder, seconds: 120 });
  if (code !== 0) throw new Error(`npm pack failed in ${folder}:\n${output}`);
  const [{ name, version, filename, files }] = JSON.parse(stdout);
  return { name, version, file: join(into, filename), contents: files.map(({ path }) => path) };
}

async function main() {
  const [into] = process.argv.slice(2);
  if (!into) {
    console.error('which folder? node scripts/pack.mjs <folder>');
    process.exitCode = 1;
    return;
  }
  for (const { name, version, file, contents } of await pack(repository, resolve(into))) {
    console.log(`${name}@${version}  ${contents.length} files  ${file}`);
  }
}

if (isMain(import.meta)) await main();
