// The declarations of all packages, without a build: one run of the compiler writes them to a
// folder of their own, laid out so that packages find each other's declarations there.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../run.mjs';
import { repository } from '../workspace.mjs';
import { readEntries } from './entries.mjs';

/**
 * Calls `use` with the declarations of every entry point, `{ ...entry, home, file }`, where `home`
 * is the folder of its package there and `file` the declarations, and removes the folder after it.
 */
export async function withDeclarations(root, use) {
  // Below the root, so that packages of others are found as they are from the sources.
  mkdirSync(join(root, '.cache'), { recursive: true });
  const folder = mkdtempSync(join(root, '.cache/api-'));
  try {
    await emit(root, folder);
    const entries = readEntries(root).map((entry) => {
      const home = join(folder, entry.folder);
      return { ...entry, home, file: join(home, toDeclaration(entry.source)) };
    });
    link(folder, entries);
    return await use(entries, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function emit(root, folder) {
  const config = {
    extends: join(root, 'tsconfig.base.json'),
    compilerOptions: {
      customConditions: ['@stagewire/source'],
      rootDir: root,
      outDir: folder,
      declaration: true,
      emitDeclarationOnly: true,
      noCheck: true,
      typeRoots: [join(repository, 'node_modules/@types')],
    },
    include: [join(root, 'packages/*/src'), join(root, 'plugins/*/src')],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const compiler = join(repository, 'node_modules/typescript/bin/tsc');
  const { code, output } = await run(process.execPath, [compiler, '-p', folder], {
    cwd: root,
    seconds: 120,
  });
  if (code !== 0) throw new Error(`the declarations could not be written\n${output.trimEnd()}`);
}

/** Gives each package a package.json whose entries are declarations, and a place to be found at. */
function link(folder, entries) {
  mkdirSync(join(folder, 'node_modules/@stagewire'), { recursive: true });
  const packages = new Map(entries.map(({ name, home }) => [name, home]));
  for (const [name, home] of packages) {
    const exports = entries
      .filter((entry) => entry.name === name)
      .map(({ subpath, source }) => [subpath, `./${toDeclaration(source)}`]);
    const manifest = { name, type: 'module', exports: Object.fromEntries(exports) };
    writeFileSync(join(home, 'package.json'), JSON.stringify(manifest));
    symlinkSync(home, join(folder, 'node_modules', name), 'junction');
  }
}

function toDeclaration(source) {
  return source.replace(/\.ts$/, '.d.ts');
}
