import { box, label, legend, plot, stroke, ticks } from './plot-frame.mjs';
import { numberText } from './figures.mjs';

const WIDTH = 960;
const LEFT = 400;
const BAR = 13;

/** A bar that uses more than this share of its target is cut here; its text tells the rest. */
const MAX_SHARE = 2;

/**
 * How much of its target each figure uses, as SVG: met is what ends left of the mark.
 *
 * @param title - heading of the plot
 * @param rows - `{ label, bars: [{ name, share, text }] }`; bars of the same place in a row have the
 *   same name
 */
export function targetBars(title, rows) {
  const right = WIDTH - 190;
  const scale = (right - LEFT) / MAX_SHARE;
  const heights = rows.map(({ bars }) => bars.length * (BAR + 3) + 12);
  const top = 76;
  const height = top + heights.reduce((sum, one) => sum + one, 0) + 16;
  const names = [...new Set(rows.flatMap(({ bars }) => bars.map(({ name }) => name)))];
  let y = top;
  const elements = rows.flatMap((row, index) => {
    const at = y;
    y += heights[index];
    return targetRow(row, { at, scale, colourOf: (name) => names.indexOf(name) });
  });
  const mark = LEFT + scale;
  return plot({ width: WIDTH, height, title }, [
    ...legend(
      { x: 16, y: 54 },
      names.map((name, colour) => ({ name, colour })),
    ),
    label({ x: mark, y: 64, as: 'middle' }, 'target'),
    ...elements,
    stroke([mark, 70], [mark, height - 12], 'mark'),
  ]);
}

function targetRow({ label: text, bars }, { at, scale, colourOf }) {
  return [
    label({ x: LEFT - 10, y: at + (bars.length * (BAR + 3)) / 2 + 3, as: 'right' }, text),
    ...bars.flatMap(({ name, share, text: value }, index) => {
      const y = at + index * (BAR + 3);
      const width = Math.min(share, MAX_SHARE) * scale;
      const colour = colourOf(name);
      return [
        box({ x: LEFT, y, width, height: BAR, colour }, `${name}: ${value}`),
        label({ x: LEFT + Math.max(width, scale) + 8, y: y + BAR - 2, as: 'quiet' }, value),
      ];
    }),
  ];
}

/**
 * Bars that are made of parts, as SVG: where time or memory goes.
 *
 * @param title - heading of the plot
 * @param options - `unit`: of all values, such as `µs`; `bars`: `{ label, parts: [{ name, value }] }`
 *   from top to bottom; parts of the same name have the same colour in all bars
 * @example
 * stackedBars('Where a request spends its time', {
 *   unit: 'µs',
 *   bars: [{ label: 'stock backend', parts: [{ name: 'rate limit', value: 40 }] }],
 * });
 */
export function stackedBars(title, { unit, bars }) {
  const names = [...new Set(bars.flatMap(({ parts }) => parts.map(({ name }) => name)))];
  const rows = legendRows(names.map((name, colour) => ({ name, colour })));
  const top = 52 + rows.length * 20;
  const height = top + bars.length * 44 + 36;
  const left = 230;
  const axis = ticks(Math.max(...bars.map(totalOf)));
  const scale = (WIDTH - 90 - left) / axis.at(-1);
  return plot({ width: WIDTH, height, title }, [
    ...rows.flatMap((row, index) => legend({ x: 16, y: 54 + index * 20 }, row)),
    ...axis.flatMap((value) => [
      stroke([left + value * scale, top], [left + value * scale, height - 30], 'grid'),
      label({ x: left + value * scale, y: height - 12, as: 'middle quiet' }, numberText(value)),
    ]),
    label({ x: WIDTH - 58, y: height - 12, as: 'quiet' }, unit),
    ...bars.flatMap((bar, index) => stackedRow(bar, { y: top + 8 + index * 44, left, scale })),
  ]);

  function stackedRow({ label: text, parts }, { y, left: start, scale: perUnit }) {
    let x = start;
    const boxes = parts.map(({ name, value }) => {
      const width = value * perUnit;
      const meaning = `${name}: ${numberText(value)} ${unit}`;
      const one = box({ x, y, width, height: 28, colour: names.indexOf(name) }, meaning);
      x += width;
      return one;
    });
    return [
      label({ x: start - 10, y: y + 18, as: 'right' }, text),
      ...boxes,
      label({ x: x + 8, y: y + 18, as: 'quiet' }, numberText(totalOf({ parts }))),
    ];
  }
}

const totalOf = ({ parts }) => parts.reduce((sum, { value }) => sum + value, 0);

/** As many names in a row as have room. */
function legendRows(names) {
  const rows = [[]];
  let used = 0;
  for (const one of names) {
    const width = 44 + one.name.length * 7.2;
    if (used + width > WIDTH - 32) {
      rows.push([]);
      used = 0;
    }
    rows.at(-1).push(one);
    used += width;
  }
  return rows;
}
