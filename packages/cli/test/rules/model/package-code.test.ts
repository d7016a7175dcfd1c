import { describe, expect, it } from 'vitest';
import { PackageCode } from '../../../src/rules/model/package-code.js';
import { makeRepository } from '../../temp-repository.js';

describe('PackageCode', () => {
  it('takes a folder of src that has the name of material for code where code imports it', () => {
    const { all, runtime } = read({
      'src/index.ts': "export { serve } from './lib/assets';\n",
      'src/lib/assets/index.ts': "export * from './serve';\n",
      'src/lib/assets/serve.ts': "import serveStatic from 'serve-static';\n",
      'src/lib/assets/copied-to-browsers.js': "import 'of-no-package';\n",
    });

    expect(all).toEqual(['src/index.ts', 'src/lib/assets/index.ts', 'src/lib/assets/serve.ts']);
    expect(runtime).toEqual(all);
  });

  it('leaves out such a folder that only a test imports, or nothing at all', () => {
    const { all } = read({
      'src/index.ts': 'export {};\n',
      'src/index.test.ts': "import './__fixtures__/broken';\n",
      'src/__fixtures__/broken.ts': 'const = ;\n',
      'src/templates/plugin.ts': "import 'of-no-package';\n",
    });

    expect(all).toEqual(['src/index.test.ts', 'src/index.ts']);
  });

  it('never looks into what is built or installed', () => {
    const { all } = read({
      'src/index.ts': "import '../dist/index';\n",
      'dist/index.js': 'exports.a = 1;\n',
      'public/index.js': '',
      'node_modules/x/index.js': '',
      'src/node_modules/x/index.js': '',
      'src/skeleton/package.json': {},
      'src/skeleton/index.js': '',
    });

    expect(all).toEqual(['src/index.ts']);
  });
});

/** The paths of a package's files, as its code has them. */
function read(files: Record<string, unknown>) {
  using repository = makeRepository(files);
  const entries = [{ subpath: '.', source: 'src/index.ts' }];
  const code = new PackageCode(repository.root, '.', 'x', entries);
  const pathsOf = (sources: typeof code.all) => sources.map(({ path }) => path);
  return { all: pathsOf(code.all), runtime: pathsOf(code.runtime) };
}
