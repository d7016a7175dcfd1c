import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startBackend } from '../lib/start-backend.mjs';

const features = 'decorated.mjs';

describe('a decorator of a service', () => {
  it('wraps it on Stagewire', async () => {
    const backend = await startBackend({ on: 'stagewire', features });
    try {
      const { body } = await backend.request('/api/asker/');

      assert.deepEqual(JSON.parse(body), { value: 'decorated' });
    } finally {
      assert.equal(await backend.terminate(), 0);
    }
  });

  it('is refused by the stock backend, with what it is', async () => {
    await assert.rejects(
      startBackend({ on: 'stock', features }),
      /This backend does not know decorators, and leaves service 'core\.cache' as it is/,
    );
  });
});
