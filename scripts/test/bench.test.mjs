import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { compareFigures } from '../../bench/lib/compare.mjs';
import { estimateText } from '../../bench/lib/estimate.mjs';
import { isMet, shareOfTarget, targetText, valueText } from '../../bench/lib/figures.mjs';
import { overviewPlot } from '../../bench/lib/overview.mjs';
import { stackedBars } from '../../bench/lib/plot-bars.mjs';
import { replaceSection } from '../../bench/lib/readme.mjs';
import { mergeEntries } from '../../bench/lib/results.mjs';
import { summaryTable } from '../../bench/lib/summary.mjs';

describe('a figure beside the committed one', () => {
  const less = figure({ id: 'start', better: 'less', value: 1, min: 0.95, max: 1.05 });
  const more = figure({ id: 'requests', better: 'more', value: 10, min: 7, max: 11 });

  it('may be as much worse as the committed rounds were apart, and 15 % always', () => {
    const now = [
      { ...less, value: 1.14 },
      { ...more, value: 7.1 },
    ];

    assert.deepEqual(compareFigures([less, more], now), []);
  });

  it('is told with both values when it is worse beyond that', () => {
    const now = [
      { ...less, value: 1.2, min: 1.1, max: 1.3 },
      { ...more, value: 6.9, min: 6, max: 7 },
    ];

    assert.deepEqual(compareFigures([less, more], now), [
      'start: 1.2 (1.1–1.3), was 1 (0.95–1.05); noise goes up to 1.15',
      'requests: 6.9 (6–7), was 10 (7–11); noise goes down to 7',
    ]);
  });

  it('may be better by any amount', () => {
    const now = [
      { ...less, value: 0.1 },
      { ...more, value: 100 },
    ];

    assert.deepEqual(compareFigures([less, more], now), []);
  });

  it('is told when it is gone, and not when it is new', () => {
    assert.deepEqual(compareFigures([less], [more]), ['start: is not measured any more']);
  });

  it('has no noise around 0', () => {
    const timers = figure({ id: 'timers', value: 0 });

    assert.equal(compareFigures([timers], [{ ...timers, value: 0.1 }]).length, 1);
  });
});

describe('a target', () => {
  it('is met by what is as good or better', () => {
    const answers = [0.3, 0.4, 0.41].map((value) => isMet({ value, target: { atMost: 0.4 } }));
    const more = [3, 4, 5].map((value) => isMet({ value, target: { atLeast: 4 } }));

    assert.deepEqual(
      [answers, more],
      [
        [true, true, false],
        [false, true, true],
      ],
    );
    assert.equal(isMet({ value: 1 }), undefined);
  });

  it('is used in full at its limit, and by half when twice as good', () => {
    assert.equal(shareOfTarget({ value: 0.2, target: { atMost: 0.4 } }), 0.5);
    assert.equal(shareOfTarget({ value: 8, target: { atLeast: 4 } }), 0.5);
    assert.equal(shareOfTarget({ value: 0, target: { atMost: 0 } }), undefined);
  });

  it('is written with its unit, and values with the digits that count', () => {
    assert.equal(targetText({ target: { atMost: 500 }, unit: 'ms' }), '≤ 500 ms');
    assert.equal(
      valueText({ value: 66.27, min: 63.02, max: 1234.5, unit: 'ms' }),
      '66.3 (63–1,235) ms',
    );
  });
});

describe('results of two Nodes', () => {
  it('are kept when only the other Node was measured anew', () => {
    const [old20, old24, new20] = [entry(20), entry(24), entry(20)];

    const merged = mergeEntries([old24, old20], [new20]);

    assert.equal(merged.length, 2);
    assert.equal(merged[0], new20);
    assert.equal(merged[1], old24);
  });

  it('stand in one row per promised figure, which says on which it is met', () => {
    const start = (value) =>
      figure({ id: 'start', label: 'start, of stock', value, target: { atMost: 0.15 } });
    const unpromised = figure({ id: 'query' });
    const memory = figure({ id: 'memory', label: 'memory', value: 2, target: { atLeast: 1 } });
    const results = [
      { nodes: [entry(20, [start(0.13), unpromised]), entry(24, [start(0.2)])] },
      { nodes: [entry(20, [memory])] },
    ];

    assert.deepEqual(summaryTable(results, [20, 24]).split('\n').slice(2), [
      '| start, of stock | ≤ 0.15 | 0.13 | 0.2 | yes on 20, **no** on 24 |',
      '| memory | ≥ 1 | 2 | not measured | yes on 20, not measured on 24 |',
    ]);
    const svg = overviewPlot(results, [20, 24]);
    assert.match(svg, /Node 24: 0\.2 \(≤ 0\.15\)/);
    assert.doesNotMatch(svg, /NaN|undefined|query/);
  });
});

describe('a run of the bench', () => {
  it('tells how long it takes by what it took, and what it does not know', () => {
    const promises = [
      { name: 'start', entries: [entry(20), entry(24)] },
      { name: 'soak', entries: [entry(20)] },
    ];

    assert.equal(
      estimateText(promises, [{ major: 20 }, { major: 24 }]),
      'about 5 minutes, as the last run took; not known: soak',
    );
  });

  it('changes on the page only what stands between the markers of a promise', () => {
    const page = 'before\n<!-- begin a -->\nold\n<!-- end a -->\nafter';

    assert.equal(
      replaceSection(page, 'a', 'new'),
      'before\n<!-- begin a -->\n\nnew\n\n<!-- end a -->\nafter',
    );
    assert.throws(() => replaceSection(page, 'b', 'new'), /no markers '<!-- begin b -->'/);
  });

  it('draws parts one behind the other, and reads names as text', () => {
    const svg = stackedBars('Parts', {
      unit: 'µs',
      bars: [
        {
          label: 'one',
          parts: [
            { name: 'a<b', value: 40 },
            { name: 'c', value: 60 },
          ],
        },
      ],
    });

    assert.match(svg, /<title>a&lt;b: 40 µs<\/title>/);
    const [first, second] = [
      ...svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="28"/g),
    ];
    assert.equal(Number(first[1]) + Number(first[2]), Number(second[1]));
  });
});

function figure(rest) {
  const { value = 1, better = 'less' } = rest;
  return { id: 'id', label: 'label', better, value, min: value, max: value, ...rest };
}

/** What was measured on a Node, in 100 seconds. */
function entry(major, figures = []) {
  return { setting: { node: { major, version: `v${major}.0.0` }, seconds: 100 }, figures };
}
