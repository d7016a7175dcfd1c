import { describe, expect, it } from 'vitest';
import { checkStock, inManifest } from '../check-stock.js';

const BACKEND = 'plugins/todo-backend/package.json';

describe('checkRole', () => {
  it('asks for the role of a package that has a plugin', () => {
    const edits = { [BACKEND]: inManifest((manifest) => delete manifest.backstage) };

    expect(checkStock(edits)).toEqual([`error E_CHECK_ROLE_MISSING ${BACKEND} | `]);
  });

  it('asks for the role where a package says the rest', () => {
    const edits = { 'plugins/todo-react/package.json': inManifest((m) => delete m.backstage.role) };

    expect(checkStock(edits)).toEqual([
      'error E_CHECK_ROLE_MISSING plugins/todo-react/package.json | "backstage": {',
    ]);
  });

  it('leaves packages alone that have nothing to do with plugins', () => {
    const edits = {
      'packages/shared/package.json': JSON.stringify({ name: 'plugin-kit', version: '1.0.0' }),
      'packages/shared/src/index.ts': 'export const shared = 1;\n',
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('tells a role that there is not', () => {
    const file = 'packages/app/package.json';
    const edits = { [file]: inManifest((manifest) => (manifest.backstage.role = 'fronted')) };

    expect(checkStock(edits)).toEqual([`error E_CHECK_ROLE_UNKNOWN ${file} | "role": "fronted"`]);
  });

  it('tells a role that is not that of the name', () => {
    const file = 'plugins/todo-react/package.json';
    const edits = { [file]: inManifest((m) => (m.backstage.role = 'common-library')) };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_ROLE_NAME ${file} | "role": "common-library",`,
    ]);
  });
});
