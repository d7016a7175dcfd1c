import { describe, expect, it } from 'vitest';
import { checkStock, inManifest } from '../check-stock.js';

const FILE = 'plugins/todo-backend/package.json';

function needing(range: string) {
  return checkStock({
    [FILE]: inManifest((m) => (m.dependencies['@internal/plugin-todo-node'] = range)),
  });
}

describe('checkRanges', () => {
  it.each([['^0.2.0'], ['workspace:^0.2.0'], ['1.0.0']])(
    'tells a range that the package of the repository is not in: %s',
    (range) => {
      expect(needing(range)).toEqual([
        `error E_CHECK_DEPENDENCY_RANGE ${FILE} | "@internal/plugin-todo-node": "${range}",`,
      ]);
    },
  );

  it.each([
    ['0.1.0'],
    ['workspace:^'],
    ['workspace:*'],
    ['workspace:^0.1.0'],
    ['*'],
    ['link:../todo-node'],
    ['backstage:^'],
  ])('takes any other: %s', (range) => {
    expect(needing(range)).toEqual([]);
  });
});
