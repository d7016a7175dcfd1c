import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createMockDirectory, mockServices } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** Those that import what they use, by the heading that they stand under. */
const examples = readme.split(/^#+ /m).flatMap((section) => {
  const [heading = ''] = section.split('\n');
  return [...section.matchAll(/^```ts\n(import .*?)^```/gms)].map(([, code]) => [heading, code!]);
});

describe('the README', () => {
  it.each(examples)('has an example that holds: %s', async (_heading, code) => {
    const source = new URL('../src/index.ts', import.meta.url).pathname;
    const pluginApi = new URL('../../plugin-api/src/index.ts', import.meta.url).pathname;
    const directory = createMockDirectory();
    onTestFinished(() => directory.remove());
    const whole = code
      .replaceAll("'@stagewire/testing'", `'${source}'`)
      .replaceAll("'@stagewire/plugin-api'", `'${pluginApi}'`);
    directory.addContent({ 'example.ts': whole });

    await import(/* @vite-ignore */ directory.resolve('example.ts'));

    expect(code).toContain('assert.');
  });

  it('has examples of all that is told', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  it('has a row for every fake', () => {
    const [, table = ''] = /^## The fakes$(.*?)^## /ms.exec(readme) ?? [];
    const rows = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);

    expect(rows).toEqual(Object.keys(mockServices));
  });
});
