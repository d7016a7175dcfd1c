// Dependencies whose code goes into what is built.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { copyLicence } from './commonjs.mjs';

/**
 * Package → dependency → the ES module of it that is taken in. Each of them is dozens of small files
 * that every start of a backend would open.
 */
const TAKEN_IN = { '@stagewire/config': { yaml: 'browser/index.js' } };

/**
 * What the build of a package needs for them: `{ external, plugins }` for the bundler,
 * `toName(chunk)` for parts, and `copyLicences(into)` for the folder where the code goes.
 */
export function takeIn(folder, { name }) {
  const require = createRequire(join(folder, 'package.json'));
  const modules = Object.entries(TAKEN_IN[name] ?? {}).map(([id, path]) => {
    const home = dirname(require.resolve(`${id}/package.json`));
    return { id, home, file: join(home, path) };
  });
  const find = (id) => modules.find((module) => module.id === id);
  return {
    external: (id) => /^[^./]/.test(id) && !find(id),
    plugins: [{ name: 'take-in', resolveId: (id) => find(id)?.file }],
    /** They are named after the dependency, and not after the file in it. */
    toName: ({ name, facadeModuleId }) =>
      modules.find(({ file }) => file === facadeModuleId)?.id ?? name,
    copyLicences: (into) => modules.forEach(({ home }) => copyLicence(home, into)),
  };
}
