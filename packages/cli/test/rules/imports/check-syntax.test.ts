import { describe, expect, it } from 'vitest';
import { checkStock, prepend } from '../check-stock.js';

describe('checkSyntax', () => {
  it('tells where code cannot be parsed', () => {
    const file = 'plugins/todo-common/src/index.ts';

    expect(checkStock({ [file]: prepend('export const = 1;') })).toEqual([
      `error E_CHECK_SYNTAX ${file} | export const = 1;`,
    ]);
  });

  it('knows the syntax that repositories of the field use', () => {
    const file = 'plugins/todo-react/src/TodoRow.tsx';
    const code = [
      'enum Colour { red }',
      'abstract class A<T> { constructor(private readonly t: T) {} }',
    ];

    expect(checkStock({ [file]: prepend(...code) })).toEqual([]);
  });
});
