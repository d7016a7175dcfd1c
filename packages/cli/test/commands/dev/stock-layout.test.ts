import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LinkedRepository } from './linked-repository.js';
import { getJson, PATIENCE, RunningCli } from './running-cli.js';
import { makeStockRepository, toGreeting, toStockAnswer } from './stock-repository.js';

describe('stagewire dev, on a repository of the stock layout', { timeout: PATIENCE }, () => {
  let repository: LinkedRepository;
  let cli: RunningCli;
  const get = async (pluginId: string) =>
    (await getJson(repository.port, `/api/${pluginId}/x`)).body;

  beforeAll(async () => {
    repository = await makeStockRepository();
    cli = new RunningCli(['dev'], repository.root);
  }, PATIENCE);

  afterAll(async () => {
    await cli[Symbol.asyncDispose]();
    repository[Symbol.dispose]();
  });

  it('runs it on Stagewire, and says so', async () => {
    const printed = await cli.until('2 plugins run');

    expect(printed).toContain(
      'packages/backend makes its backend with @backstage/backend-defaults: it runs on Stagewire',
    );
    expect(await get('todo')).toMatchObject({ answer: 'first', greeting: 'hello', calls: 1 });
    expect(await get('notes')).toMatchObject({ calls: 1 });
  });

  it('replaces the plugin that a save belongs to, and no other', async () => {
    repository.write('plugins/todo-backend/src/answer.ts', toStockAnswer('second'));
    await cli.until('replaced todo in');

    expect(await get('todo')).toMatchObject({ answer: 'second', calls: 1 });
    expect(await get('notes')).toMatchObject({ answer: 'first', calls: 2 });
  });

  it('replaces the plugins that import what was saved', async () => {
    repository.write('plugins/words-node/src/index.ts', toGreeting('good day'));
    await cli.until('replaced todo in');

    expect(await get('todo')).toMatchObject({ answer: 'second', greeting: 'good day' });
    expect(await get('notes')).toMatchObject({ calls: 3 });
  });

  it('tells the place in the sources, whichever version of them runs', async () => {
    repository.write(
      'plugins/todo-backend/src/stack.ts',
      `\n\n\nexport const toStack = (): string => new Error('here').stack!.split('\\n')[1]!;\n`,
    );
    await cli.until('replaced todo in');

    const { stack } = await get('todo');
    expect(stack).toMatch(/plugins\/todo-backend\/src\/stack\.ts:4:\d+\)?$/);
  });

  it('keeps what ran when a file has a syntax error', async () => {
    repository.write('plugins/notes-backend/src/answer.ts', 'export const answer = ;\n');
    const printed = await cli.until('in:  ');
    expect(printed).toContain('kept as before: notes');
    expect(await get('notes')).toMatchObject({ answer: 'first' });

    repository.write('plugins/notes-backend/src/answer.ts', toStockAnswer('mended'));
    await cli.until('replaced notes in');
    expect(await get('notes')).toMatchObject({ answer: 'mended', calls: 1 });
  });
});
