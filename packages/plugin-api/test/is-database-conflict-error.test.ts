import { describe, expect, it } from 'vitest';
import { isDatabaseConflictError } from '../src/index.js';

describe('isDatabaseConflictError', () => {
  it.each([
    'insert into `t` - SQLITE_CONSTRAINT: UNIQUE constraint failed: t.id',
    'SQLITE_CONSTRAINT_UNIQUE: UNIQUE t.id',
    'SQLITE_CONSTRAINT: UNIQUE t.id',
    'UNIQUE constraint failed: t.id',
    'duplicate key value violates unique constraint "t_pkey"',
    "ER_DUP_ENTRY: Duplicate entry '1' for key 'PRIMARY'",
  ])('[W2.9] is true for %j', (message) => {
    expect(isDatabaseConflictError(new Error(message))).toBe(true);
  });

  it('[W2.9] knows errors by their look, not by their class', () => {
    expect(isDatabaseConflictError({ name: 'DatabaseError', message: 'Duplicate entry' })).toBe(
      true,
    );
  });

  it.each([
    new Error('SQLITE_CONSTRAINT: NOT NULL constraint failed: t.id'),
    new Error('connection refused'),
    'Duplicate entry',
    { message: 'Duplicate entry' },
    undefined,
    null,
  ])('[W2.9] is false for %s', (error) => {
    expect(isDatabaseConflictError(error)).toBe(false);
  });
});
