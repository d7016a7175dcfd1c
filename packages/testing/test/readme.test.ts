import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { mockCredentials, mockServices } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

describe('the README', () => {
  it('has an example that holds', async () => {
    const [, example = ''] = /```ts\n(.*?)```/s.exec(readme) ?? [];
    const code = toFunctionBody(example);

    // The example is code of ours; running it as text is what keeps it true.
    const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
    const run = AsyncFunction('assert', 'mockServices', 'mockCredentials', code);

    await run(assert, mockServices, mockCredentials);
  });

  it('has a row for every fake', () => {
    const [, table = ''] = readme.split('## The fakes');
    const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);

    expect(rows).toEqual(Object.keys(mockServices));
  });
});

/** Imports become parameters, and what TypeScript and newer versions of Node know is put simply. */
function toFunctionBody(example: string): string {
  const body = example
    .replaceAll(/^import .*\n/gm, '')
    .replaceAll('get<number>', 'get')
    .replace(/await using (\w+) = (.*);/, 'const $1 = $2;\ntry {');
  return `${body}\n} finally { await httpRouter[Symbol.asyncDispose](); }`;
}
