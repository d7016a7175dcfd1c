import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { writeMatrixRows } from '../matrix/rows.mjs';
import { readPackages, sets } from '../matrix/sets.mjs';
import { judge, pluginRules } from './answers/expected-differences.mjs';
import { differences } from './answers/normalise.mjs';
import { collectPluginAnswers, rowsFor, startPackages } from './answers/plugin-answers.mjs';

for (const set of sets) {
  describe(`published plugins and modules of ${set.label}`, () => {
    const all = readPackages(set);
    const packages = all.filter(({ name }) => !set.refused.includes(name));
    const refused = all.filter(({ name }) => set.refused.includes(name));
    let reference;
    let answers;
    let found = [];
    const refusals = new Map();

    before(async () => {
      // Side by side: most of the time, both wait for what plugins do later.
      [reference, answers] = await Promise.all(
        ['stock', 'stagewire'].map((on) => collectPluginAnswers(on, set, packages)),
      );
      found = differences(reference, answers);
    });

    after(() => answers && writeMatrixRows(set, matrixRows()));

    it(`start in one backend, and answer on the stock one: ${packages.length} packages`, () => {
      const statuses = [...reference.values()].map(({ status }) => status);

      assert.ok(statuses.filter((status) => status === 200).length >= 25);
      assert.ok(!statuses.includes(0), 'a connection was dropped');
    });

    it('answer on Stagewire as they do there', (t) => {
      const rules = pluginRules.filter((rule) => rule.sets.includes(set.id));
      const { known, unknown, gone } = judge(found, rules);

      t.diagnostic(`${reference.size} requests compared, ${found.length} fields differ`);
      for (const { because, count } of known) t.diagnostic(`${count} × ${because}`);
      assert.deepEqual({ unknown, gone }, { unknown: [], gone: [] });
    });

    for (const one of refused) {
      it(`but ${one.name}, which both refuse with one reason`, async () => {
        for (const on of ['stock', 'stagewire']) {
          await assert.rejects(startPackages(on, set, [one]), (error) => {
            refusals.set(on, reasonIn(error.message));
            return refusals.get(on) !== undefined;
          });
        }
      });
    }

    function matrixRows() {
      return all.map(({ name, version, isModule }) => {
        const asked = rowsFor(packages.filter((one) => one.name === name)).map(([key]) => key);
        const differing = new Set(found.map(({ request }) => request));
        return {
          name,
          version,
          isModule,
          refused: set.refused.includes(name) ? refusals.get('stagewire') : undefined,
          requests: asked.length,
          alike: asked.filter((key) => !differing.has(key)).length,
        };
      });
    }
  });
}

/** The sentence about the plugin, without the list around it and the stack below. */
function reasonIn(message) {
  return /startup failed.*?; caused by \w+: (.+)/.exec(message)?.[1];
}
