import { describe, expect, it } from 'vitest';
import { checkStock, inManifest } from '../check-stock.js';

describe('checkExtensionPoints', () => {
  it('tells an extension point that is exported from the package of its plugin', () => {
    const index = 'plugins/todo-backend/src/index.ts';
    const line = "export { todoSinkExtensionPoint } from './sink';";
    const edits = {
      [index]: (text: string) => `${text}${line}\n`,
      'plugins/todo-backend/src/sink.ts': [
        "import { createExtensionPoint } from '@backstage/backend-plugin-api';",
        "export const todoSinkExtensionPoint = createExtensionPoint<object>({ id: 'todo.sink' });",
      ].join('\n'),
    };

    expect(checkStock(edits)).toEqual([`error E_CHECK_EXTENSION_POINT_PLACE ${index} | ${line}`]);
  });

  it.each([
    ['@internal/plugin-billing-node', 'billingRatesExtensionPoint'],
    ['@backstage/plugin-catalog-node', 'catalogProcessingExtensionPoint'],
  ])('tells a module that uses one of another plugin, of %s', (library, name) => {
    const file = 'plugins/todo-backend-module-mail/src/module.ts';
    const edits = {
      'plugins/todo-backend-module-mail/package.json': inManifest(
        (m) => (m.dependencies[library] = '*'),
      ),
      [file]: (text: string) =>
        `import { ${name} } from '${library}';\n${text.replace('deps: {', `deps: {\n        other: ${name},\n       `)}`,
    };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_EXTENSION_POINT_FOREIGN ${file} | other: ${name},`,
    ]);
  });
});
