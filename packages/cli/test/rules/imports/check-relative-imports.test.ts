import { describe, expect, it } from 'vitest';
import { checkStock, prepend } from '../check-stock.js';

const ROUTER = 'plugins/todo-backend/src/router.ts';

describe('checkRelativeImports', () => {
  it('refuses a path into another package', () => {
    const line = "import '../../todo-node/src/extensions';";

    expect(checkStock({ [ROUTER]: prepend(line) })).toEqual([
      `error E_CHECK_IMPORT_LEAVES ${ROUTER} | ${line}`,
    ]);
  });

  it('warns of a path out of the package', () => {
    const line = "import version from '../../../backstage.json';";

    expect(checkStock({ [ROUTER]: prepend(line) })).toEqual([
      `warning E_CHECK_IMPORT_LEAVES ${ROUTER} | ${line}`,
    ]);
  });

  it('lets tests reach where they want', () => {
    const file = 'plugins/todo-backend/src/plugin.test.ts';

    expect(checkStock({ [file]: prepend("import '../../todo-node/src/extensions';") })).toEqual([]);
  });
});
