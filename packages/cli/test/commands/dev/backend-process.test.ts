import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BackendProcess } from '../../../src/commands/dev/backend-process.js';
import { makeRepository } from '../../temp-repository.js';

describe('the process of a backend', () => {
  it('ends with the reason when it cannot be made', async () => {
    using repository = makeRepository({ 'package.json': { name: 'root' } });
    const { root } = repository;

    const made = new BackendProcess({
      root,
      program: { type: 'file', file: join(root, 'index.ts') },
      anchor: join(root, 'index.ts'),
      cwd: join(root, 'gone'),
      env: {},
      nodeArguments: [],
      programArguments: [],
    });

    expect(await made.ended).toMatchObject({
      exitCode: null,
      error: expect.objectContaining({ code: 'ENOENT' }),
    });
    await made.stop();
  });
});
