import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, prepend } from '../check-stock.js';

const MODULE = 'plugins/todo-backend-module-mail';

/** An import, and the dependency that goes with it. */
function imports(folder: string, file: string, target: string, line: string) {
  return {
    [`${folder}/package.json`]: inManifest((m) => (m.dependencies[target] = '*')),
    [`${folder}/src/${file}`]: prepend(line),
  };
}

describe('checkRoles', () => {
  it.each([
    ["import '@internal/plugin-billing-backend';"],
    ["import type { Bill } from '@internal/plugin-billing-backend';"],
    ["export * from '@internal/plugin-billing-backend';"],
    ["export { type Bill } from '@internal/plugin-billing-backend';"],
    ["const load = () => import('@internal/plugin-billing-backend');"],
    ["const billing = require('@internal/plugin-billing-backend');"],
    ["import billing = require('@internal/plugin-billing-backend');"],
    ["type Bill = import('@internal/plugin-billing-backend').Bill;"],
  ])('refuses the code of another plugin: %s', (line) => {
    const target = '@internal/plugin-billing-backend';
    const edits = imports('plugins/todo-backend', 'router.ts', target, line);

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_IMPORT_PLUGIN plugins/todo-backend/src/router.ts | ${line}`,
    ]);
  });

  it('refuses the code of an installed plugin', () => {
    const line = "import '@backstage/plugin-catalog-backend';";
    const edits = imports(MODULE, 'module.ts', '@backstage/plugin-catalog-backend', line);

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_IMPORT_PLUGIN ${MODULE}/src/module.ts | ${line}`,
    ]);
  });

  it('refuses the plugin that a module extends', () => {
    const line = "import { Todos } from '@internal/plugin-todo-backend';";
    const edits = imports(MODULE, 'module.ts', '@internal/plugin-todo-backend', line);

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_IMPORT_PLUGIN ${MODULE}/src/module.ts | ${line}`,
    ]);
  });

  it('warns of a module that is imported', () => {
    const target = '@backstage/plugin-catalog-backend-module-logs';
    const line = `import '${target}';`;

    expect(checkStock(imports(MODULE, 'module.ts', target, line))).toEqual([
      `warning E_CHECK_IMPORT_MODULE ${MODULE}/src/module.ts | ${line}`,
    ]);
  });

  it.each([
    ['plugins/todo', 'plugin.tsx', '@internal/plugin-todo-node'],
    ['plugins/todo-react', 'TodoRow.tsx', '@backstage/backend-plugin-api'],
    ['plugins/todo-node', 'index.ts', '@backstage/core-plugin-api'],
    ['plugins/todo-common', 'index.ts', '@internal/plugin-todo-node'],
    ['plugins/todo-common', 'index.ts', '@internal/plugin-todo-react'],
  ])('keeps servers and browsers apart: %s/src/%s may not import %s', (folder, file, target) => {
    const line = `import '${target}';`;

    expect(checkStock(imports(folder, file, target, line))).toEqual([
      `error E_CHECK_IMPORT_PLATFORM ${folder}/src/${file} | ${line}`,
    ]);
  });

  it('lets a frontend plugin import another package of the same plugin', () => {
    const edits = {
      ...imports(
        'plugins/todo',
        'plugin.tsx',
        '@internal/plugin-todo-extra',
        "import '@internal/plugin-todo-extra';",
      ),
      'plugins/todo-extra/package.json': JSON.stringify({
        name: '@internal/plugin-todo-extra',
        version: '0.1.0',
        private: true,
        backstage: { role: 'frontend-plugin', pluginId: 'todo' },
      }),
    };

    expect(checkStock(edits).filter((each) => each.includes('E_CHECK_IMPORT'))).toEqual([]);
  });
});
