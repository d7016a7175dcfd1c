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

/**
 * How steeply figures rise: `{ slope, error }` of the straight line that fits best, with the standard
 * error of its slope.
 *
 * @param points - at least three `[x, y]`
 */
export function trend(points) {
  const [meanX, meanY] = [0, 1].map((axis) => mean(points.map((point) => point[axis])));
  const spreadX = sumOf(points, ([x]) => (x - meanX) ** 2);
  const slope = sumOf(points, ([x, y]) => (x - meanX) * (y - meanY)) / spreadX;
  const rest = sumOf(points, ([x, y]) => (y - meanY - slope * (x - meanX)) ** 2);
  return { slope, error: Math.sqrt(rest / (points.length - 2) / spreadX) };
}

const sumOf = (values, toNumber) => values.reduce((sum, value) => sum + toNumber(value), 0);

const mean = (values) => sumOf(values, (value) => value) / values.length;
