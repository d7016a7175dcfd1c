import { shareOfTarget, targetText, valueText } from './figures.mjs';
import { targetBars } from './plot-bars.mjs';
import { promisedFigures } from './summary.mjs';

/** Everything that has a target, as one plot: how much of it is used on each Node. */
export function overviewPlot(results, majors) {
  const rows = results
    .flatMap((result) => promisedFigures(result, majors))
    .map(({ label, byMajor }) => ({ label, bars: byMajor.flatMap(toBar) }))
    .filter(({ bars }) => bars.length > 0);
  return targetBars('How much of each target is used: met is what ends at the mark', rows);
}

function toBar({ major, figure }) {
  const share = figure && shareOfTarget(figure);
  if (share === undefined) return [];
  const { min, max, ...rest } = figure;
  const value = valueText({ ...rest, min: rest.value, max: rest.value });
  return [{ name: `Node ${major}`, share, text: `${value} (${targetText(figure)})` }];
}
