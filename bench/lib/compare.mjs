import { numberText, valueText } from './figures.mjs';

/** What is never taken for worse, of a committed value: two runs of one program differ as much. */
const NOISE = 0.15;

/**
 * Compares figures with the committed ones: a line for each that is worse beyond noise, or gone.
 *
 * @remarks
 * Noise is what the committed rounds were apart on the worse side, at least 15 % of the value. A
 * figure that was not there before is no line: nothing is known of it.
 */
export function compareFigures(committed, measured) {
  return committed.flatMap((before) => {
    const now = measured.find(({ id }) => id === before.id);
    if (!now) return [`${before.id}: is not measured any more`];
    const limit = limitOf(before);
    const isWorse = before.better === 'less' ? now.value > limit : now.value < limit;
    return isWorse ? [lineOf(before, now, limit)] : [];
  });
}

function limitOf({ value, min, max, better }) {
  const share = Math.abs(value) * NOISE;
  return better === 'less'
    ? value + Math.max(share, max - value)
    : value - Math.max(share, value - min);
}

function lineOf(before, now, limit) {
  const allowed = `${before.better === 'less' ? 'up to' : 'down to'} ${numberText(limit)}`;
  return `${before.id}: ${valueText(now)}, was ${valueText(before)}; noise goes ${allowed}`;
}
