import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lines } from '../features/lines.mjs';
import { startBackend } from '../lib/start-backend.mjs';

const ids = lines.map((line) => line.id);

for (const on of ['stagewire', 'stock']) {
  describe(`modules made with one line for plugins made with another, on ${on}`, () => {
    for (const sharedBy of ['api-0-7', 'api-1-10', 'stagewire']) {
      it(`extend each other by id, and share a service made with ${sharedBy}`, async () => {
        const backend = await startBackend({
          on,
          features: 'cross-line.mjs',
          options: { sharedBy },
        });
        try {
          for (const id of ids) {
            const { status, body } = await backend.request(`/api/host-${id}/`);

            assert.equal(status, 200, body);
            assert.deepEqual(JSON.parse(body), {
              guests: ids.map((guest) => `${guest} for host-${id}`).sort(),
              tables: [...ids].sort(),
              shared: { madeWith: sharedBy, for: `host-${id}` },
            });
          }
        } finally {
          assert.equal(await backend.terminate(), 0);
        }
      });
    }
  });
}
