import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, replace } from '../check-stock.js';

const BACKEND = 'plugins/billing-backend/package.json';
const MODULE = 'plugins/todo-backend-module-mail';

describe('checkPluginId', () => {
  it('asks which plugin a package belongs to', () => {
    const edits = { [BACKEND]: inManifest((manifest) => delete manifest.backstage.pluginId) };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_PLUGIN_ID_MISSING ${BACKEND} | "backstage": {`,
    ]);
  });

  it('insists on it where the package is published', () => {
    const edits = {
      [BACKEND]: inManifest((manifest) => {
        delete manifest.private;
        delete manifest.backstage.pluginId;
      }),
    };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_ID_MISSING ${BACKEND} | "backstage": {`,
    ]);
  });

  it('takes null for a library that belongs to no plugin', () => {
    const edits = {
      'plugins/tools-node/package.json': JSON.stringify({
        name: '@internal/plugin-tools-node',
        version: '0.1.0',
        backstage: { role: 'node-library', pluginId: null },
      }),
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('tells an id in package.json that is neither that of the name nor that of the code', () => {
    const edits = { [BACKEND]: inManifest((m) => (m.backstage.pluginId = 'bills')) };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_ID_DIFFERS ${BACKEND} | "pluginId": "bills",`,
    ]);
  });

  it('tells an id in the code that is not that of the package', () => {
    const edits = { [`${MODULE}/src/module.ts`]: replace("pluginId: 'todo'", "pluginId: 'todos'") };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_ID_DIFFERS ${MODULE}/src/module.ts | pluginId: 'todos',`,
    ]);
  });

  it('finds the id where it is a constant', () => {
    const edits = {
      [`${MODULE}/src/module.ts`]: (text: string) =>
        `const PLUGIN = 'task';\n${text.replace("pluginId: 'todo'", 'pluginId: PLUGIN')}`,
    };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_PLUGIN_ID_DIFFERS ${MODULE}/src/module.ts | pluginId: PLUGIN,`,
    ]);
  });

  it('warns of a name with another id than the one that all else agrees on', () => {
    const edits = {
      [BACKEND]: inManifest((m) => (m.backstage.pluginId = 'bills')),
      'plugins/billing-backend/src/index.ts': replace("'billing'", "'bills'"),
    };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_PLUGIN_ID_NAME ${BACKEND} | "pluginId": "bills",`,
    ]);
  });

  it('refuses an id that cannot be one, once', () => {
    const edits = {
      [BACKEND]: inManifest((m) => (m.backstage.pluginId = '1billing')),
      'plugins/billing-backend/src/index.ts': replace("'billing'", "'1billing'"),
    };

    expect(checkStock(edits)).toEqual([
      `error E_PLUGIN_ID_INVALID ${BACKEND} | "pluginId": "1billing",`,
    ]);
  });
});
