import { colourOf, label, legend, plot, round, stroke, ticks } from './plot-frame.mjs';
import { numberText } from './figures.mjs';

const PANEL = { width: 440, height: 300 };
const TOP = 92;

/**
 * Panels side by side, each with lines over the same kind of x, as SVG. Dots are what was measured.
 *
 * @param title - heading of the plot
 * @param options - `xName`: what x counts; `panels`: `{ name, lines }` with the same lines in each:
 *   `{ name, colour, dashed, points: [[x, y]] }`, where `colour` is a number from 0
 */
export function linePanels(title, { xName, panels }) {
  const width = panels.length * (PANEL.width + 30) + 20;
  return plot({ width, height: TOP + PANEL.height + 56, title }, [
    ...legend(
      { x: 16, y: 54 },
      panels[0].lines.map(({ name, colour, dashed }) => ({
        name,
        colour,
        as: dashed ? 'late' : '',
      })),
    ),
    ...panels.flatMap((panel, index) => drawPanel(panel, index * (PANEL.width + 30), xName)),
  ]);
}

function drawPanel({ name, lines }, offset, xName) {
  const points = lines.flatMap((line) => line.points);
  const xs = ticks(Math.max(...points.map(([x]) => x)));
  const ys = ticks(Math.max(...points.map(([, y]) => y)));
  const left = offset + 70;
  const bottom = TOP + PANEL.height;
  const place = ([x, y]) => [
    left + (x / xs.at(-1)) * (PANEL.width - 60),
    bottom - (y / ys.at(-1)) * PANEL.height,
  ];
  return [
    label({ x: left, y: TOP - 12, as: 'quiet' }, name),
    ...ys.flatMap((y) => [
      stroke(place([0, y]), place([xs.at(-1), y]), 'grid'),
      label({ x: left - 8, y: place([0, y])[1] + 4, as: 'right quiet' }, numberText(y)),
    ]),
    ...xs.map((x) =>
      label({ x: place([x, 0])[0], y: bottom + 20, as: 'middle quiet' }, numberText(x)),
    ),
    label({ x: left + PANEL.width / 2 - 30, y: bottom + 42, as: 'middle quiet' }, xName),
    ...lines.flatMap((line) => drawLine(line, place)),
  ];
}

function drawLine({ colour, dashed, points }, place) {
  const places = points.map(place).map(([x, y]) => [round(x), round(y)]);
  const path = places.map(([x, y]) => `${x},${y}`).join(' ');
  const as = `line line${colourOf(colour)} ${dashed ? 'dashed late' : ''}`;
  return [
    `<polyline points="${path}" class="${as}"/>`,
    ...places.map(
      ([x, y]) => `<circle cx="${x}" cy="${y}" r="3" class="fill${colourOf(colour)}"/>`,
    ),
  ];
}
