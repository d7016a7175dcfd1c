import { describe, expect, it } from 'vitest';
import { checkStock } from '../check-stock.js';

const MODULE = 'plugins/todo-backend-module-mail/src/module.ts';
const INDEX = 'plugins/todo-backend-module-mail/src/index.ts';

const append =
  (...lines: string[]) =>
  (text: string) =>
    [text, ...lines].join('\n');

const second = (pluginId: string) =>
  `export const other = createBackendModule({ pluginId: '${pluginId}', moduleId: 'fax', register() {} });`;

describe('checkModules', () => {
  it('refuses modules for several plugins in one package', () => {
    expect(checkStock({ [MODULE]: append(second('billing')) })).toEqual([
      `error E_CHECK_MODULE_SEVERAL_PLUGINS ${MODULE} | ${second('billing')}`,
    ]);
  });

  it('warns of several modules in one package', () => {
    expect(checkStock({ [MODULE]: append(second('todo')) })).toEqual([
      `warning E_CHECK_MODULE_SEVERAL ${MODULE} | ${second('todo')}`,
    ]);
  });

  it('lets a feature loader hold them together', () => {
    const edits = {
      [MODULE]: append(second('todo')),
      [INDEX]: [
        "import { createBackendFeatureLoader } from '@backstage/backend-plugin-api';",
        "import { other, todoModuleMail } from './module';",
        'export default createBackendFeatureLoader({ loader: () => [todoModuleMail, other] });',
      ].join('\n'),
    };

    expect(checkStock(edits)).toEqual([]);
  });
});
