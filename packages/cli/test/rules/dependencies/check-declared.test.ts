import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, prepend } from '../check-stock.js';

const BACKEND = 'plugins/todo-backend';
const ROUTER = `${BACKEND}/src/router.ts`;

describe('checkDeclared', () => {
  it.each([
    ['is not installed', 'left-pad'],
    ['somebody else has installed', 'lodash'],
    ['is in the repository', '@internal/plugin-billing-node'],
  ])('tells an import that package.json does not declare, of what %s', (_, name) => {
    const line = `import '${name}';`;

    expect(checkStock({ [ROUTER]: prepend(line, line) })).toEqual([
      `error E_CHECK_DEPENDENCY_UNDECLARED ${ROUTER} | ${line}`,
    ]);
  });

  it('warns where only types are undeclared', () => {
    const line = "import { Dictionary } from 'lodash';";
    const edits = { [ROUTER]: prepend(line, 'export type Table = Dictionary<string>;') };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_DEPENDENCY_UNDECLARED ${ROUTER} | ${line}`,
    ]);
  });

  it('tells what is needed to run and only installed for development', () => {
    const line = "import { chunk } from 'lodash';";
    const edits = {
      [ROUTER]: prepend(line, 'export const pairs = chunk([1, 2, 3], 2);'),
      [`${BACKEND}/package.json`]: inManifest((m) => (m.devDependencies.lodash = '^4.0.0')),
    };

    expect(checkStock(edits)).toEqual([`error E_CHECK_DEPENDENCY_DEV ${ROUTER} | ${line}`]);
  });

  it('lets types come from what is installed for development', () => {
    const edits = {
      [ROUTER]: prepend("import { Dictionary } from 'lodash';", 'type Table = Dictionary<string>;'),
      [`${BACKEND}/package.json`]: inManifest(
        (m) => (m.devDependencies['@types/lodash'] = '^4.0.0'),
      ),
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('lets helpers of tests use it, too, which no entry leads to', () => {
    const edits = {
      [`${BACKEND}/src/helper.ts`]:
        "import { chunk } from 'lodash';\nexport const two = chunk([1]);\n",
      [`${BACKEND}/package.json`]: inManifest((m) => (m.devDependencies.lodash = '^4.0.0')),
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('lets tests use the tools of the repository', () => {
    const edits = { [`${BACKEND}/src/plugin.test.ts`]: prepend("import 'typescript';") };

    expect(checkStock(edits)).toEqual([]);
  });

  it('lets names pass that the compiler is told of', () => {
    const edits = {
      [ROUTER]: prepend("import '~/todo';"),
      [`${BACKEND}/tsconfig.json`]: '{ "compilerOptions": { "paths": { "~/*": ["./src/*"] } } }',
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('does not take a function named require for the one of Node', () => {
    const code = 'function require(field: string) { return field; }\nrequire("name");';

    expect(checkStock({ [ROUTER]: prepend(code) })).toEqual([]);
  });
});
