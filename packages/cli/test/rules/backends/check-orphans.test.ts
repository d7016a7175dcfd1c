import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, replace } from '../check-stock.js';

const PROGRAM = 'packages/backend/src/index.ts';
const PLUGIN = "backend.add(import('@internal/plugin-todo-backend'));\n";
const MODULE = "backend.add(import('@internal/plugin-todo-backend-module-mail'));";

/** The plugin is left out of the program, and is no dependency any more. */
const withoutPlugin = {
  'packages/backend/package.json': inManifest(
    (m) => delete m.dependencies['@internal/plugin-todo-backend'],
  ),
  'plugins/todo-backend/dev/app.ts': "import '@internal/plugin-todo-backend-module-mail';\n",
  'packages/app/src/todo.test.ts': "// see '@internal/plugin-todo-backend'\n",
};

describe('checkOrphans', () => {
  it('warns of a module without its plugin', () => {
    expect(checkStock({ ...withoutPlugin, [PROGRAM]: replace(PLUGIN, '') })).toEqual([
      `warning E_MODULE_ORPHAN ${PROGRAM} | ${MODULE}`,
    ]);
  });

  it('says nothing where features come from elsewhere, too', () => {
    const edit = replace(PLUGIN, 'backend.add(someFeatureLoader);\n');

    expect(checkStock({ ...withoutPlugin, [PROGRAM]: edit })).toEqual([]);
  });

  it('says nothing where the program has the plugin itself', () => {
    const edits = {
      ...withoutPlugin,
      [PROGRAM]: replace(PLUGIN, 'backend.add(todo);\n'),
      'packages/backend/src/todo.ts':
        "export const todo = createBackendPlugin({ pluginId: 'todo', register() {} });\n",
    };

    expect(checkStock(edits)).toEqual([]);
  });
});
