import { describe, expect, it } from 'vitest';
import { checkStock, inManifest } from '../check-stock.js';

const MANIFEST = 'plugins/todo-backend/package.json';

describe('checkUnused', () => {
  it('warns of a dependency that nothing needs', () => {
    const edits = { [MANIFEST]: inManifest((m) => (m.dependencies.lodash = '^4.0.0')) };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_DEPENDENCY_UNUSED ${MANIFEST} | "lodash": "^4.0.0"`,
    ]);
  });

  it('takes what the types of the configuration name for used', () => {
    const edits = {
      [MANIFEST]: inManifest((m) => (m.dependencies['@backstage/types'] = '^1.0.0')),
      'plugins/todo-backend/config.d.ts':
        "import { HumanDuration } from '@backstage/types';\nexport interface Config { every: HumanDuration }\n",
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('takes what another dependency asks for as a peer for used', () => {
    const edits = {
      [MANIFEST]: inManifest((m) => (m.dependencies.lodash = '^4.0.0')),
      'node_modules/knex/package.json': inManifest((m) => (m.peerDependencies = { lodash: '*' })),
    };

    expect(checkStock(edits)).toEqual([]);
  });

  it('warns of a feature that a backend has, and does not add', () => {
    const name = '@backstage/plugin-catalog-backend-module-logs';
    const file = 'packages/backend/package.json';
    const edits = { [file]: inManifest((m) => (m.dependencies[name] = '^1.0.0')) };

    expect(checkStock(edits)).toEqual([
      `warning E_CHECK_DEPENDENCY_UNUSED ${file} | "${name}": "^1.0.0"`,
    ]);
  });
});
