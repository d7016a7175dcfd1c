import type { Drawing } from '../drawing.js';
import { toProblemLine } from '../drawing.js';
import { toOrphanCard, toPluginCard, toServicesCard, type Card } from './cards.js';
import {
  boxAt,
  element,
  escape,
  FONT_SIZE,
  LINE_HEIGHT,
  moved,
  round,
  textAt,
  widthOf,
  wrap,
} from './elements.js';
import { STYLE } from './style.js';

/** Space around the whole, and between cards; pixels. */
const MARGIN = 24;
const GAP = 16;

/** A page is a little wider than high. */
const PROPORTION = 1.4;

/** Draws a backend as an SVG document that needs nothing else, light or dark as its reader likes. */
export function formatSvg(drawing: Drawing): string {
  const cards = [...drawing.plugins.map(toPluginCard), toOrphanCard(drawing) ?? []].flat();
  const packed = pack(cards);
  const services = toServicesCard(drawing);
  const width = Math.max(packed.width, services?.width ?? 0, MIN_WIDTH);
  const parts = [
    drawHead(drawing),
    { height: packed.height, content: packed.content },
    ...(services ? [{ height: services.height, content: [services.draw(width)] }] : []),
    ...(drawing.problems.length > 0 ? [drawProblems(drawing, width)] : []),
  ].filter(({ height }) => height > 0);
  let y = MARGIN;
  const content = parts.map((part) => {
    const placed = moved(MARGIN, y, ...part.content);
    y += part.height + GAP;
    return placed;
  });
  return toDocument(drawing, { width: width + 2 * MARGIN, height: y - GAP + MARGIN }, content);
}

/** Room for the legend. */
const MIN_WIDTH = 560;

type Part = { height: number; content: string[] };

function toDocument(
  { title, summary }: Drawing,
  size: { width: number; height: number },
  content: readonly string[],
): string {
  const width = round(size.width);
  const height = round(size.height);
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: 'img',
    'font-size': FONT_SIZE,
  };
  return element(
    'svg',
    attributes,
    element('title', {}, escape(`Backend ${title}: ${summary}`)),
    element('style', {}, STYLE),
    ARROW,
    element('rect', { width, height, class: 'page' }),
    ...content,
  );
}

const ARROW = element(
  'defs',
  {},
  element(
    'marker',
    {
      id: 'arrow',
      viewBox: '0 0 8 8',
      refX: 1,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: 'auto',
    },
    element('path', { d: 'M 0 0 L 8 4 L 0 8 z', class: 'arrow' }),
  ),
);

const LEGEND = ['plugin', 'module', 'extension point', 'service', 'problem'] as const;
const LEGEND_STYLES = {
  plugin: 'card',
  module: 'module',
  'extension point': 'point',
  service: 'service',
  problem: 'card error',
} as const;

function drawHead({ title, summary, services, problems }: Drawing): Part {
  const shown = LEGEND.filter(
    (word) =>
      (word !== 'service' || services.length > 0) && (word !== 'problem' || problems.length > 0),
  );
  let x = 0;
  const legend = shown.map((word) => {
    const drawn = [
      boxAt({ x, y: 52, width: 18, height: 12 }, LEGEND_STYLES[word], 4),
      textAt(x + 24, 62, word, 'dim'),
    ].join('\n');
    x += 24 + widthOf(word) + GAP;
    return drawn;
  });
  const uses = [
    element('path', { d: `M ${x} 58 h 22`, class: 'line use', 'marker-end': 'url(#arrow)' }),
    textAt(x + 34, 62, 'uses', 'dim'),
  ];
  return {
    height: 76,
    content: [
      textAt(0, 18, `Backend ${title}`, 'heading'),
      textAt(0, 38, summary, 'dim'),
      ...legend,
      ...uses,
    ],
  };
}

function drawProblems({ problems }: Drawing, width: number): Part {
  const length = Math.floor(width / widthOf('x'.repeat(10))) * 10 - 10;
  const lines = problems.flatMap((problem) => {
    const style = problem.severity === 'error' ? 'failed' : 'warned';
    const told = wrap(toProblemLine(problem), length).map((text) => ({ text, style }));
    const fix = wrap(`fix: ${problem.fix}`, length).map((text) => ({ text, style: 'dim' }));
    return [...told, ...fix, { text: '', style: 'dim' }];
  });
  return {
    height: 26 + lines.length * LINE_HEIGHT,
    content: [
      textAt(0, 14, 'Problems', 'title'),
      ...lines.map(({ text, style }, index) => textAt(0, 38 + index * LINE_HEIGHT, text, style)),
    ],
  };
}

/** Places cards of one width in columns, each where there is most room. */
function pack(cards: readonly Card[]): Part & { width: number } {
  if (cards.length === 0) return { width: 0, height: 0, content: [] };
  const width = Math.max(...cards.map((card) => card.width));
  const total = cards.reduce((sum, card) => sum + card.height + GAP, 0);
  const wanted = Math.sqrt((total * PROPORTION) / (width + GAP));
  const columns = Array.from(
    { length: Math.min(cards.length, Math.max(1, Math.round(wanted))) },
    () => 0,
  );
  const content = cards.map((card) => {
    const column = columns.indexOf(Math.min(...columns));
    const y = columns[column]!;
    columns[column] = y + card.height + GAP;
    return moved(column * (width + GAP), y, card.draw(width));
  });
  return {
    width: columns.length * (width + GAP) - GAP,
    height: Math.max(...columns) - GAP,
    content,
  };
}
