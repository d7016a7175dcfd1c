import { describe, expect, it } from 'vitest';
import { checkStock, inManifest } from '../check-stock.js';

const NODE = 'plugins/todo-node/package.json';

describe('checkEntries', () => {
  it('tells a main file that is not there', () => {
    const edits = { [NODE]: inManifest((manifest) => (manifest.types = 'src/main.ts')) };

    expect(checkStock(edits)).toEqual([
      `error E_CHECK_ENTRY_MISSING ${NODE} | "types": "src/main.ts",`,
    ]);
  });

  it('tells an export that is not there', () => {
    const edits = {
      [NODE]: inManifest((manifest) => {
        manifest.exports = {
          '.': './src/index.ts',
          './alpha': { types: './src/alpha.ts' },
          './package.json': './package.json',
        };
      }),
    };

    expect(checkStock(edits)).toEqual([`error E_CHECK_ENTRY_MISSING ${NODE} | "./alpha": {`]);
  });

  it('knows nothing of what a build makes', () => {
    const edits = { [NODE]: inManifest((manifest) => (manifest.main = 'dist/index.cjs.js')) };

    expect(checkStock(edits)).toEqual([]);
  });

  it('tells a package that does not export its package.json', () => {
    const edits = { [NODE]: inManifest((m) => (m.exports = { '.': './src/index.ts' })) };

    expect(checkStock(edits)).toEqual([`error E_CHECK_MANIFEST_EXPORT ${NODE} | "exports": {`]);
  });
});
