import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const FIXTURE = fileURLToPath(new URL('./lazy-loading-fixture.ts', import.meta.url));

describe('a root HTTP router', () => {
  it('loads Express and compression with the first request that needs them', async () => {
    // In a process of its own, as other tests have loaded all that long before.
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      '--conditions',
      '@stagewire/source',
      FIXTURE,
    ]);

    expect(JSON.parse(stdout)).toEqual({
      'at start': [],
      'after health and 404': [],
      'after a plugin was mounted': [],
      'after a request to the plugin': ['express'],
      'after a request that accepts gzip': ['compression', 'express'],
    });
  });
});
