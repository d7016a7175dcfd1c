import { describe, expect, it } from 'vitest';
import { checkStock, replace } from '../check-stock.js';

describe('checkExportNames', () => {
  it('warns of a module that is not named as modules are', () => {
    const file = 'plugins/todo-backend-module-mail/src/index.ts';
    const edits = { [file]: replace('{ todoModuleMail }', '{ todoModuleMail as mailModule }') };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_EXPORT_NAME ${file} | export { todoModuleMail as mailModule } from './module';`,
    ]);
  });

  it('warns of a plugin that is not named as plugins are', () => {
    const file = 'plugins/todo-backend/src/index.ts';
    const line = "export { todoPlugin as todo } from './plugin';";
    const edits = { [file]: (text: string) => `${text}${line}` };

    expect(checkStock(edits)).toEqual([`warning E_CHECK_EXPORT_NAME ${file} | ${line}`]);
  });

  it.each([
    ['the ref of an extension point', 'todoSourceExtensionPoint', 'todoSource'],
    ['the ref of a service', 'todoServiceRef', 'todoService'],
  ])('warns of %s by another name', (_, name, other) => {
    const line = `export { ${name} as ${other} } from './extensions';`;
    const file = 'plugins/todo-node/src/index.ts';

    expect(checkStock({ [file]: (text) => `${text}${line}` })).toEqual([
      `warning E_CHECK_EXPORT_NAME ${file} | ${line}`,
    ]);
  });
});
