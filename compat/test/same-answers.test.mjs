import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { lines } from '../features/lines.mjs';
import { collectAnswers } from './answers/answers.mjs';
import { answersRules, judge } from './answers/expected-differences.mjs';
import { differences } from './answers/normalise.mjs';

const published = lines.find((line) => line.id === 'api-1-10');
const own = lines.find((line) => line.id === 'stagewire');

describe(`what the stock backend answers with features of ${published.label}`, () => {
  let reference;
  before(async () => {
    reference = await collectAnswers({ on: 'stock', line: published.id });
  });

  it('is no list of failures itself', () => {
    const statuses = [...reference.values()].map(({ status }) => status);

    assert.ok(statuses.filter((status) => status === 200).length >= 60);
    assert.ok(!statuses.includes(0), 'a connection was dropped');
  });

  it(`is answered by the stock backend with features of ${own.label}`, async () => {
    const answers = await collectAnswers({ on: 'stock', line: own.id });

    assert.deepEqual(differences(reference, answers), []);
  });

  for (const line of [published, own]) {
    it(`is answered by Stagewire with features of ${line.label}`, async (t) => {
      const answers = await collectAnswers({ on: 'stagewire', line: line.id });
      const found = differences(reference, answers);
      const { known, unknown, gone } = judge(found, answersRules);

      t.diagnostic(`${reference.size} requests compared, ${found.length} fields differ`);
      for (const { because, count } of known) t.diagnostic(`${count} × ${because}`);
      assert.deepEqual({ unknown, gone }, { unknown: [], gone: [] });
    });
  }
});
