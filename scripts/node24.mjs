// Gets a Node 24 binary for this machine from npm, into .cache/node24, and prints its path.
// Version and integrity are pinned by node24/package-lock.json.

import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isMain } from './lib/main.mjs';
import { runNpm } from './lib/npm.mjs';
import { readJson, repository } from './lib/workspace.mjs';

const pinned = ['package.json', 'package-lock.json'];

/** The npm package with the Node 24 binary of a machine; undefined when there is none. */
export function findPackage(root, platform, arch) {
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const { optionalDependencies } = readJson(join(root, 'scripts/node24/package.json'));
  return Object.hasOwn(optionalDependencies, name) ? name : undefined;
}

/**
 * Installs the binary where it is not there yet, and gives back its path; undefined when there is
 * none for this machine.
 *
 * @throws when npm cannot install it
 */
export async function installNode24(root, { platform, arch } = process) {
  const name = findPackage(root, platform, arch);
  if (!name) return undefined;
  const folder = join(root, '.cache/node24');
  const installed = join(folder, 'node_modules', name);
  const binary = join(installed, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(binary) && versionIn(installed) === pinnedVersion(root, name)) return binary;

  mkdirSync(folder, { recursive: true });
  for (const file of pinned) copyFileSync(join(root, 'scripts/node24', file), join(folder, file));
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { code, output } = await runNpm(args, { cwd: folder, seconds: 300 });
  if (code !== 0 || !existsSync(binary)) throw new Error(`npm cannot install ${name}:\n${output}`);
  return binary;
}

function versionIn(folder) {
  return readJson(join(folder, 'package.json')).version;
}

function pinnedVersion(root, name) {
  return readJson(join(root, 'scripts/node24/package.json')).optionalDependencies[name];
}

async function main() {
  const binary = await installNode24(repository);
  if (binary) {
    console.log(binary);
    return;
  }
  console.error(`npm has no Node 24 for ${process.platform}-${process.arch}`);
  process.exitCode = 1;
}

if (isMain(import.meta)) await main();
