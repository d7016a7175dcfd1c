// What `require` gives of a package: in Node the ES module itself, in Jest the same as CommonJS.

import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire, isBuiltin } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { entriesOf, shareParts } from './entries.mjs';
import { readJson } from './workspace.mjs';

/**
 * Writes `dist/<entry>.cjs` for each entry of a package, and what it is in Jest into
 * `dist/commonjs`. A command has none: it is run, not required.
 */
export async function bundleCommonJs(root, { folder, manifest }) {
  if (manifest.bin) return;
  const inlined = new Set();
  const bundled = await rolldown({
    cwd: join(root, folder),
    input: entriesOf(manifest),
    external(id) {
      if (!/^[^./]/.test(id)) return false;
      const esModule = findEsModule(join(root, folder), id);
      if (esModule) inlined.add(esModule);
      return !esModule;
    },
    plugins: [requirePaths],
    platform: 'node',
    tsconfig: false,
  });
  const dist = join(root, folder, 'dist');
  await bundled.write({
    dir: join(dist, 'commonjs'),
    format: 'cjs',
    esModule: true,
    // Properties that a test can replace, as with any other package.
    externalLiveBindings: false,
    // Jest has no import() without a flag of Node.
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    chunkFileNames: 'parts/[name].cjs',
    ...shareParts(manifest),
  });
  await bundled.close();
  for (const name of Object.keys(entriesOf(manifest))) {
    writeFileSync(join(dist, `${name}.cjs`), renderDoor(name));
  }
  for (const esModule of inlined) copyLicence(esModule, join(dist, 'commonjs', 'parts'));
}

/**
 * Modules that Node itself made may require ES modules, and all of them get the same instance.
 * Jest makes modules of its own, which live in the scope of one test file.
 */
const renderDoor = (name) => `'use strict';
module.exports =
  module instanceof require('node:module')
    ? require('./${name}.js')
    : require('./commonjs/${name}.cjs');
`;

/** What is a URL for `import()` is a path for `require`. */
const requirePaths = {
  name: 'require-paths',
  transform: (code) => ({
    code: code.replaceAll(/\bimport\(pathToFileURL\((\w+)\)\.href\)/g, 'import($1)'),
    map: null,
  }),
};

/**
 * The package and file behind an import that `require` gets an ES module for, which Jest cannot
 * load; undefined for all others. What is not installed is not needed by everybody.
 */
function findEsModule(folder, id) {
  if (isBuiltin(id)) return undefined;
  let file;
  try {
    file = createRequire(join(folder, 'package.json')).resolve(id);
  } catch {
    return undefined;
  }
  const home = findPackage(file);
  const isEsModule = extname(file) === '.mjs' || (extname(file) === '.js' && home.isModule);
  return isEsModule ? home.folder : undefined;
}

function findPackage(file) {
  let folder = dirname(file);
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return { folder, isModule: readJson(join(folder, 'package.json')).type === 'module' };
}

/** Most licences want to go where the code goes. */
export function copyLicence(folder, into) {
  const { name } = readJson(join(folder, 'package.json'));
  mkdirSync(into, { recursive: true });
  for (const file of readdirSync(folder).filter((one) => /^licen[cs]e/i.test(one))) {
    copyFileSync(join(folder, file), join(into, `${name.replaceAll('/', '-')}.${file}`));
  }
}
