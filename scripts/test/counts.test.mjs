import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addCounts, closingLine, countNodeTests, countVitest } from '../lib/counts.mjs';
import { testAll } from '../test.mjs';

describe('the closing line', () => {
  it('tells what passed and failed, and what was skipped only where something was', () => {
    assert.equal(closingLine({ passed: 3, failed: 0, skipped: 0 }), '3 passed, 0 failed');
    assert.equal(
      closingLine({ passed: 3, failed: 1, skipped: 2 }),
      '3 passed, 1 failed, 2 skipped',
    );
  });

  it('is made of the sum of all parts', () => {
    assert.deepEqual(addCounts([{ passed: 1, failed: 2, skipped: 3 }, { passed: 10 }]), {
      passed: 11,
      failed: 2,
      skipped: 3,
    });
  });
});

describe('the counts of node --test', () => {
  const said = 'ℹ tests 9\nℹ pass 5\nℹ fail 1\nℹ cancelled 2\nℹ skipped 1\nℹ todo 0\n';

  it('are what it says at its end, where a cancelled test has failed', () => {
    assert.deepEqual(countNodeTests(said, 1), { passed: 5, failed: 3, skipped: 1 });
  });

  it('have a failure when it ends badly and says nothing', () => {
    assert.deepEqual(countNodeTests('', 1), { passed: 0, failed: 1, skipped: 0 });
  });
});

describe('the counts of vitest', () => {
  const report = { numPassedTests: 4, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 };
  const failedTest = { status: 'failed', assertionResults: [{ status: 'failed' }] };
  const brokenFile = { status: 'failed', assertionResults: [] };

  it('have one failure more for each file that could not be loaded', () => {
    assert.deepEqual(countVitest({ ...report, testResults: [failedTest, brokenFile] }, 1), {
      passed: 4,
      failed: 2,
      skipped: 3,
    });
  });

  it('have a failure when all tests passed and the run did not, or gave no report', () => {
    const passed = { ...report, numFailedTests: 0, testResults: [] };

    assert.equal(countVitest(passed, 0).failed, 0);
    assert.equal(countVitest(passed, 1).failed, 1);
    assert.deepEqual(countVitest(undefined, 1), { passed: 0, failed: 1, skipped: 0 });
  });
});

describe('a run of all tests', () => {
  it('goes on after a part that fails, and tells every part', async () => {
    const told = [];
    const parts = {
      one: async () => ({ counts: { passed: 1, failed: 1 }, output: 'it broke\n' }),
      two: async () => ({ counts: { passed: 2, failed: 0 }, output: '' }),
    };

    const total = await testAll('.', { parts, tell: (line) => told.push(line) });

    assert.deepEqual(total, { passed: 3, failed: 1, skipped: 0 });
    assert.deepEqual(told, ['it broke', 'one: 1 passed, 1 failed', 'two: 2 passed, 0 failed']);
  });
});
