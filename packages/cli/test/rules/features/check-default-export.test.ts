import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, replace } from '../check-stock.js';

const INDEX = 'plugins/todo-backend/src/index.ts';

describe('checkDefaultExport', () => {
  it('asks for the default export of a package with a plugin', () => {
    const edits = { [INDEX]: replace('todoPlugin as default', 'todoPlugin') };

    expect(checkStock(edits)).toEqual([`error E_CHECK_DEFAULT_EXPORT ${INDEX} | `]);
  });

  it('warns of a package from before there were features', () => {
    const edits = {
      [INDEX]: "export { createRouter } from './router';\n",
      'plugins/todo-backend/src/plugin.ts': null,
      'plugins/todo-backend/package.json': inManifest(
        (m) => delete m.dependencies['@backstage/backend-plugin-api'],
      ),
    };

    expect(checkStock(edits)).toEqual([`warning E_CHECK_DEFAULT_EXPORT ${INDEX} | `]);
  });

  it('tells a default export that is no feature', () => {
    const line = "export { createRouter as default } from './router';";

    expect(checkStock({ [INDEX]: line })).toEqual([
      `error E_CHECK_DEFAULT_EXPORT ${INDEX} | ${line}`,
    ]);
  });

  it('tells a plugin in the place of a module', () => {
    const file = 'plugins/billing-backend/src/index.ts';
    const edits = {
      [file]: replace('createBackendPlugin({', 'createBackendModule({\n  moduleId: "all",'),
    };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_FEATURE_KIND ${file} | export default createBackendModule({`,
    ]);
  });

  it.each([
    ["import { todoPlugin } from './plugin';\nexport default todoPlugin;"],
    ["import { todoPlugin } from './plugin';\nexport { todoPlugin as default };"],
    ["export * from './plugin';\nexport { todoPlugin as default } from './plugin';"],
  ])('follows the feature to where it is made: %s', (code) => {
    expect(checkStock({ [INDEX]: code })).toEqual([]);
  });
});
