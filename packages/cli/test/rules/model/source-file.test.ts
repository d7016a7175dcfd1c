import { describe, expect, it } from 'vitest';
import { SourceFile } from '../../../src/rules/model/source-file.js';

function read(...lines: string[]) {
  return new SourceFile('plugins/todo/src/a.ts', 'src/a.ts', lines.join('\n'));
}

describe('a file of source code', () => {
  it('tells every form of import, with its line and whether it is a type', () => {
    const { imports } = read(
      "import a, { type B, c as d } from 'one';",
      "import type { T } from 'two';",
      "import { type U } from 'three';",
      "import 'four';",
      "export * from 'five';",
      "export type { Z } from 'six';",
      "const seven = () => import('seven');",
      "type Eight = import('eight').Eight;",
      "import nine = require('nine');",
      "require.resolve('ten');",
    );

    expect(
      imports.map(({ specifier, line, isType }) => [line, specifier, isType]).toSorted(byLine),
    ).toEqual([
      [1, 'one', false],
      [2, 'two', true],
      [3, 'three', true],
      [4, 'four', false],
      [5, 'five', false],
      [6, 'six', true],
      [7, 'seven', false],
      [8, 'eight', true],
      [9, 'nine', false],
      [10, 'ten', false],
    ]);
  });

  it('knows that names which are only types do not run', () => {
    const file = read(
      "import { Router } from 'express';",
      "import { chunk } from 'lodash';",
      "import { Todo } from 'todo';",
      'export const make = (router: Router) => chunk([router as unknown as Todo], 1);',
    );

    expect(file.imports.map((each) => file.isNeededToRun(each))).toEqual([false, true, false]);
  });

  it('tells what features and extension points it creates', () => {
    const { creations } = read(
      "const ID = 'mail';",
      'export const todoModuleMail = createBackendModule({',
      "  pluginId: 'todo',",
      '  moduleId: ID,',
      '  register(env) {',
      '    env.registerInit({',
      '      deps: { todos: todoExtensionPoint, http: coreServices.httpRouter },',
      "      async init({ http }) { http.use('/mail', router); other.use('/else'); },",
      '    });',
      '  },',
      '});',
    );

    expect(creations).toEqual([
      {
        kind: 'module',
        line: 2,
        name: 'todoModuleMail',
        pluginId: { text: 'todo', line: 3 },
        moduleId: { text: 'mail', line: 4 },
        deps: [{ text: 'todoExtensionPoint', line: 7 }],
        routes: [{ text: '/mail', line: 8 }],
      },
    ]);
  });
});

function byLine([a]: unknown[], [b]: unknown[]): number {
  return Number(a) - Number(b);
}
