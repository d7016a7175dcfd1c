import { ConfigReader, type JsonArray } from '@stagewire/config';
import { describe, expect, it } from 'vitest';
import { readActionFilter } from '../../src/actions-filter/action-filter.js';

const actions = [
  {
    id: 'catalog:get-entity',
    attributes: { readOnly: true, destructive: false, idempotent: true },
  },
  { id: 'catalog:remove', attributes: { readOnly: false, destructive: true, idempotent: true } },
  { id: 'scaffolder:run', attributes: { readOnly: false, destructive: false, idempotent: false } },
];

describe('the filter of actions', () => {
  it.each([
    ['no rules', {}, ['catalog:get-entity', 'catalog:remove', 'scaffolder:run']],
    ['an id', { include: [{ id: 'catalog:remove' }] }, ['catalog:remove']],
    ['a glob', { include: [{ id: 'catalog:*' }] }, ['catalog:get-entity', 'catalog:remove']],
    [
      'attributes',
      { include: [{ attributes: { readOnly: false } }] },
      ['catalog:remove', 'scaffolder:run'],
    ],
    [
      'all parts of a rule together',
      { include: [{ id: 'catalog:*', attributes: { destructive: true, idempotent: true } }] },
      ['catalog:remove'],
    ],
    [
      'any of several rules',
      { include: [{ id: '*:run' }, { id: '*:remove' }] },
      ['catalog:remove', 'scaffolder:run'],
    ],
    [
      'exclusion',
      { exclude: [{ attributes: { destructive: true } }] },
      ['catalog:get-entity', 'scaffolder:run'],
    ],
    [
      'exclusion before inclusion',
      { include: [{ id: 'catalog:*' }], exclude: [{ id: 'catalog:remove' }] },
      ['catalog:get-entity'],
    ],
  ])('[ACT-7] %s', async (_what, filter: { include?: JsonArray; exclude?: JsonArray }, ids) => {
    const passes = await readActionFilter(new ConfigReader({ backend: { actions: { filter } } }));

    expect(actions.filter(passes).map(({ id }) => id)).toEqual(ids);
  });
});
