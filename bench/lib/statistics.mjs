/**
 * Median and spread of some figures: `{ median, min, max, values }`.
 *
 * @param values - at least one number
 */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { median: median(sorted), min: sorted[0], max: sorted.at(-1), values };
}

/**
 * How many times as much: the ratio of the medians, with the spread of the ratios round by round.
 *
 * @param values - figures of one contestant, in the order of the rounds
 * @param base - figures of the contestant to compare with, in the same order
 */
export function ratio(values, base) {
  const { min, max } = summary(values.map((value, round) => value / base[round]));
  return { ratio: summary(values).median / summary(base).median, min, max };
}

function median(sorted) {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
