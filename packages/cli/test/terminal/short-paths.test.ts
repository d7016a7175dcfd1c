import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { shortenPaths, shortenPathsIn } from '../../src/terminal/short-paths.js';

const root = join('/home', 'jane', 'portal');

describe('paths', () => {
  it('are told from a folder, where they are below it', () => {
    const text = `at ${join(root, 'src', 'a.ts')}:7 and ${join('/home', 'jane', 'b.ts')}`;

    expect(shortenPaths(text, root)).toBe(
      `at ${join('src', 'a.ts')}:7 and ${join('/home', 'jane', 'b.ts')}`,
    );
  });

  it('are told so in all texts of a plan', () => {
    const plan = { plugins: [{ pluginId: 'todo', origin: join(root, 'todo.ts') }], count: 1 };

    expect(shortenPathsIn(plan, root)).toEqual({
      plugins: [{ pluginId: 'todo', origin: 'todo.ts' }],
      count: 1,
    });
  });
});
