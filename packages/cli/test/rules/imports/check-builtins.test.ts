import { describe, expect, it } from 'vitest';
import { checkStock, inManifest, prepend } from '../check-stock.js';

const INDEX = 'plugins/todo-common/src/index.ts';

describe('checkBuiltins', () => {
  it.each([["import 'node:fs';"], ["import { join } from 'path';\nexport const at = join('a');"]])(
    'refuses what only Node has, in code for browsers: %s',
    (code) => {
      expect(checkStock({ [INDEX]: prepend(code) })).toEqual([
        `error E_CHECK_COMMON_BUILTIN ${INDEX} | ${code.split('\n')[0]}`,
      ]);
    },
  );

  it('lets types pass', () => {
    expect(checkStock({ [INDEX]: prepend("import type { Stats } from 'node:fs';") })).toEqual([]);
  });

  it('lets a package of that name pass', () => {
    const edits = {
      [INDEX]: prepend("import 'events';"),
      'plugins/todo-common/package.json': inManifest((m) => (m.dependencies.events = '^3.3.0')),
    };

    expect(checkStock(edits)).toEqual([]);
  });
});
