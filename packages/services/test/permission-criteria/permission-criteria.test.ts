import { describe, expect, it } from 'vitest';
import { isCriteria } from '../../src/permission-criteria/permission-criteria.js';

const condition = { rule: 'isOwner', resourceType: 'todo' };

function nested(depth: number): unknown {
  let criteria: unknown = condition;
  for (let level = 0; level < depth; level += 1) criteria = { not: criteria };
  return criteria;
}

describe('permission criteria', () => {
  it.each([
    [condition],
    [{ ...condition, params: {} }],
    [{ ...condition, params: { owners: ['a'] } }],
    [{ not: condition }],
    [{ anyOf: [condition] }],
    [{ allOf: [condition, { anyOf: [{ not: condition }] }] }],
    [nested(50)],
  ])('can be %j', (criteria) => {
    expect(isCriteria(criteria)).toBe(true);
  });

  it.each([
    [undefined],
    [null],
    ['isOwner'],
    [[]],
    [{}],
    [{ rule: 'isOwner' }],
    [{ resourceType: 'todo' }],
    [{ ...condition, params: ['a'] }],
    [{ ...condition, params: 'a' }],
    [{ anyOf: [] }],
    [{ allOf: {} }],
    [{ anyOf: [condition, null] }],
    [{ not: [] }],
    [{ not: condition, anyOf: [condition] }],
  ])('cannot be %j', (criteria) => {
    expect(isCriteria(criteria)).toBe(false);
  });

  it('cannot nest so deep that evaluating them would exhaust the stack', () => {
    expect(isCriteria(nested(100_000))).toBe(false);
  });
});
