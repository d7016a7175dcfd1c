import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { checkPackages } from '../check-packages.mjs';
import { formatFinding } from '../lib/findings.mjs';
import { makeTree, needOf, packageFiles } from './tree.mjs';

const errors = packageFiles('packages/errors', 'The base error.');
const graph = packageFiles('packages/graph', 'Finds the `circle`.', [
  needOf('packages/errors', '@stagewire/errors'),
]);

describe('a package', () => {
  it('is in order as the template makes it, also as a part of a plugin', (t) => {
    const node = packageFiles('plugins/todo-node', 'What modules of todo import.');
    const module = packageFiles('plugins/todo-backend-module-mail', 'Sends "mails".');

    assert.deepEqual(check(t, { ...errors, ...graph, ...node, ...module }), []);
  });

  it('has the fields of the template', (t) => {
    const files = withManifest(errors, { license: 'MIT', type: undefined, files: ['dist'] });

    assert.deepEqual(check(t, files), [
      'packages/errors/package.json:5  license is not the one that the template makes  write "Apache-2.0"',
      'packages/errors/package.json  type is not the one that the template makes  write "module"',
      'packages/errors/package.json  files lacks src  add "src" to files',
    ]);
  });

  it('exports sources that are there, with the condition first', (t) => {
    const dist = {
      types: './dist/index.d.ts',
      require: './dist/index.cjs',
      default: './dist/index.js',
    };
    const files = withManifest(errors, {
      exports: {
        '.': { ...dist, '@stagewire/source': './src/index.ts' },
        './more': {
          '@stagewire/source': './src/more.ts',
          types: './dist/more.d.ts',
          require: './dist/more.cjs',
          default: './dist/more.js',
        },
      },
    });

    assert.deepEqual(
      checkPackages(makeTree(t, files)).map(({ why }) => why),
      [
        'exports["."] is not a source, its types and its JavaScript',
        'exports["./more"]: no ./src/more.ts',
        'exports has no "./package.json"',
      ],
    );
  });

  it('exports nothing to require where it is a command', (t) => {
    const files = withManifest(errors, {
      bin: { errors: './dist/index.js' },
      exports: {
        '.': {
          '@stagewire/source': './src/index.ts',
          types: './dist/index.d.ts',
          default: './dist/index.js',
        },
        './package.json': './package.json',
      },
    });

    assert.deepEqual(check(t, files), []);
  });

  it('references in tsconfig.json what it depends on', (t) => {
    const files = { ...errors, ...withManifest(graph, { dependencies: {} }) };

    assert.deepEqual(check(t, files), [
      'packages/graph/tsconfig.json  references are not the @stagewire dependencies of package.json  write []',
    ]);
  });

  it('needs the other packages in the version that they have', (t) => {
    const files = withManifest(graph, { dependencies: { '@stagewire/errors': '0.0.9' } });

    assert.deepEqual(check(t, { ...errors, ...files }), [
      'packages/graph/package.json  needs @stagewire/errors 0.0.9  write 0.1.0',
    ]);
  });

  it('tells its one line the same in package.json, README and the tables', (t) => {
    const files = {
      ...errors,
      'packages/errors/README.md': '# @stagewire/errors\n\nAnother line.\n',
      'README.md': '| [`@stagewire/errors`](packages/errors) | The base `error`. |\n',
      'ARCHITECTURE.md': '| row | package | line |\n| 1 | `errors` | Something else. |\n',
    };

    assert.deepEqual(check(t, files), [
      'packages/errors/README.md:3  the first paragraph is not the description in package.json  write "The base error." in both',
      'ARCHITECTURE.md:2  tells errors in other words than package.json  | errors | The base error. |',
    ]);
  });

  it('has a row in the tables when it is published', (t) => {
    const files = { ...errors, 'README.md': '# Stagewire\n' };

    assert.deepEqual(check(t, files), [
      'README.md  has no row for errors  | errors | The base error. |',
    ]);
  });
});

function withManifest(files, changes) {
  const [path] = Object.keys(files).filter((one) => one.endsWith('package.json'));
  return { ...files, [path]: { ...JSON.parse(files[path]), ...changes } };
}

function check(t, files) {
  return checkPackages(makeTree(t, files)).map(formatFinding);
}
