import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, prepend } from '../check-stock.js';

const ROUTER = 'plugins/todo-backend/src/router.ts';

describe('checkDeepImports', () => {
  it.each([
    ["import '@internal/plugin-todo-node/src/extensions';"],
    ["import '@backstage/backend-plugin-api/dist/inside';"],
  ])('refuses what is inside another package: %s', (line) => {
    expect(checkStock({ [ROUTER]: prepend(line) })).toEqual([
      `error E_CHECK_IMPORT_DEEP ${ROUTER} | ${line}`,
    ]);
  });

  it('lets everything pass that the package exports', () => {
    const edits = {
      [ROUTER]: prepend("import '@internal/plugin-todo-node/parts/one';"),
      'plugins/todo-node/package.json': inManifest((manifest) => {
        manifest.exports = {
          '.': './src/index.ts',
          './parts/*': './src/*.ts',
          './package.json': './package.json',
        };
      }),
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('leaves packages outside the ecosystem to their own customs', () => {
    expect(checkStock({ [ROUTER]: prepend("import 'knex/dist/types';") })).toEqual([]);
  });
});
