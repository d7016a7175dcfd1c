import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { lines } from '../features/lines.mjs';
import { startBackend } from '../lib/start-backend.mjs';

// Published APIs on Stagewire is one direction, Stagewire's API on the stock backend the other.
// The published APIs on the stock backend are the control: they show that what is expected here
// is what a feature may expect, and not merely what Stagewire does.
for (const on of ['stagewire', 'stock']) {
  for (const line of lines) {
    describe(`features made with ${line.label}, on ${on}`, () => {
      it('start, run in order, answer over HTTP and stop', async () => {
        const backend = await startBackend({
          on,
          features: 'greeter.mjs',
          options: { lines: [line.id] },
        });
        try {
          const outcome = {
            summary: await summaryOf(backend, line),
            refused: (await backend.request(`/api/greeter-${line.id}/summary`)).status,
            open: (await backend.request(`/api/greeter-${line.id}/open`)).status,
            journal: await backend.stop(),
          };

          assert.deepEqual(outcome, {
            summary: expectedSummary(line),
            refused: 401,
            open: 200,
            journal: expectedJournal(line),
          });
          // A stopped stock backend (0.18.0) keeps its process alive until a signal ends it.
          if (on === 'stagewire') assert.equal(await backend.ended(), 0);
        } finally {
          await backend.terminate();
        }
      });
    });
  }

  describe(`features of all lines side by side, on ${on}`, () => {
    it('run in one backend as each does alone, and end on SIGTERM', async () => {
      const backend = await startBackend({
        on,
        features: 'greeter.mjs',
        options: { lines: lines.map((line) => line.id) },
      });
      try {
        for (const line of lines) {
          assert.deepEqual(await summaryOf(backend, line), expectedSummary(line));
        }
        const journal = await backend.journal();
        for (const line of lines) {
          // Plugins start side by side: only the order within one plugin is promised.
          const own = journal.filter((entry) => entry.startsWith(`${line.id}:`));
          const shutdown = `${line.id}: shutdown hook`;
          assert.deepEqual([...own, shutdown], expectedJournal(line));
        }
      } finally {
        assert.equal(await backend.terminate(), 0);
      }
    });
  });
}

async function summaryOf(backend, line) {
  const { status, body } = await backend.request({
    path: `/api/greeter-${line.id}/summary`,
    headers: { authorization: 'Bearer compat-static-token' },
  });
  assert.equal(status, 200, body);
  return JSON.parse(body);
}

function expectedSummary({ id, has }) {
  const pluginId = `greeter-${id}`;
  return {
    greetings: [`welcome from ${pluginId}`],
    farewells: [`goodbye (${has.extensionPointFactories ? 'function' : 'one for all'})`],
    helper: { owner: pluginId, host: '127.0.0.1' },
    keeper: { of: pluginId, number: 1 },
    ...(has.multitons ? { bells: ['first', 'second'] } : {}),
    principal: { type: 'service', subject: 'compat' },
    sum: 2,
  };
}

function expectedJournal({ id, has }) {
  return [
    ...(has.loaders ? [`${id}: loader ran`] : []),
    `${id}: root service made`,
    `${id}: helper made for greeter-${id}`,
    `${id}: module init`,
    `${id}: plugin init`,
    `${id}: startup hook`,
    `${id}: shutdown hook`,
  ];
}
